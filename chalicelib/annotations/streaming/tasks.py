"""The annotations of a task, merged over its jobs as `merging` does, frame by frame.

Tags and shapes have one frame, so only frames that jobs share need merging, each by itself. Tracks
of jobs that share frames are merged job by job; those of a job that shares no frame with another
pass through one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter, itemgetter

from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.model.document import Objects, Track
from chalicelib.annotations.revisions.changes import identity
from chalicelib.annotations.revisions.extents import FOREVER
from chalicelib.annotations.streaming import pinned
from chalicelib.annotations.streaming.ordering import Stream, in_order
from chalicelib.annotations.streaming.pinned import Pinned
from chalicelib.annotations.streaming.snapshots import OnFrame

_BY_FRAME = attrgetter("frame")


def frames_of(jobs: Sequence[Pinned], start: int = 0, stop: int = FOREVER) -> Iterator[OnFrame]:
    """Tags and shapes on those of the frames `start` to `stop` (inclusive) that have any.

    Args:
        jobs: of one task, by span; or a single one.

    Raises:
        Damaged: annotations cannot be read.
    """
    near = [job for job in jobs if job.frames and job.frames[0] <= stop and job.frames[1] >= start]
    if len(near) == 1:
        yield from pinned.frames_of(near[0], start, stop)
        return
    streams = [
        Stream(max(start, job.frames[0]), partial(pinned.frames_of, job, start, stop))
        for job in near
        if job.frames
    ]
    found = in_order(streams, _BY_FRAME)
    for frame, group in groupby(found, key=lambda placed: placed[1].frame):
        on_frame = list(group)
        if len(on_frame) == 1:
            yield on_frame[0][1]
        else:
            yield _merged(frame, [(near[place].span, found) for place, found in on_frame])


def tracks_of(jobs: Sequence[Pinned]) -> Iterator[Track]:
    """Tracks by first frame, then id. Raises Damaged."""
    last = max((job.span.stop for job in jobs), default=0)
    chains = list(_chains([job for job in jobs if job.tracks]))
    streams = [
        Stream(min(job.tracks[0] for job in chain if job.tracks), partial(_joined, chain, last))
        for chain in chains
    ]
    found: Iterator[tuple[int, Track]] = in_order(streams, _order)
    return map(itemgetter(1), found)


def _merged(frame: int, parts: Sequence[tuple[Span, OnFrame]]) -> OnFrame:
    # Imported when first needed: most tasks have no frames that jobs share.
    from chalicelib.annotations.merging.joining import Piece, merge, objects_of

    pieces = [
        Piece(span, Objects(tags=found.tags, shapes=found.shapes))
        for span, found in sorted(parts, key=lambda part: (part[0].start, part[0].job_id))
    ]
    merged = objects_of(merge(pieces))
    return OnFrame(frame, merged.tags, merged.shapes)


def _chains(jobs: Sequence[Pinned]) -> Iterator[list[Pinned]]:
    """Jobs by span in groups that share no frame with each other."""
    chain: list[Pinned] = []
    reach = -1
    for job in jobs:
        if chain and job.span.start > reach:
            yield chain
            chain = []
        chain.append(job)
        reach = max(reach, job.span.stop)
    if chain:
        yield chain


def _joined(chain: Sequence[Pinned], last: int) -> Iterator[Track]:
    """Tracks of jobs, those that end with their job closed behind it, by first frame and id.

    Args:
        last: of the task's frames.
    """
    if len(chain) > 1:
        # Imported when first needed: most tasks have no frames that jobs share.
        from chalicelib.annotations.streaming.shared_tracks import joined

        yield from joined(chain, last)
        return
    from chalicelib.annotations.merging.joining import closed

    (job,) = chain
    for track in pinned.tracks_of(job):
        yield closed(track, job.span.stop + 1) if job.span.stop < last else track


def _order(track: Track) -> tuple[int, int]:
    return track.frame, identity(track)
