"""Pages: objects of one kind in order of their frames, encoded and compressed on their own.

A page is read without the others, so that a range of frames or a single object of a large job
costs no more than of a small one. Pages are never changed, only replaced by others.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from operator import attrgetter
from typing import Any, TypeVar, cast

import msgspec
import zstandard

from chalicelib.annotations.model.document import Annotation, Kind, Shape, Tag, Track
from chalicelib.annotations.revisions.changes import identity
from chalicelib.annotations.revisions.extents import extent

A = TypeVar("A", Tag, Shape, Track)

#: What a page aims at, bytes before compression.
PAGE_BYTES = 65_536
#: More pages than this are not made of one payload; they grow instead.
MOST_PAGES = 2_000
_LEVEL = 1

_encoder = msgspec.msgpack.Encoder()
_BY_FRAME = attrgetter("frame")
_BY_ID = attrgetter("id")


class Entry(msgspec.Struct, array_like=True, frozen=True):
    """What is known of a page without reading it.

    Attributes:
        number: tells it from the other pages of its directory.
        first, last: frames on which it can show something, inclusive.
        count: objects in it.
        file: where its bytes are: 0 is beside the directory, n the n-th of its files.
        offset, packed: which bytes.
        raw: bytes before compression.
    """

    number: int
    kind: Kind
    first: int
    last: int
    count: int
    file: int
    offset: int
    packed: int
    raw: int

    def reaches(self, start: int, stop: int) -> bool:
        """Whether it can show something between two frames, both inclusive."""
        return self.first <= stop and self.last >= start


class Page(msgspec.Struct, frozen=True):
    """A page that was made just now. `ids`: of its objects; `weight`: see `weights`."""

    kind: Kind
    first: int
    last: int
    ids: Sequence[int]
    blob: bytes
    raw: int
    weight: int


def weights(kind: Kind, items: Sequence[Annotation]) -> list[int]:
    """About how many bytes each object takes before compression."""
    if kind == "tag":
        return [110 + 40 * len(tag.attributes) for tag in items]
    if kind == "shape":
        # The way of nearly all shapes, without a call for each.
        return [
            _of_shape(shape) if shape.attributes or shape.elements else 190 + 9 * len(shape.points)
            for shape in cast(Sequence[Shape], items)
        ]
    return [_of_track(track) for track in items if isinstance(track, Track)]


def make(kind: Kind, items: list[A], page_bytes: int = 0) -> Iterator[Page]:
    """Cut objects of one kind into pages.

    Args:
        items: with ids, in any order.
        page_bytes: what a page aims at; 0 leaves it to the number of objects.
    """
    ordered = sorted(items, key=_BY_ID)
    ordered.sort(key=_BY_FRAME)
    ends = list(accumulate(weights(kind, ordered)))
    if not ends:
        return
    aim = page_bytes or max(PAGE_BYTES, ends[-1] // MOST_PAGES)
    compressor = zstandard.ZstdCompressor(level=_LEVEL)
    start = 0
    while start < len(ordered):
        done = ends[start - 1] if start else 0
        stop = max(start + 1, bisect_left(ends, done + aim))
        part: list[A] = ordered[start:stop]
        plain = _encoder.encode(part)
        first, last = _span(kind, part)
        yield Page(
            kind, first, last, [*map(_BY_ID, part)], compressor.compress(plain), len(plain),
            ends[stop - 1] - done,
        )  # fmt: skip
        start = stop


def decode(kind: Kind, blob: bytes) -> dict[int, Annotation]:
    """The objects of a page by id, in their order.

    Raises:
        zstandard.ZstdError, msgspec.DecodeError: these are not the bytes of such a page.
    """
    return {identity(item): item for item in objects_of(kind, blob)}


def objects_of(kind: Kind, blob: bytes) -> list[Any]:
    """The objects of a page, by frame and then by id. Raises as `decode`."""
    plain = zstandard.ZstdDecompressor().decompress(blob)
    found: list[Any] = _decoder(kind).decode(plain)
    return found


@cache
def _decoder(kind: Kind) -> Any:
    # Made when first needed: it takes a process that only starts longer than all of this module.
    return msgspec.msgpack.Decoder({"tag": list[Tag], "shape": list[Shape]}.get(kind, list[Track]))


def _span(kind: Kind, ordered: Sequence[Annotation]) -> tuple[int, int]:
    if kind != "track":
        return ordered[0].frame, ordered[-1].frame
    extents = [extent(track) for track in ordered]
    return min(first for first, _ in extents), max(last for _, last in extents)


def _of_shape(shape: Shape) -> int:
    parts = [180 + 9 * len(part.points) + 40 * len(part.attributes) for part in shape.elements]
    return 190 + 9 * len(shape.points) + 40 * len(shape.attributes) + sum(parts)


def _of_track(track: Track) -> int:
    keyframes = [*track.shapes, *(shape for part in track.elements for shape in part.shapes)]
    return (
        120 * (1 + len(track.elements))
        + 130 * len(keyframes)
        + sum(9 * len(shape.points) + 40 * len(shape.attributes) for shape in keyframes)
    )
