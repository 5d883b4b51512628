"""Handing a finished archive to a cloud storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from chalicelib.media.sources.places import Unreachable
from chalicelib.platform import bucket
from functions.export.delivery_in_parts import Copy, Sent, abandon, in_parts, uploads_of

if TYPE_CHECKING:
    from chalicelib.media.storages.opened import OpenStorage

#: Archives up to this many bytes are sent at once: that takes seconds.
AT_ONCE = 256 << 20
#: Bytes of a part of an upload at once.
PART = 32 << 20


class Undeliverable(Exception):
    """The storage did not take the file. The text is for the user."""


def deliver(
    key: str,
    storage_id: int,
    filename: str,
    go_on: Callable[[], None],
    sent: Sent | None = None,
    note: Callable[[Sent], None] = lambda _: None,
    is_late: Callable[[], bool] = lambda: False,
) -> bool:
    """Copy an object of the bucket to a cloud storage, in place of what has its name there.

    Large objects go to S3 part by part, so that another call can go on with them.

    Args:
        go_on: called now and then; what it raises ends the copying.
        sent: what earlier calls have sent.
        note: told of what is sent, whenever another call could go on from there.
        is_late: whether this call is to end where another can go on.

    Returns whether all is there; if not, another call is needed.

    Raises:
        Undeliverable.
    """
    place = _place(storage_id)
    size = bucket.size(key) or 0
    uploads = uploads_of(storage_id) if size > AT_ONCE else None
    if uploads is None:
        _at_once(key, place, filename, go_on)
        return True
    try:
        return in_parts(Copy(key, size, uploads, filename), go_on, sent or Sent(), note, is_late)
    except Unreachable as error:
        raise Undeliverable(f"The export cannot be stored: {error}") from None


def drop(storage_id: int, filename: str, sent: Sent) -> None:
    """Let go of what was sent of a file that nobody wants any more. Harmless to repeat."""
    uploads = uploads_of(storage_id)
    if uploads is not None:
        abandon(uploads, filename, sent)


def _place(storage_id: int) -> OpenStorage:
    # The client takes a while to load, and most exports stay here.
    from chalicelib.media.storages import access

    try:
        return access.place(storage_id)
    except Unreachable as error:
        raise Undeliverable(f"The export cannot be stored: {error}") from error


def _at_once(key: str, place: OpenStorage, filename: str, go_on: Callable[[], None]) -> None:
    import obstore

    def pieces() -> Iterator[bytes]:
        for piece in bucket.stream(key, 1 << 20):
            go_on()
            yield piece

    try:
        obstore.put(place.store, filename, pieces(), chunk_size=PART, max_concurrency=2)
    except (obstore.exceptions.BaseError, OSError, ValueError) as error:
        told = place.explain(error, None)
        raise Undeliverable(f"The export cannot be stored: {told}") from None
