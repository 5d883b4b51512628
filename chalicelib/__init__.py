"""The API and the domain of Skylabel, one package per domain."""

import gc
import sys

# Importing makes 300,000 objects that live as long as the process; looking for garbage among them
# every 700 of them is a thirtieth of a cold start.
gc.set_threshold(200_000, 50, 100)

# msgspec takes its typing helpers from typing_extensions wherever that is installed. Python 3.11
# has the same ones, and importing the package costs a twentieth of the API function's cold start.
if "typing_extensions" not in sys.modules:
    # None is how Python is told that a module is not to be had.
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]
    try:
        import msgspec  # noqa: F401  imported for its modules, which stay
    finally:
        del sys.modules["typing_extensions"]
