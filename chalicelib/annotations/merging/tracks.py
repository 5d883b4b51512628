"""Telling which tracks of two jobs are one, by where they are on the frames that both have."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

import msgspec

from chalicelib.annotations.merging.boxes import Box
from chalicelib.annotations.merging.growing import Whole, ordered, views
from chalicelib.annotations.merging.pairing import Marks
from chalicelib.annotations.merging.similarity import Views, of_elements, of_views, room_of
from chalicelib.annotations.model.document import Geometry, Track, TrackedShape

#: Digits that copies of a track have in common, however they were cut.
_DIGITS = 4


class Seen(msgspec.Struct, gc=False):
    """A track on some frames.

    Attributes:
        shapes: its keyframes.
        views: where it is, on the frames where it is.
        elements: where the elements of a skeleton are that are known there, by their labels.
    """

    track: Track
    frames: range
    shapes: Sequence[TrackedShape]
    views: Views
    elements: Mapping[int, Views]

    @classmethod
    def of_whole(cls, whole: Whole, frames: range) -> Seen:
        """What the jobs before have; only on frames up to the last of those it was found in."""
        common = range(frames.start, min(frames.stop, whole.until + 1))
        found = _views(whole.line.shapes, common)
        lines = ((label, line.shapes) for label, line in whole.elements.items())
        elements = _known(lines, common) if found else {}
        return cls(whole.track, common, whole.line.shapes, found, elements)

    @classmethod
    def of_track(cls, track: Track, frames: range) -> Seen:
        """What the job that is being added has."""
        shapes = ordered(track)
        found = _views(shapes, frames)
        lines = ((part.label_id, ordered(part)) for part in track.elements)
        elements = _known(lines, frames) if found else {}
        return cls(track, frames, shapes, found, elements)

    def marks(self) -> Marks:
        """Tracks that are seen on none of the frames are not paired."""
        kind = self.shapes[0].type
        if not any(not view.outside for view in self.views.values()):
            return Marks(None, id(self), None, lambda: None)
        places = (self.views, *(self.elements[label] for label in sorted(self.elements)))
        return Marks(
            (self.track.label_id, kind),
            tuple(_place(view) for view in places),
            _around(view for views in places for view in views.values() if not view.outside),
            lambda: (self.track.group, self.track.source, self._said()),
        )

    def _said(self) -> Hashable:
        return frozenset((value.spec_id, value.value) for value in self.track.attributes)


def likeness(left: Seen, right: Seen) -> float:
    """How alike a track of the jobs before and one of the next are, from 0 to 1."""
    frames = left.frames
    if left.shapes[0].type == "skeleton":
        return of_elements(left.elements, right.elements, frames)
    return of_views(left.views, right.views, frames) or 0.0


def _known(lines: Iterable[tuple[int, Sequence[TrackedShape]]], frames: range) -> dict[int, Views]:
    return {
        label: known for label, shapes in lines if (known := views(shapes, frames, hidden=True))
    }


def _views(shapes: Sequence[TrackedShape], frames: range) -> Views:
    if not shapes or not frames or shapes[0].frame >= frames.stop:
        return {}
    if shapes[-1].outside and shapes[-1].frame < frames.start:
        return {}
    return views(shapes, frames, hidden=False)


def _place(found: Views) -> Hashable:
    """Where something is as long as it is in the picture."""
    return tuple(
        (frame, *(() if view.outside else (round(number, _DIGITS) for number in view.points)))
        for frame, view in found.items()
    )


def _around(found: Iterable[Geometry]) -> Box | None:
    rooms = [room for view in found if (room := room_of(view)) is not None]
    if not rooms:
        return None
    lefts, tops, rights, bottoms = zip(*rooms, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
