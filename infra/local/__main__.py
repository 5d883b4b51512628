"""`python -m infra.local`: the whole of Skylabel on this machine."""

from __future__ import annotations

import os
import signal
import sys

from infra.local.launcher import run
from infra.local.problems import StartupProblem
from infra.local.settings import read_settings


def main() -> int:
    """Exit code: 0 after a stop, 1 if the server could not start."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run(read_settings())
    except StartupProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything that counts is on disk; a thread that still waits for a worker must not delay this.
    os._exit(code)
