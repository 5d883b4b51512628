"""Limits on failed attempts, counted in the table so that they hold across processes.

An attempt is counted before it is judged and taken back when it succeeds: attempts made at the
same time cannot slip through together.
"""

from __future__ import annotations

from chalicelib.platform import clock, keys
from chalicelib.platform.errors import Throttled
from chalicelib.platform.table import Record

WINDOW = 300
#: Failures per window: of one account from one address, and of one address.
ACCOUNT_LIMIT = 10
ADDRESS_LIMIT = 100
REGISTRATION_LIMIT = 200
#: Characters that tell accounts apart here: longer names are nobody's, and no key of the table.
LONGEST_ACCOUNT = 254


class Attempt:
    """One attempt to sign in, as counted."""

    def __init__(self, account: str, address: str) -> None:
        self._counters = {
            f"login:{account[:LONGEST_ACCOUNT].lower()}@{address}": ACCOUNT_LIMIT,
            f"login@{address}": ADDRESS_LIMIT,
        }
        for what, limit in self._counters.items():
            count(what, limit)

    def succeeded(self) -> None:
        """Take the attempt back."""
        for what in self._counters:
            _add(what, -1)


def count(what: str, limit: int) -> None:
    """Count one more of something. Raises Throttled above the limit of the present window."""
    if _add(what, 1) > limit:
        raise Throttled(WINDOW - clock.epoch() % WINDOW)


def _add(what: str, by: int) -> int:
    window = clock.epoch() // WINDOW
    record = Record(keys.throttle(what), str(window))
    record.update(
        actions=[Record.num.add(by), Record.expires.set((window + 2) * WINDOW)],
    )
    return record.number
