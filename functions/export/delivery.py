"""Handing a finished archive to a cloud storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chalicelib.media.sources.places import Unreachable
from chalicelib.platform import bucket

#: Bytes of a part of the upload; S3 and its like take 10,000 of them.
PART = 32 << 20


class Undeliverable(Exception):
    """The storage did not take the file. The text is for the user."""


def deliver(key: str, storage_id: int, filename: str, go_on: Callable[[], None]) -> None:
    """Copy an object of the bucket to a cloud storage, in place of what has its name there.

    Args:
        go_on: called now and then; what it raises ends the copying.

    Raises:
        Undeliverable.
    """
    # The client takes a while to load, and most exports stay here.
    import obstore

    from chalicelib.media.storages import access

    def pieces() -> Iterator[bytes]:
        for piece in bucket.stream(key, 1 << 20):
            go_on()
            yield piece

    try:
        place = access.place(storage_id)
    except Unreachable as error:
        raise Undeliverable(f"The export cannot be stored: {error}") from error
    try:
        obstore.put(place.store, filename, pieces(), chunk_size=PART, max_concurrency=2)
    except (obstore.exceptions.BaseError, OSError, ValueError) as error:
        told = place.explain(error, None)
        raise Undeliverable(f"The export cannot be stored: {told}") from None
