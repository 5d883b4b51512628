"""Dividing annotations of a task among its jobs.

A tag or shape goes to every job that has its frame, so a frame that two jobs share has it twice.
A track is cut: each job gets its part, which starts and ends with keyframes where the cut goes
through. What is on a frame of no job is dropped. Pieces have no ids.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import dropwhile
from operator import attrgetter

import msgspec
from msgspec.structs import replace

from chalicelib.annotations.interpolation.tracks import at_frame, keyframes_of
from chalicelib.annotations.model.document import (
    Annotation,
    Geometry,
    Objects,
    Shape,
    SubTrack,
    Tag,
    Track,
    TrackedShape,
    gather,
)


class Span(msgspec.Struct, frozen=True):
    """Frames of a job, both inclusive."""

    job_id: int
    start: int
    stop: int


def sliced(objects: Objects, spans: Sequence[Span]) -> dict[int, Objects]:
    """New objects by job; every job is there. `spans` in order of their starts."""
    found: dict[int, list[Annotation]] = {span.job_id: [] for span in spans}
    for annotation in objects.all():
        for job_id, piece in pieces(annotation, spans).items():
            found[job_id].append(piece)
    return {job_id: gather(items) for job_id, items in found.items()}


def pieces(annotation: Annotation, spans: Sequence[Span]) -> dict[int, Annotation]:
    """What each job gets of an object, without ids; jobs that get nothing are absent."""
    if isinstance(annotation, Track):
        return _of_track(annotation, spans)
    return {span.job_id: _copy(annotation) for span in _holding(annotation.frame, spans)}


def cut(track: Track, start: int, stop: int) -> Track | None:
    """The part of a track within frames `start` to `stop`; None if it is not seen there."""
    shapes = _cut(track, start, stop)
    if not shapes:
        return None
    elements = [
        replace(element, id=None, frame=cut_shapes[0].frame, shapes=cut_shapes)
        for element in track.elements
        if (cut_shapes := _cut(element, start, stop))
    ]
    return replace(track, id=None, frame=shapes[0].frame, shapes=shapes, elements=elements)


def _holding(frame: int, spans: Sequence[Span]) -> list[Span]:
    found = []
    index = bisect_right(spans, frame, key=lambda span: span.start) - 1
    while index >= 0 and spans[index].stop >= frame:
        found.append(spans[index])
        index -= 1
    return found[::-1]


def _copy(annotation: Tag | Shape) -> Tag | Shape:
    if isinstance(annotation, Tag):
        return replace(annotation, id=None)
    elements = [replace(element, id=None) for element in annotation.elements]
    return replace(annotation, id=None, elements=elements)


def _of_track(track: Track, spans: Sequence[Span]) -> dict[int, Annotation]:
    keyframes = keyframes_of(track)
    first, last = keyframes[0], keyframes[-1]
    if all(shape.outside for shape in keyframes):
        # Seen nowhere, it can be recognised nowhere: it stays in one piece.
        return {span.job_id: _copy_track(track) for span in _holding(first.frame, spans)[:1]}
    found: dict[int, Annotation] = {}
    for span in spans:
        gone = last.outside and span.start > last.frame
        if span.stop >= first.frame and not gone:
            piece = cut(track, span.start, span.stop)
            if piece is not None:
                found[span.job_id] = piece
    return found


def _copy_track(track: Track) -> Track:
    elements = [
        replace(part, id=None, shapes=[_keyframe(shape) for shape in part.shapes])
        for part in track.elements
    ]
    return replace(
        track, id=None, shapes=[_keyframe(shape) for shape in track.shapes], elements=elements
    )


def _cut(track: Track | SubTrack, start: int, stop: int) -> list[TrackedShape]:
    keyframes = keyframes_of(track)
    inside = [shape for shape in keyframes if start <= shape.frame <= stop]
    entering = at_frame(keyframes, start)
    if entering is not None and not entering.outside and entering not in inside[:1]:
        inside.insert(0, entering)
    goes_on = keyframes[-1].frame > stop
    if inside and goes_on and not inside[-1].outside and inside[-1].frame < stop:
        leaving = at_frame(keyframes, stop)
        last = inside[-1]
        if leaving and (leaving.points, leaving.rotation) != (last.points, last.rotation):
            inside.append(leaving)
    # Before it first comes into the picture a piece has nothing to say.
    return [_keyframe(shape) for shape in dropwhile(attrgetter("outside"), inside)]


def _keyframe(shape: Geometry) -> TrackedShape:
    fields = {name: getattr(shape, name) for name in Geometry.__struct_fields__}
    return TrackedShape(**fields)
