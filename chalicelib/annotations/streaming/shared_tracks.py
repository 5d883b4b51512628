"""Tracks of jobs that share frames, put together while the jobs are read one after another.

A track is passed on when no job can add to it and none that is still to come begins before it.
What waits for that is held packed, in a tenth of the memory: behind a track that goes through all
the jobs of a task all others wait.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from itertools import accumulate

import msgspec
import zstandard

from chalicelib.annotations.merging.growing import Whole
from chalicelib.annotations.merging.joining import ended, growing
from chalicelib.annotations.model.document import Track
from chalicelib.annotations.revisions.changes import identity
from chalicelib.annotations.revisions.extents import FOREVER
from chalicelib.annotations.streaming import pinned
from chalicelib.annotations.streaming.pinned import Pinned

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Track).decode


def joined(jobs: Sequence[Pinned], last: int) -> Iterator[Track]:
    """Tracks by first frame, then id. Raises Damaged.

    Args:
        jobs: by span, all of which have tracks.
        last: of the task's frames: tracks that end before it with their jobs are closed.
    """
    coming = _first_frames(jobs)
    #: Frame, id and number of each, and the track or its bytes.
    waiting: list[tuple[int, int, int, Track | bytes]] = []
    for grown in growing((job.span, list(pinned.tracks_of(job))) for job in jobs):
        bound = min(next(coming, FOREVER), *map(_first_frame, grown.open.values()), FOREVER)
        for number, whole in grown.ended.items():
            track = ended(whole, last).item
            assert isinstance(track, Track)
            held = track if track.frame < bound else _pack(track)
            heapq.heappush(waiting, (track.frame, identity(track), number, held))
        while waiting and waiting[0][0] < bound:
            *_, found = heapq.heappop(waiting)
            yield found if isinstance(found, Track) else _unpack(found)


def _pack(track: Track) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(_encode(track))


def _unpack(packed: bytes) -> Track:
    return _decode(zstandard.ZstdDecompressor().decompress(packed))


def _first_frames(jobs: Sequence[Pinned]) -> Iterator[int]:
    """Behind each job, the first frame of any track of the jobs to come."""
    firsts = [job.tracks[0] if job.tracks else FOREVER for job in jobs[1:]]
    return iter(list(accumulate(reversed(firsts), min))[::-1])


def _first_frame(whole: Whole) -> int:
    shapes = whole.line.shapes
    return min(whole.track.frame, shapes[0].frame) if shapes else whole.track.frame
