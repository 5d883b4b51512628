"""Dividing annotations of a task among its jobs.

A tag or shape goes to every job that has its frame, so a frame that two jobs share has it twice.
A track is cut: each job gets its part, which starts and ends with keyframes where the cut goes
through. What is on a frame of no job is dropped. Pieces have no ids.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
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

#: What moves by matching of vertices.
CURVES = frozenset({"polygon", "polyline"})

_FRAME = attrgetter("frame")
_OUTSIDE = attrgetter("outside")
_START = attrgetter("start")
_STOP = attrgetter("stop")


class Span(msgspec.Struct, frozen=True):
    """Frames of a job, both inclusive."""

    job_id: int
    start: int
    stop: int


def sliced(objects: Objects, spans: Sequence[Span]) -> dict[int, Objects]:
    """New objects by job; every job is there. `spans` in order of their starts and stops."""
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


def _holding(frame: int, spans: Sequence[Span]) -> Sequence[Span]:
    return spans[bisect_left(spans, frame, key=_STOP) : bisect_right(spans, frame, key=_START)]


def _copy(annotation: Tag | Shape) -> Tag | Shape:
    if isinstance(annotation, Tag):
        return replace(annotation, id=None)
    elements = [replace(element, id=None) for element in annotation.elements]
    return replace(annotation, id=None, elements=elements)


def _of_track(track: Track, spans: Sequence[Span]) -> dict[int, Annotation]:
    line = _Line(track)
    elements = [(element, _Line(element)) for element in track.elements]
    first, last = line.settled[0], line.settled[-1]
    if all(shape.outside for shape in line.settled):
        # Seen nowhere, it can be recognised nowhere: it stays in one piece.
        return {span.job_id: _copy_track(track) for span in _holding(first.frame, spans)[:1]}
    begun = spans[bisect_left(spans, first.frame, key=_STOP) :]
    if last.outside:
        begun = begun[: bisect_right(begun, last.frame, key=_START)]
    found: dict[int, Annotation] = {}
    for span in begun:
        seams = _seams(span, spans)
        shapes = line.seen(span, seams)
        if shapes:
            # An element that is out of the picture all the while still belongs to the skeleton.
            parts = [
                replace(element, id=None, frame=cut[0].frame, shapes=cut)
                for element, of_element in elements
                if (cut := of_element.known(span, seams))
            ]
            found[span.job_id] = replace(
                track, id=None, frame=shapes[0].frame, shapes=shapes, elements=parts
            )
    return found


def _seams(span: Span, spans: Sequence[Span]) -> list[int]:
    """Frames within a job on which a neighbour's begin or end."""
    near = spans[
        bisect_left(spans, span.start, key=_STOP) : bisect_right(spans, span.stop, key=_START)
    ]
    frames = {frame for other in near for frame in (other.start, other.stop)}
    return sorted(frame for frame in frames if span.start < frame < span.stop)


def _copy_track(track: Track) -> Track:
    elements = [
        replace(part, id=None, shapes=[replace(shape, id=None) for shape in part.shapes])
        for part in track.elements
    ]
    shapes = [replace(shape, id=None) for shape in track.shapes]
    return replace(track, id=None, shapes=shapes, elements=elements)


class _Line:
    """The keyframes of a track or element, to be cut.

    Attributes:
        settled: in order, each with all attributes that hold.
    """

    def __init__(self, track: Track | SubTrack) -> None:
        self.settled = keyframes_of(track)
        self._own = {shape.frame: shape.attributes for shape in track.shapes}

    @property
    def is_curved(self) -> bool:
        """Whether vertices are matched: then a part of the way is another way."""
        return self.settled[0].type in CURVES

    def seen(self, span: Span, seams: Sequence[int]) -> list[TrackedShape]:
        """The part in a job, from where it first comes into the picture."""
        return self._keyframes(list(dropwhile(_OUTSIDE, self._cut(span, seams))))

    def known(self, span: Span, seams: Sequence[int]) -> list[TrackedShape]:
        """The part in a job, also while it is out of the picture."""
        return self._keyframes(self._cut(span, seams))

    def _cut(self, span: Span, seams: Sequence[int]) -> list[Geometry]:
        """Keyframes in a job, and where a track is that comes in from before or goes on after.

        Curves have keyframes on seams, too: so two jobs have the same on frames of both.
        """
        first = bisect_left(self.settled, span.start, key=_FRAME)
        beyond = bisect_right(self.settled, span.stop, key=_FRAME)
        cut = self.settled[first:beyond]
        if not cut or cut[0].frame > span.start:
            entering = at_frame(self.settled, span.start)
            if entering is not None:
                cut.insert(0, entering)
        goes_on = beyond < len(self.settled)
        if cut and goes_on and not cut[-1].outside and cut[-1].frame < span.stop:
            leaving = at_frame(self.settled, span.stop)
            last = self.settled[beyond - 1]
            if leaving and (leaving.points, leaving.rotation) != (last.points, last.rotation):
                cut.append(leaving)
        if self.is_curved:
            cut += self._on_seams(seams)
            cut.sort(key=_FRAME)
        return cut

    def _on_seams(self, seams: Sequence[int]) -> Iterator[Geometry]:
        for frame in seams:
            place = bisect_right(self.settled, frame, key=_FRAME)
            if 0 < place < len(self.settled):
                left, found = self.settled[place - 1], at_frame(self.settled, frame)
                if found and not left.outside and found.points != left.points:
                    yield found

    def _keyframes(self, cut: Sequence[Geometry]) -> list[TrackedShape]:
        """The first one says all that holds there; the others say what they said."""
        return [
            TrackedShape(
                type=shape.type,
                frame=shape.frame,
                points=shape.points,
                rotation=shape.rotation,
                occluded=shape.occluded,
                outside=shape.outside,
                z_order=shape.z_order,
                attributes=self._own.get(shape.frame, []) if place else shape.attributes,
            )
            for place, shape in enumerate(cut)
        ]
