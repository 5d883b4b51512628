"""What Step Functions says of a step that broke, in words."""

from __future__ import annotations

from typing import Any

import msgspec


def cause_of(error: Any) -> str:
    """The message of the exception that ended a step, or the best that there is.

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
    return cause or str(error.get("Error", "")) or "unknown error"
