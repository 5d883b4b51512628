"""What one revision of a job holds, written as pages to disk and from there to the bucket."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import chain, pairwise
from tempfile import TemporaryFile
from typing import IO, BinaryIO, TypeVar, cast

import msgspec

from chalicelib.annotations.bulk.gathering import Gathering
from chalicelib.annotations.bulk.stretches import Ready
from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.model.document import Kind, Objects, Shape, Tag, Track, gather
from chalicelib.annotations.revisions import log, pages, payloads
from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.revisions.id_index import IdIndex
from chalicelib.annotations.revisions.pages import Entry, Page
from chalicelib.annotations.revisions.payloads import Header, Packed
from chalicelib.annotations.statistics.counting import Counts, added, counts_of
from chalicelib.platform import bucket

A = TypeVar("A", Tag, Shape, Track)

#: Pages that are made at once, so that few of them are small.
_PAGES_AT_ONCE = 8


class Prepared(msgspec.Struct, kw_only=True):
    """A revision of a job that is ready to be named by the job's head.

    Attributes:
        packed: its header; of a small one the body, too.
        place: key of the file that has the body, if it is in the bucket.
        body_size: bytes of the body in that file, which the header follows.
        tags, shapes, tracks: how many there are.
        low, high: the least and the greatest id; 0 if there are none.
    """

    job_id: int
    packed: Packed
    place: str | None = None
    body_size: int = 0
    tags: int = 0
    shapes: int = 0
    tracks: int = 0
    low: int = 0
    high: int = 0

    @property
    def count(self) -> int:
        """Number of objects."""
        return self.tags + self.shapes + self.tracks


def prepare(gathering: Gathering, span: Span, *, replace: bool, room: int) -> Prepared:
    """Make the revision of a job, and put what is large of it into the bucket.

    Args:
        room: bytes that stay in the table.
    """
    weight = gathering.weight(span)
    if weight < payloads.PAGED_FROM:
        return _small(gathering, span, replace=replace)
    with TemporaryFile() as file:
        page_bytes = max(pages.PAGE_BYTES, weight // pages.MOST_PAGES)
        writer = _PagesWriter(file, page_bytes)
        if page_bytes == pages.PAGE_BYTES:
            tags = writer.write("tag", gathering.pages_of_tags(span))
            shapes = writer.write("shape", gathering.pages_of_shapes(span))
        else:
            tags = writer.write("tag", gathering.tags(span))
            shapes = writer.write("shape", gathering.shapes(span))
        tracks = writer.write("track", gathering.tracks(span))
        header = writer.finish(replace=replace)
        made = Prepared(
            job_id=span.job_id, packed=Packed(header, b""), body_size=file.tell(), tags=tags,
            shapes=shapes, tracks=tracks, low=header.ids[0], high=header.ids[1],
        )  # fmt: skip
        if made.body_size + len(made.packed.head) <= min(room, log.INLINE_LIMIT):
            file.seek(0)
            made.packed = Packed(header, file.read())
        else:
            made.place = log.object_key(log.object_prefix(span.job_id), 0)
            file.write(made.packed.head)
            file.seek(0)
            bucket.put(made.place, cast(BinaryIO, file))
    return made


def _small(gathering: Gathering, span: Span, *, replace: bool) -> Prepared:
    made = Objects(
        tags=[*chain.from_iterable(gathering.tags(span))],
        shapes=[*chain.from_iterable(gathering.shapes(span))],
        tracks=[*chain.from_iterable(gathering.tracks(span))],
    )
    change = Change(replace=replace, create=made)
    low, high = change.range_of_ids()
    return Prepared(
        job_id=span.job_id, packed=log.pack(change, counts_of(made)), tags=len(made.tags),
        shapes=len(made.shapes), tracks=len(made.tracks), low=low, high=high,
    )  # fmt: skip


class _PagesWriter:
    """Writes the body of a payload: pages, and the index of ids behind them."""

    def __init__(self, file: IO[bytes], page_bytes: int) -> None:
        self._file = file
        self._page_bytes = page_bytes
        self._entries: list[Entry] = []
        self._ids, self._numbers = array("q"), array("I")
        self._counts: list[Counts] = []

    def write(self, kind: Kind, items: Iterable[Ready | list[A]]) -> int:
        """Write the objects of a kind, which have ids. Returns how many."""
        total, waiting, weight = 0, list[A](), 0
        for some in items:
            if isinstance(some, Ready):
                self._flush(kind, waiting)
                waiting, weight = [], 0
                total += len(some.page.ids)
                self._write(some.page)
                self._count(some.counts)
                continue
            total += len(some)
            waiting += some
            weight += sum(pages.weights(kind, some))
            if weight > _PAGES_AT_ONCE * self._page_bytes:
                self._flush(kind, waiting)
                waiting, weight = [], 0
        self._flush(kind, waiting)
        return total

    def finish(self, *, replace: bool) -> Header:
        """Write the index. Returns the header."""
        index = self._index()
        blob = index.encode()
        offset = self._file.tell()
        self._file.write(blob)
        return Header(
            change=Change(replace=replace),
            counts=added(*self._counts),
            size=sum(entry.raw for entry in self._entries),
            pages=self._entries,
            index=(offset, len(blob)),
            ids=index.span,
        )

    def _flush(self, kind: Kind, items: list[A]) -> None:
        if not items:
            return
        self._count(counts_of(gather([*items])))
        for page in pages.make(kind, items, self._page_bytes):
            self._write(page)

    def _write(self, page: Page) -> None:
        number = len(self._entries)
        self._entries.append(
            Entry(
                number, page.kind, page.first, page.last, len(page.ids), 0, self._file.tell(),
                len(page.blob), page.raw,
            )
        )  # fmt: skip
        self._file.write(page.blob)
        self._ids.extend(page.ids)
        self._numbers.extend([number] * len(page.ids))

    def _count(self, counts: Counts) -> None:
        """Note what is counted; few sums of like size are kept, so that adding them stays cheap."""
        self._counts.append(counts)
        while len(self._counts) > 1 and self._counts[-2].size <= 2 * self._counts[-1].size:
            self._counts[-2:] = [added(*self._counts[-2:])]

    def _index(self) -> IdIndex:
        if any(left > right for left, right in pairwise(self._ids)):
            # Tracks are in order of frames within their pages; what came in no order of frames
            # has got its ids before it was put in order.
            return IdIndex.of(zip(self._ids, self._numbers, strict=True))
        return IdIndex(self._ids, self._numbers)
