"""The stores that a file's bytes may stand in.

A `File` names its place by a string, so that frame lists stay data: `""` is the media bucket,
`"share"` the connected file share, `"cloud/7"` the cloud storage 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec

from chalicelib.platform import bucket

OWN = ""
SHARE = "share"
CLOUD = "cloud/"


class Unreachable(Exception):
    """A store refuses or does not answer. Its text is a sentence for whoever may use the store.

    Attributes:
        for_anyone: the same for everybody who sees frames that stand there, without the store's
            name.
    """

    def __init__(self, text: str, for_anyone: str = "") -> None:
        super().__init__(text)
        self.for_anyone = for_anyone or text


class Entry(msgspec.Struct, frozen=True):
    """An object of a place. `size` in bytes."""

    key: str
    size: int


class Place(Protocol):
    """Objects by key, read by ranges. Every method may raise `Unreachable`."""

    def read(self, key: str, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`. Raises KeyError if the object is absent."""
        ...

    def size(self, key: str) -> int | None:
        """Bytes of an object, or None if it is absent."""
        ...

    def entries(self, prefix: str) -> Iterator[Entry]:
        """Objects whose keys begin with a prefix, in the order of their keys."""
        ...


class OwnBucket:
    """The media bucket."""

    def read(self, key: str, offset: int, size: int) -> bytes:
        return bucket.get_range(key, offset, size)

    def size(self, key: str) -> int | None:
        return bucket.size(key)

    def entries(self, prefix: str) -> Iterator[Entry]:
        return (Entry(key, size) for key, size in bucket.listing(prefix))


_OWN = OwnBucket()


def place(name: str) -> Place:
    """The place of a name. Raises KeyError if there is none."""
    if name == OWN:
        return _OWN
    # Others are imported when they are used: not by a cold start of the API.
    if name == SHARE:
        from chalicelib.media.sources import share

        return share.connected()
    if name.startswith(CLOUD) and name.removeprefix(CLOUD).isdigit():
        from chalicelib.media.storages import access

        return access.place(int(name.removeprefix(CLOUD)))
    raise KeyError(name)
