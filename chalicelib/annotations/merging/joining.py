"""Making one document of a task out of those of its jobs.

Jobs are taken in order. On frames that a job shares with those before it, its objects are paired
with theirs: of a pair of tags or shapes the earlier one stays, tracks are joined. A track that
goes on to the end of its job and not beyond is closed behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from chalicelib.annotations.merging import similarity
from chalicelib.annotations.merging.assignment import best_pairs
from chalicelib.annotations.merging.slicing import Span
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

T = TypeVar("T", Tag, Shape)
Likeness = Callable[[T, T], float]


class Piece(msgspec.Struct, frozen=True):
    """The annotations of one job."""

    span: Span
    objects: Objects


class Merged(msgspec.Struct):
    """An object of the task.

    Attributes:
        homes: its id in each job that has a part of it.
        until: last frame of the jobs that it was found in.
    """

    item: Annotation
    homes: dict[int, int]
    until: int


def merge(pieces: Sequence[Piece]) -> list[Merged]:
    """Objects of a task: tags and shapes by frame, then tracks. `pieces` in order of frames."""
    if not pieces:
        return []
    found = [
        *_merge_kind([(piece.span, piece.objects.tags) for piece in pieces], _same_label),
        *_merge_kind([(piece.span, piece.objects.shapes) for piece in pieces], _alike),
    ]
    tracks = _merge_tracks(pieces)
    last = max(piece.span.stop for piece in pieces)
    for merged in tracks:
        if merged.until < last and isinstance(merged.item, Track):
            merged.item = closed(merged.item, merged.until + 1)
    return found + tracks


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


def joined(left: Track, right: Track) -> Track:
    """One track of two that are the same object; where both have a keyframe the left's counts."""
    theirs = {element.label_id: element for element in right.elements}
    elements = [
        replace(element, shapes=_united(element, theirs.pop(element.label_id, None)))
        for element in left.elements
    ]
    elements += theirs.values()
    shapes = _united(left, right)
    return replace(left, frame=shapes[0].frame, shapes=shapes, elements=elements)


def _merge_kind(parts: Sequence[tuple[Span, list[T]]], likeness: Likeness[T]) -> list[Merged]:
    found: list[Merged] = []
    on_frame: dict[int, list[tuple[Merged, T]]] = {}
    reach = -1
    for span, items in parts:
        shared: dict[int, list[T]] = {}
        alone: list[T] = []
        for item in items:
            if span.start <= item.frame <= reach and item.frame in on_frame:
                shared.setdefault(item.frame, []).append(item)
            else:
                alone.append(item)
        for frame, ours in shared.items():
            theirs = on_frame[frame]
            pairs = _paired([item for _, item in theirs], ours, likeness)
            twins = {right: theirs[left][0] for left, right in pairs.items()}
            for index, item in enumerate(ours):
                if index in twins:
                    twins[index].homes[span.job_id] = identity(item)
                else:
                    alone.append(item)
        for item in alone:
            merged = Merged(item, {span.job_id: identity(item)}, span.stop)
            found.append(merged)
            on_frame.setdefault(item.frame, []).append((merged, item))
        reach = max(reach, span.stop)
    return found


def _paired(left: Sequence[T], right: Sequence[T], likeness: Likeness[T]) -> dict[int, int]:
    return best_pairs(
        {
            (i, j): score
            for i, ours in enumerate(left)
            for j, theirs in enumerate(right)
            if (score := likeness(ours, theirs)) >= similarity.SHAPE_THRESHOLD
        }
    )


def _merge_tracks(pieces: Sequence[Piece]) -> list[Merged]:
    found: list[tuple[Merged, Track]] = []
    for piece in pieces:
        span, tracks = piece.span, piece.objects.tracks
        scores = {}
        for i, (merged, left) in enumerate(found):
            frames = range(span.start, min(merged.until, span.stop) + 1)
            if not frames:
                continue
            for j, right in enumerate(tracks):
                score = similarity.of_tracks(left, right, frames)
                if score >= similarity.TRACK_THRESHOLD:
                    scores[i, j] = score
        twins = {right: left for left, right in best_pairs(scores).items()}
        for j, right in enumerate(tracks):
            if j not in twins:
                merged = Merged(right, {span.job_id: identity(right)}, span.stop)
                found.append((merged, right))
                continue
            merged, left = found[twins[j]]
            whole = joined(left, right)
            merged.item = whole
            merged.homes[span.job_id] = identity(right)
            merged.until = max(merged.until, span.stop)
            found[twins[j]] = (merged, whole)
    return [merged for merged, _ in found]


def _united(left: Track | SubTrack, right: Track | SubTrack | None) -> list[TrackedShape]:
    by_frame = {shape.frame: shape for shape in right.shapes} if right is not None else {}
    by_frame |= {shape.frame: shape for shape in left.shapes}
    return [by_frame[frame] for frame in sorted(by_frame)]


def _closed(track: Track | SubTrack, frame: int) -> list[TrackedShape]:
    last = max(track.shapes, key=lambda shape: shape.frame)
    if last.outside or last.frame >= frame:
        return track.shapes
    return [*track.shapes, replace(last, id=None, frame=frame, outside=True)]


def _same_label(a: Tag, b: Tag) -> float:
    return float(a.label_id == b.label_id)


def _alike(a: Shape, b: Shape) -> float:
    return similarity.of_shapes(a, b)
