"""What a snapshot holds, page by page in order of frames.

Pages of one directory hardly overlap, so little more than a page is held at a time. What was
changed since they were made is in memory anyway.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any

import msgspec

from chalicelib.annotations.model.document import Annotation, Kind, Shape, Tag, Track, kind_of
from chalicelib.annotations.revisions.changes import identity
from chalicelib.annotations.revisions.directories import Directory
from chalicelib.annotations.revisions.extents import FOREVER, extent
from chalicelib.annotations.revisions.pages import Entry
from chalicelib.annotations.revisions.snapshots import Snapshot

#: Bytes of compressed pages that are read ahead.
AHEAD = 1 << 20
_BY_ID = attrgetter("id")


class OnFrame(msgspec.Struct, gc=False):
    """Tags and shapes of one frame, by id."""

    frame: int
    tags: list[Tag]
    shapes: list[Shape]


def frames(snapshot: Snapshot, start: int = 0, stop: int = FOREVER) -> Iterator[OnFrame]:
    """Tags and shapes on those of the frames `start` to `stop` (inclusive) that have any.

    Raises:
        Damaged: a page cannot be read.
    """
    over = snapshot.changed()
    pending: dict[int, OnFrame] = {}
    _put(pending, (item for item in over.values() if item and start <= item.frame <= stop))
    for entry, load in _pages(snapshot, ("tag", "shape"), start, stop):
        yield from _finished(pending, entry.first)
        items = load()
        if entry.first < start or entry.last > stop:
            items = [item for item in items if start <= item.frame <= stop]
        if over:
            items = [item for item in items if identity(item) not in over]
        _put(pending, items)
    yield from _finished(pending, FOREVER + 1)


def tracks(snapshot: Snapshot) -> Iterator[Track]:
    """Tracks by first frame, then id. Raises Damaged."""
    over = snapshot.changed()
    waiting = [_waiting(item) for item in over.values() if isinstance(item, Track)]
    heapq.heapify(waiting)
    for entry, load in _pages(snapshot, ("track",), 0, FOREVER):
        while waiting and waiting[0][0] < entry.first:
            yield heapq.heappop(waiting)[2]
        for item in load():
            if identity(item) not in over:
                heapq.heappush(waiting, _waiting(item))
    while waiting:
        yield heapq.heappop(waiting)[2]


def reach(snapshot: Snapshot, kinds: Iterable[Kind]) -> tuple[int, int] | None:
    """The first and the last frame on which something of some kinds may be; None for nothing."""
    wanted = frozenset(kinds)
    found = [
        (entry.first, entry.last)
        for directory in snapshot.directories
        for entry in directory.entries
        if entry.kind in wanted
    ]
    changed = (item for item in snapshot.changed().values() if item is not None)
    found += (extent(item) for item in changed if kind_of(item) in wanted)
    if not found:
        return None
    return min(first for first, _ in found), max(last for _, last in found)


def _pages(
    snapshot: Snapshot, kinds: tuple[Kind, ...], start: int, stop: int
) -> Iterator[tuple[Entry, Callable[[], list[Any]]]]:
    """Pages by their first frame."""
    wanted = [
        (directory, entry)
        for directory in snapshot.directories
        for entry in directory.entries
        if entry.kind in kinds and entry.reaches(start, stop)
    ]
    wanted.sort(key=lambda place: place[1].first)
    for batch in _batches(wanted):
        read = {
            (directory, entry.number): load
            for directory in dict.fromkeys(directory for directory, _ in batch)
            for entry, load in directory.once(entry for other, entry in batch if other is directory)
        }
        for directory, entry in batch:
            yield entry, read.pop((directory, entry.number))


def _batches(
    places: Iterable[tuple[Directory, Entry]],
) -> Iterator[list[tuple[Directory, Entry]]]:
    batch: list[tuple[Directory, Entry]] = []
    size = 0
    for place in places:
        if batch and size + place[1].packed > AHEAD:
            yield batch
            batch, size = [], 0
        batch.append(place)
        size += place[1].packed
    if batch:
        yield batch


def _put(pending: dict[int, OnFrame], items: Iterable[Annotation]) -> None:
    last = OnFrame(-1, [], [])
    for item in items:
        if isinstance(item, Track):
            continue
        if item.frame != last.frame:
            last = pending.get(item.frame) or OnFrame(item.frame, [], [])
            pending[item.frame] = last
        if isinstance(item, Shape):
            last.shapes.append(item)
        else:
            last.tags.append(item)


def _finished(pending: dict[int, OnFrame], before: int) -> Iterator[OnFrame]:
    for frame in sorted(frame for frame in pending if frame < before):
        found = pending.pop(frame)
        found.tags.sort(key=_BY_ID)
        found.shapes.sort(key=_BY_ID)
        yield found


def _waiting(track: Track) -> tuple[int, int, Track]:
    return track.frame, identity(track), track
