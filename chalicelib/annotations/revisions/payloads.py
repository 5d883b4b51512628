"""What a revision or a base holds, as bytes.

A payload is a header and a body. The header has what is small: a change without the objects that
are in pages, the directory of the pages, and counts. The body has the pages one after another, and
the index of ids. Both are in the record together if they fit; otherwise the body is in a file of
the bucket, with the header behind it if that is large, too.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import TypeVar

import msgspec
import zstandard

from chalicelib.annotations.model.document import Objects
from chalicelib.annotations.revisions import pages
from chalicelib.annotations.revisions.changes import Change, identity
from chalicelib.annotations.revisions.damage import Damaged
from chalicelib.annotations.revisions.directories import Directory, Fetch
from chalicelib.annotations.revisions.id_index import IdIndex
from chalicelib.annotations.revisions.pages import Entry, Page
from chalicelib.annotations.revisions.snapshots import Step
from chalicelib.annotations.statistics.counting import Counts, delta

T = TypeVar("T")

#: Created objects are cut into pages from this size on, bytes before compression, about.
PAGED_FROM = pages.PAGE_BYTES
_LENGTH = struct.Struct("<I")
#: How payloads began before there were pages: with a compressed change, and nothing else.
_PLAIN = b"\x28\xb5\x2f\xfd"


class File(msgspec.Struct, array_like=True, frozen=True):
    """A file in which pages are. `size`: bytes of it."""

    key: str
    size: int


class Header(msgspec.Struct, array_like=True, kw_only=True):
    """What is read of a payload first.

    Attributes:
        change: without the objects that are in pages.
        counts: by how much it alters the counts; of a base or a replacement, all of them.
        size: bytes of the whole before compression.
        files: other files in which pages are; `Entry.file` 1 is the first of them.
        index: offset and size within the body.
        ids: the least and the greatest id of what is in pages.
        order: ids of what is in pages in the order in which it was sent, if they do not rise.
    """

    change: Change
    counts: Counts | None = None
    size: int = 0
    pages: list[Entry] = []
    files: list[File] = []
    index: tuple[int, int] = (0, 0)
    ids: tuple[int, int] = (0, 0)
    order: list[int] = []


_encoder = msgspec.msgpack.Encoder()


@cache
def _decoder(what: type[T]) -> msgspec.msgpack.Decoder[T]:
    # Made when first needed: a process that only starts should not wait for it.
    return msgspec.msgpack.Decoder(what)


class Packed:
    """A payload ready to store.

    Attributes:
        size: bytes of it before compression.
        blob: all of it.
        head: its header alone, as it begins `blob`.
        body: the rest of `blob`.
    """

    def __init__(self, header: Header, body: bytes) -> None:
        plain = _encoder.encode(header)
        packed = zstandard.ZstdCompressor(level=1).compress(plain)
        self.header = header
        self.head = _LENGTH.pack(len(packed)) + packed
        self.body = body
        self.size = header.size

    @property
    def blob(self) -> bytes:
        """Everything, as a record holds it."""
        return self.head + self.body

    @property
    def file(self) -> bytes:
        """Everything, as a file of the bucket holds it."""
        return self.body + self.head

    def __len__(self) -> int:
        return len(self.head) + len(self.body)

    def step(self, revision: int, place: str | None, fetch: Fetch) -> Step:
        """The step that it is, stored in a file of that key or else in its record."""
        step = _step(self.header, revision, None if place else self.body, place or "", fetch)
        if place and step.created is not None:
            step.created.remember(self.body)
        return step


def pack(change: Change, counts: Counts | None = None) -> Packed:
    """What a save stores. All objects must have ids.

    Args:
        counts: by how much it alters the counts of the job; None if nobody knows.
    """
    created = change.create
    if counts is None and change.only_adds:
        counts = delta(lambda _: None, change)
    if not _is_large(created):
        header = Header(change=change, counts=counts)
        header.size = len(_encoder.encode(change))
        return Packed(header, b"")
    made = [
        *pages.make("tag", created.tags),
        *pages.make("shape", created.shapes),
        *pages.make("track", created.tracks),
    ]
    small = msgspec.structs.replace(change, create=Objects())
    header = Header(change=small, counts=counts, order=_order(created))
    return with_pages(header, [], made)


def with_pages(
    header: Header,
    kept: Sequence[Entry],
    made: Sequence[Page],
    *,
    carried: bytes = b"",
    known: Iterable[tuple[int, int]] = (),
) -> Packed:
    """A payload of pages, with its directory and index in the header.

    Args:
        kept: pages that there are already, in other files or in `carried`.
        made: new ones.
        carried: bytes of kept pages with which the body begins.
        known: (id, page number) of the objects of kept pages.
    """
    number = max((entry.number for entry in kept), default=-1) + 1
    body, entries = [carried], list(kept)
    pairs = list(known)
    offset = len(carried)
    for page in made:
        entries.append(
            Entry(
                number, page.kind, page.first, page.last, len(page.ids), 0, offset,
                len(page.blob), page.raw,
            )
        )  # fmt: skip
        pairs.extend((object_id, number) for object_id in page.ids)
        body.append(page.blob)
        offset += len(page.blob)
        number += 1
    index = IdIndex.of(pairs)
    body.append(index.encode())
    header.pages = entries
    header.index = offset, len(body[-1])
    header.ids = index.span
    header.size = len(_encoder.encode(header.change)) + sum(entry.raw for entry in entries)
    return Packed(header, b"".join(body))


def read_header(blob: bytes) -> tuple[Header, bytes]:
    """The header of a payload, and the body as far as it is there.

    Raises:
        Damaged: these are not the bytes of a payload.
    """
    try:
        if blob[:4] == _PLAIN:
            plain = zstandard.ZstdDecompressor().decompress(blob)
            return Header(change=_decoder(Change).decode(plain), size=len(plain)), b""
        (size,) = _LENGTH.unpack_from(blob)
        end = _LENGTH.size + size
        plain = zstandard.ZstdDecompressor().decompress(blob[_LENGTH.size : end])
        return _decoder(Header).decode(plain), blob[end:]
    except (struct.error, zstandard.ZstdError, msgspec.DecodeError) as error:
        raise Damaged("the header of a payload") from error


def step_of(blob: bytes, revision: int, place: str | None, fetch: Fetch) -> Step:
    """The step that a payload is. `place`: key of the file with its body. Raises Damaged."""
    header, body = read_header(blob)
    return _step(header, revision, None if place else body, place or "", fetch)


def _step(header: Header, revision: int, body: bytes | None, own: str, fetch: Fetch) -> Step:
    created = None
    if header.pages:
        created = Directory(
            header.pages,
            [own, *(file.key for file in header.files)],
            [sum(header.index), *(file.size for file in header.files)],
            header.index,
            header.ids,
            fetch,
            body,
        )
    return Step(
        header.change, revision, header.size, created=created, order=header.order,
        counts=header.counts,
    )  # fmt: skip


def _is_large(objects: Objects) -> bool:
    """Whether objects are to be in pages."""
    limit = PAGED_FROM
    for weight in _weights(objects):
        limit -= weight
        if limit <= 0:
            return True
    return False


def _weights(objects: Objects) -> Iterator[int]:
    # A few at a time: of many objects the first ones tell.
    for start in range(0, len(objects.shapes), 256):
        yield sum(pages.weights("shape", objects.shapes[start : start + 256]))
    for start in range(0, len(objects.tracks), 16):
        yield sum(pages.weights("track", objects.tracks[start : start + 16]))
    yield sum(pages.weights("tag", objects.tags))


def _order(created: Objects) -> list[int]:
    """Ids in the order in which they were sent, or nothing if that is the order of the ids."""
    ids = [identity(item) for item in created.all()]
    return [] if all(left < right for left, right in pairwise(ids)) else ids
