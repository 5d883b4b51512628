"""A job's annotations as they were when someone began to read them.

Whoever reads for minutes, from several processes, wants the same each time, whatever is saved
meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import msgspec

from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.model.document import Track
from chalicelib.annotations.revisions import history, reading
from chalicelib.annotations.revisions.cache import View, views
from chalicelib.annotations.revisions.damage import Damaged
from chalicelib.annotations.revisions.snapshots import Snapshot
from chalicelib.annotations.streaming import snapshots
from chalicelib.annotations.streaming.snapshots import OnFrame
from chalicelib.platform.errors import Gone

T = TypeVar("T")


class Pinned(msgspec.Struct, frozen=True):
    """A job's annotations at one revision.

    Attributes:
        frames: the first and the last frame with tags or shapes; None if there are none.
        tracks: the same of tracks.
    """

    span: Span
    revision: int
    frames: tuple[int, int] | None = None
    tracks: tuple[int, int] | None = None


def pin(spans: Iterable[Span]) -> list[Pinned]:
    """The current annotations of jobs. Raises Damaged."""
    wanted = list(spans)
    seen = reading.look(span.job_id for span in wanted)
    return [_pinned(span, seen[span.job_id]) for span in wanted]


def frames_of(pinned: Pinned, start: int, stop: int) -> Iterator[OnFrame]:
    """Tags and shapes on frames `start` to `stop` (inclusive). Raises Damaged."""
    last = start - 1

    def read(snapshot: Snapshot) -> Iterator[OnFrame]:
        return snapshots.frames(snapshot, last + 1, stop)

    for found in _again(pinned, read):
        last = found.frame
        yield found


def tracks_of(pinned: Pinned) -> Iterator[Track]:
    """Tracks by first frame, then id. Raises Damaged."""
    done = 0

    def read(snapshot: Snapshot) -> Iterator[Track]:
        left = done
        for track in snapshots.tracks(snapshot):
            if left:
                left -= 1
            else:
                yield track

    for track in _again(pinned, read):
        done += 1
        yield track


def _pinned(span: Span, view: View) -> Pinned:
    head = view.head
    if not (head.tags or head.shapes or head.tracks):
        return Pinned(span, head.revision)
    snapshot = reading.snapshot_of(span.job_id, view)
    return Pinned(
        span,
        snapshot.revision,
        snapshots.reach(snapshot, ("tag", "shape")),
        snapshots.reach(snapshot, ("track",)),
    )


def _again(pinned: Pinned, read: Callable[[Snapshot], Iterator[T]]) -> Iterator[T]:
    """What is read of a snapshot, and where that is damaged, of one that is read anew.

    What this process remembers may be in files that folds have done without for long.
    """
    try:
        yield from read(_snapshot(pinned))
    except Damaged:
        views.forget(pinned.span.job_id)
        yield from read(_snapshot(pinned))


def _snapshot(pinned: Pinned) -> Snapshot:
    job_id = pinned.span.job_id
    view = reading.look_at(job_id)
    if view.head.revision == pinned.revision:
        found = reading.snapshot_of(job_id, view)
        if found.revision == pinned.revision:
            return found
    try:
        return history.as_of(job_id, pinned.revision)
    except Gone:
        # History that is kept for minutes only: what there is now is the best there is.
        return reading.snapshot_of(job_id, reading.look_at(job_id))
