"""Tags or shapes on disk, written as pages when they come, and read in order of frames.

Files list images one after another as a rule. So what has come is put in order and made into pages
at once, a few megabytes at a time, each page within one job. A page whose frames no other page has
goes into the job as it is; the objects of those that overlap are merged.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from operator import attrgetter
from tempfile import TemporaryFile
from typing import Generic, Literal, TypeVar

import msgspec

from chalicelib.annotations.bulk.numbering import number
from chalicelib.annotations.model.document import Shape, Tag, gather
from chalicelib.annotations.revisions import pages
from chalicelib.annotations.revisions.pages import Page
from chalicelib.annotations.statistics.counting import Counts, counts_of

A = TypeVar("A", Tag, Shape)

#: Bytes of objects, as they came, that wait in memory: several times as many as that.
MOST_WAITING = 4 << 20
#: Objects that are merged at once, or more.
MOST_MERGED = 4096
#: So many times as much out of order as fits in memory, and pages are half as large: a page of
#: each is open while they are merged.
MANY_ROUNDS = 32

_FRAME = attrgetter("frame")
_FIRST, _LAST, _BEGIN = attrgetter("first"), attrgetter("last"), attrgetter("begin")
_ID = attrgetter("id")
_FRAME_AND_ID = attrgetter("frame", "id")
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Counts)


class Ready(msgspec.Struct, frozen=True):
    """A page that can be stored as it is, and what is counted of it."""

    page: Page
    counts: Counts


class _Stretch(msgspec.Struct, frozen=True, gc=False):
    """A page on disk.

    Attributes:
        first, last: its frames, inclusive.
        low, count: its objects have so many ids from there on, in order of frames.
        weight: see `pages.weights`.
        raw: bytes before compression.
        offset, packed, counted: where it is, and how many bytes; its counts follow it.
    """

    first: int
    last: int
    low: int
    count: int
    weight: int
    raw: int
    offset: int
    packed: int
    counted: int

    @property
    def begin(self) -> tuple[int, int]:
        """Frame and id that nothing in it comes before."""
        return self.first, self.low

    @property
    def end(self) -> tuple[int, int]:
        """Frame and id that nothing in it comes after."""
        return self.last, self.low + self.count


class Stretches(Generic[A]):
    """Objects of one kind. Close it: it holds a temporary file."""

    def __init__(self, kind: Literal["tag", "shape"], cuts: Sequence[int]) -> None:
        """`cuts`: frames, rising, on which no page goes on that began before them."""
        self._kind: Literal["tag", "shape"] = kind
        self._cuts = cuts
        self._file = TemporaryFile()  # noqa: SIM115  closed by `close`
        self._size = 0
        self._waiting: list[A] = []
        self._waits = 0
        #: In the order in which they came; put in order of frames when they are asked for.
        self._stretches: list[_Stretch] = []
        #: The last frame of all of them up to each of them, once they are in order.
        self._reach: list[int] = []
        self._last = -1
        self._rounds_out_of_order = 0

    def extend(self, items: Sequence[A], size: int) -> None:
        """Put objects behind the others. They must not change any more, and get ids here.

        Args:
            size: about how many bytes they took when they came, or more.
        """
        self._waiting += items
        self._waits += size
        if self._waits > MOST_WAITING:
            self._flush()

    def weight(self, start: int, stop: int) -> int:
        """About how many bytes the objects of frames take before compression, or more."""
        return sum(one.weight for one in self._near(start, stop))

    def lists(self, start: int, stop: int, taken: int = 0) -> Iterator[list[A]]:
        """The objects of frames, in order of these and then of arrival, a few at a time.

        Args:
            start, stop: inclusive.
            taken: objects on frames before this one get new ids: others have theirs.
        """
        yield from self._merged(self._near(start, stop), start, stop, taken)

    def pages(self, start: int, stop: int, taken: int = 0) -> Iterator[Ready | list[A]]:
        """The same, where possible as pages."""
        near, at = self._near(start, stop), 0
        while at < len(near):
            one, after = near[at], near[at + 1] if at + 1 < len(near) else None
            is_alone = after is None or one.end <= after.begin
            # Small ones are put together.
            is_large = 4 * one.weight >= pages.PAGE_BYTES
            if is_alone and is_large and max(start, taken) <= one.first and one.last <= stop:
                yield self._ready(one)
                at += 1
            else:
                stop_at = _apart(near, at)
                yield from self._merged(near[at:stop_at], start, stop, taken)
                at = stop_at

    def close(self) -> None:
        self._file.close()

    def _flush(self) -> None:
        """Write what waits."""
        items, self._waiting, self._waits = self._waiting, [], 0
        if not items:
            return
        items.sort(key=_FRAME)
        number(items)
        if items[0].frame < self._last:
            self._rounds_out_of_order += 1
        self._last = max(self._last, items[-1].frame)
        aim = pages.PAGE_BYTES * MANY_ROUNDS // (MANY_ROUNDS + self._rounds_out_of_order)
        self._file.seek(self._size)
        for part in self._divided(items):
            at = 0
            for page in pages.make(self._kind, part, aim):
                count = len(page.ids)
                self._write(page, part[at : at + count])
                at += count
        self._reach.clear()

    def _divided(self, items: list[A]) -> Iterator[list[A]]:
        at = 0
        for cut in self._cuts[bisect_right(self._cuts, items[0].frame) :]:
            end = bisect_left(items, cut, lo=at, key=_FRAME)
            if end > at:
                yield items[at:end]
                at = end
            if at == len(items):
                return
        yield items[at:]

    def _write(self, page: Page, items: list[A]) -> None:
        counts = _encoder.encode(counts_of(gather([*items])))
        self._stretches.append(
            _Stretch(
                page.first, page.last, page.ids[0], len(items), page.weight, page.raw, self._size,
                len(page.blob), len(counts),
            )
        )  # fmt: skip
        self._file.write(page.blob)
        self._file.write(counts)
        self._size += len(page.blob) + len(counts)

    def _near(self, start: int, stop: int) -> list[_Stretch]:
        """Those that may have something on frames, in order of where they begin."""
        self._flush()
        if not self._reach:
            self._stretches.sort(key=_BEGIN)
            self._reach = [*accumulate(map(_LAST, self._stretches), max)]
        low = bisect_left(self._reach, start)
        high = bisect_right(self._stretches, stop, key=_FIRST)
        return [one for one in self._stretches[low:high] if one.last >= start]

    def _merged(
        self, near: Sequence[_Stretch], start: int, stop: int, taken: int
    ) -> Iterator[list[A]]:
        waiting: list[A] = []
        at = 0
        while at < len(near):
            # As many as wait, so that nothing is put in order more than twice, about.
            aim = len(waiting) + max(len(waiting), MOST_MERGED)
            while at < len(near) and len(waiting) < aim:
                waiting += self._read(near[at], start, stop)
                at += 1
            waiting.sort(key=_ID)
            waiting.sort(key=_FRAME)
            end = len(waiting)
            if at < len(near):
                end = bisect_left(waiting, near[at].begin, key=_FRAME_AND_ID)
            done, waiting = waiting[:end], waiting[end:]
            number([item for item in done if item.frame < taken])
            if done:
                yield done

    def _read(self, one: _Stretch, start: int, stop: int) -> list[A]:
        self._file.seek(one.offset)
        found: list[A] = pages.objects_of(self._kind, self._file.read(one.packed))
        if start <= one.first and one.last <= stop:
            return found
        return [item for item in found if start <= item.frame <= stop]

    def _ready(self, one: _Stretch) -> Ready:
        self._file.seek(one.offset)
        blob = self._file.read(one.packed)
        ids = range(one.low, one.low + one.count)
        page = Page(self._kind, one.first, one.last, ids, blob, one.raw, one.weight)
        return Ready(page, _decoder.decode(self._file.read(one.counted)))


def _apart(near: Sequence[_Stretch], start: int) -> int:
    """Where those end that overlap each other, beginning with that one."""
    end = near[start].end
    for at in range(start + 1, len(near)):
        if end <= near[at].begin:
            return at
        end = max(end, near[at].end)
    return len(near)
