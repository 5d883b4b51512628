"""Telling a repeated request from a new one.

The head of a job names its latest saves, so a request that is repeated soon costs no call to be
recognised, and neither does a save whose own answer from the table was lost on the way. What is
older is found in its idempotency record, or, for a client that says which revision it has, among
the revisions after that.

Without an idempotency key a request is taken for a repetition if the same user has sent the same
bytes to the same place at most `BLIND_WINDOW` seconds ago and saved nothing in that job since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

#: Saves that a head names.
REMEMBERED = 16
#: Seconds for which a request without an idempotency key may be repeated.
BLIND_WINDOW = 60


class Done(msgspec.Struct, frozen=True, array_like=True):
    """A save as the head remembers it.

    Attributes:
        request: digest that tells the request, see `digest_of`.
        revision: the one that it made; 0 if there was nothing for it to do.
        asked: start of the digest of what was asked for, "" if nobody will compare it.
        author: id of the user, 0 for the server itself.
        at: seconds since 1970.
    """

    request: str
    revision: int
    author: int = 0
    at: int = 0
    asked: str = ""


def digest_of(*parts: object) -> str:
    """72 bits that tell these parts from all others."""
    text = "\n".join(map(str, parts))
    return hashlib.sha256(text.encode()).hexdigest()[:18]


def remembered(recent: Sequence[Done], done: Done) -> list[Done]:
    """The latest saves after one more."""
    return [*recent[-(REMEMBERED - 1) :], done]


def found(recent: Sequence[Done], request: str) -> Done | None:
    """The save that a request made, if the head still names it."""
    return next((done for done in reversed(recent) if done.request == request), None)


def is_blind_repetition(
    request: str, author: int, heads: Iterable[Sequence[Done]], now: float
) -> bool:
    """Whether a request without key repeats its author's latest save of all of these jobs."""
    latest = [
        done
        for recent in heads
        if (done := next((one for one in reversed(recent) if one.author == author), None))
    ]
    mine = [done.at for done in latest if done.request == request]
    return (
        bool(mine)
        and now - max(mine) <= BLIND_WINDOW
        and all(done.request == request or done.at < max(mine) for done in latest)
    )
