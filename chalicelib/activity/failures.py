"""What Step Functions says of a step that broke, in words."""

from __future__ import annotations

import re
from typing import Any

import msgspec

#: What is nobody's business outside: addresses, names of resources of AWS, paths of files, hosts.
#: Functions log their errors whole.
_PLACES = re.compile(
    r"""\b[a-z][a-z0-9+]*://\S+ | \barn:\S+ | (['"])[^'"]*/[^'"]*\1 | (?<![\w.…])/[^\s'",;)]+
    | \b(?:tasks|uploads|exports|annotations|inbox)/\S+ | \b\d+\.\d+\.\d+\.\d+(?::\d+)?
    | \blocalhost(?::\d+)?""",
    re.VERBOSE | re.IGNORECASE,
)


def cause_of(error: Any) -> str:
    """The message of the exception that ended a step, or the best that there is.

    Addresses and paths in it are replaced by an ellipsis: whoever asked for the work reads it.

    Args:
        error: `{"Error", "Cause"}` of a `Catch`; a function's own error is JSON in `Cause`.
    """
    if not isinstance(error, dict):
        return "unknown error"
    cause = str(error.get("Cause", ""))
    try:
        told = msgspec.json.decode(cause)
    except msgspec.DecodeError:
        told = None
    if isinstance(told, dict):
        cause = str(told.get("errorMessage", ""))
    return _PLACES.sub("…", cause) or str(error.get("Error", "")) or "unknown error"
