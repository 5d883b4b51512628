"""Making one document of a task out of those of its jobs.

Jobs are taken in order. On frames that a job shares with those before it, its objects are paired
with theirs: of a pair of tags or shapes the earlier one stays, tracks are joined. A track that
goes on to the end of its job and not beyond is closed behind it.

The time grows with the number of objects: each is compared only with what is near it on a frame
of both jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import inf
from operator import attrgetter
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from chalicelib.annotations.merging import marks, similarity
from chalicelib.annotations.merging.growing import Whole
from chalicelib.annotations.merging.pairing import Marks, pairs
from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.merging.tracks import Seen, likeness
from chalicelib.annotations.model.document import (
    Annotation,
    Objects,
    Shape,
    SubTrack,
    Tag,
    Track,
    TrackedShape,
    gather,
)
from chalicelib.annotations.revisions.changes import identity

_FRAME = attrgetter("frame")

T = TypeVar("T", Tag, Shape)
U = TypeVar("U")


class Piece(msgspec.Struct, frozen=True):
    """The annotations of one job."""

    span: Span
    objects: Objects


class Merged(msgspec.Struct, gc=False):
    """An object of the task.

    Attributes:
        homes: its id in each job that has a part of it.
        until: last frame of the jobs that it was found in.
    """

    item: Annotation
    homes: dict[int, int]
    until: int


def merge(pieces: Sequence[Piece]) -> list[Merged]:
    """Objects of a task: tags and shapes by job, then tracks. `pieces` in order of frames."""
    if not pieces:
        return []
    last = max(piece.span.stop for piece in pieces)
    return [
        *_merge_kind([(piece.span, piece.objects.tags) for piece in pieces], marks.of_tag, _unlike),
        *_merge_kind(
            [(piece.span, piece.objects.shapes) for piece in pieces],
            marks.of_shape,
            similarity.of_geometries,
        ),
        *(ended(whole, last) for whole in _merge_tracks(pieces)),
    ]


def objects_of(merged: Iterable[Merged]) -> Objects:
    """Objects as the API shows them: tags and shapes by frame."""
    objects = gather([entry.item for entry in merged])
    objects.tags.sort(key=lambda tag: tag.frame)
    objects.shapes.sort(key=lambda shape: shape.frame)
    return objects


def closed(track: Track, frame: int) -> Track:
    """The same track, out of the picture from `frame` on unless it has keyframes there."""
    elements = [replace(element, shapes=_closed(element, frame)) for element in track.elements]
    return replace(track, shapes=_closed(track, frame), elements=elements)


def _closed(track: Track | SubTrack, frame: int) -> list[TrackedShape]:
    last = max(track.shapes, key=_FRAME)
    if last.outside or last.frame >= frame:
        return track.shapes
    return [*track.shapes, replace(last, id=None, frame=frame, outside=True)]


def ended(whole: Whole, last: int) -> Merged:
    """A track that does not go on to the last frame of all ends behind the last of its jobs."""
    track = whole.put_together()
    if whole.until < last:
        track = closed(track, whole.until + 1)
    return Merged(track, whole.homes, whole.until)


def _unlike(_one: Tag, _other: Tag) -> float:
    """Tags that do not have the same label."""
    return 0.0


def _by_index(
    left: Sequence[U], right: Sequence[U], likeness: Callable[[U, U], float]
) -> Callable[[int, int], float]:
    return lambda i, j: likeness(left[i], right[j])


def _merge_kind(
    parts: Sequence[tuple[Span, list[T]]],
    mark: Callable[[T], Marks],
    likeness: Callable[[T, T], float],
) -> list[Merged]:
    found: list[Merged] = []
    on_frame: dict[int, list[tuple[Merged, T]]] = {}
    reach = -1
    for place, (span, items) in enumerate(parts):
        following = parts[place + 1][0].start if place + 1 < len(parts) else inf
        on_frame = {frame: on_frame[frame] for frame in on_frame if frame >= span.start}
        shared: dict[int, list[T]] = {}
        alone: list[T] = []
        for item in items:
            if span.start <= item.frame <= reach and item.frame in on_frame:
                shared.setdefault(item.frame, []).append(item)
            else:
                alone.append(item)
        for frame, ours in shared.items():
            known = on_frame[frame]
            theirs = [item for _, item in known]
            twins = pairs(
                [mark(item) for item in theirs],
                [mark(item) for item in ours],
                _by_index(theirs, ours, likeness),
                similarity.SHAPE_THRESHOLD,
            )
            for index, item in enumerate(ours):
                if index in twins:
                    known[twins[index]][0].homes[span.job_id] = identity(item)
                else:
                    alone.append(item)
        for item in alone:
            merged = Merged(item, {span.job_id: identity(item)}, span.stop)
            found.append(merged)
            if item.frame >= following:
                on_frame.setdefault(item.frame, []).append((merged, item))
        reach = max(reach, span.stop)
    return found


def _merge_tracks(pieces: Sequence[Piece]) -> list[Whole]:
    found: dict[int, Whole] = {}
    for grown in growing((piece.span, piece.objects.tracks) for piece in pieces):
        found |= grown.ended
    return [found[number] for number in sorted(found)]


class Grown(msgspec.Struct):
    """Tracks after a job was added; they are numbered as they were found.

    Attributes:
        ended: those that no later job can add to.
        open: the others.
    """

    ended: dict[int, Whole]
    open: dict[int, Whole]


def growing(jobs: Iterable[tuple[Span, Sequence[Track]]]) -> Iterator[Grown]:
    """Put tracks together job by job; only open ones are held. Once more for the end of all jobs.

    Args:
        jobs: in order of frames, each with its tracks; read one at a time.
    """
    reaching: dict[int, Whole] = {}
    count = 0
    for span, tracks in jobs:
        over = {number: whole for number, whole in reaching.items() if whole.until < span.start}
        reaching = {number: one for number, one in reaching.items() if number not in over}
        numbers = list(reaching)
        reach = max((whole.until for whole in reaching.values()), default=-1)
        frames = range(span.start, min(reach, span.stop) + 1)
        left = [Seen.of_whole(whole, frames) for whole in reaching.values()]
        right = [Seen.of_track(track, frames) for track in tracks]
        twins = pairs(
            [seen.marks() for seen in left],
            [seen.marks() for seen in right],
            _by_index(left, right, likeness),
            similarity.TRACK_THRESHOLD,
        )
        for j, track in enumerate(tracks):
            if j in twins:
                whole = reaching[numbers[twins[j]]]
                whole.join(track, span.start)
                whole.homes[span.job_id] = identity(track)
                whole.until = max(whole.until, span.stop)
            else:
                reaching[count] = Whole(track, {span.job_id: identity(track)}, span.stop)
                count += 1
        yield Grown(over, reaching)
    yield Grown(reaching, {})
