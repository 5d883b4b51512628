"""How long work on the trash may take before the rest is left to the sweep."""

from __future__ import annotations

import time

#: A request works for this many seconds. An API function of AWS has 29.
SECONDS_IN_REQUEST = 15.0


class OutOfTime(Exception):
    """The rest is left to the sweep."""


class Pace:
    """A deadline, or none."""

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds

    @property
    def endless(self) -> bool:
        return self._end is None

    def check(self) -> None:
        """Raises OutOfTime."""
        if self._end is not None and time.monotonic() > self._end:
            raise OutOfTime

    def give_up(self) -> None:
        """Leave the rest to a later time. Raises OutOfTime."""
        raise OutOfTime


def in_request() -> Pace:
    """The pace of work that a client waits for."""
    return Pace(SECONDS_IN_REQUEST)


def in_background() -> Pace:
    """The pace of the sweep."""
    return Pace(None)
