"""What is asked to be saved, and what was."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

import msgspec

from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.revisions.retries import digest_of
from chalicelib.platform.table import Touch

#: Writes that mark what belongs to these jobs as updated.
Marks = Callable[[Sequence[int]], Sequence[Touch]]

#: Characters of a request's digest that a head keeps, to tell requests of one key.
_ASKED = 8


class Save(msgspec.Struct, kw_only=True):
    """A change that someone wants.

    Attributes:
        author: id of the user, or None.
        since: the revision that the client has seen; None if it does not say.
        key: idempotency key; a repeated save with the same key and author is not applied again.
        digest: tells the request from others; "" if that does not matter.
        blind: whether the same request of the same author is a repetition even without a key.
        client: what the author saves with, for the history.
        message: what is worth knowing of the save, for the history.
        request: digest that tells the request from all others. Made by itself.
    """

    job_id: int
    change: Change
    author: int | None = None
    since: int | None = None
    key: str | None = None
    digest: str = ""
    blind: bool = False
    client: str = "server"
    message: str = ""
    request: str = ""

    def __post_init__(self) -> None:
        if not self.request:
            self.request = self._request()

    @property
    def asked(self) -> str:
        """What tells the request from others of the same key."""
        return self.digest[:_ASKED] if self.key else ""

    def _request(self) -> str:
        author = self.author or 0
        if self.key:
            return digest_of("key", author, self.key)
        if self.blind and self.digest:
            return digest_of("request", author, self.digest)
        return secrets.token_hex(8)


class Saved(msgspec.Struct, kw_only=True):
    """What was stored: the change as far as it had objects to work on, with ids.

    Attributes:
        moved: whether there was anything to store, so that the revision is a new one.
    """

    job_id: int
    revision: int
    change: Change
    moved: bool = False
