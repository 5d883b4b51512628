"""Telling which tracks of two jobs are one, by where they are on the frames that both have."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property

from chalicelib.annotations.merging.boxes import Box
from chalicelib.annotations.merging.growing import Whole, ordered, views
from chalicelib.annotations.merging.pairing import Marks
from chalicelib.annotations.merging.similarity import Views, of_elements, of_views, room_of
from chalicelib.annotations.model.document import Geometry, Track, TrackedShape

#: Copies of a track agree to one part of so many of a pixel, however they were cut.
_PARTS = 10_000


class Seen:
    """A track on some frames.

    Most tracks are copies, which are told by their marks alone. So where they are is not kept,
    and worked out again for those that are compared.

    Attributes:
        shapes: its keyframes.
    """

    __slots__ = ("__dict__", "_lines", "frames", "shapes", "track")

    def __init__(
        self,
        track: Track,
        frames: range,
        shapes: Sequence[TrackedShape],
        lines: Sequence[tuple[int, Sequence[TrackedShape]]],
    ) -> None:
        """`lines`: keyframes of the elements of a skeleton, with their labels."""
        self.track, self.frames, self.shapes, self._lines = track, frames, shapes, lines

    @classmethod
    def of_whole(cls, whole: Whole, frames: range) -> Seen:
        """What the jobs before have; only on frames up to the last of those it was found in."""
        common = range(frames.start, min(frames.stop, whole.until + 1))
        lines = [(label, line.shapes) for label, line in whole.elements.items()]
        return cls(whole.track, common, whole.line.shapes, lines)

    @classmethod
    def of_track(cls, track: Track, frames: range) -> Seen:
        """What the job that is being added has."""
        lines = [(part.label_id, ordered(part)) for part in track.elements]
        return cls(track, frames, ordered(track), lines)

    @cached_property
    def views(self) -> Views:
        """Where it is, on the frames where it is."""
        return _views(self.shapes, self.frames)

    @cached_property
    def elements(self) -> Mapping[int, Views]:
        """Where the elements of a skeleton are that are known there, by their labels."""
        return self._known()

    def marks(self) -> Marks:
        """Tracks that are seen on none of the frames are not paired."""
        found = _views(self.shapes, self.frames)
        if all(view.outside for view in found.values()):
            return Marks(None, id(self), None, lambda: None)
        elements = self._known()
        places = (found, *(elements[label] for label in sorted(elements)))
        return Marks(
            (self.track.label_id, self.shapes[0].type),
            tuple(map(_place, places)),
            self._room,
            lambda: (self.track.group, self.track.source, self._said()),
        )

    def _known(self) -> Mapping[int, Views]:
        return {
            label: known
            for label, shapes in self._lines
            if (known := views(shapes, self.frames, hidden=True))
        }

    def _room(self) -> Box | None:
        places = (self.views, *self.elements.values())
        return _around(view for found in places for view in found.values() if not view.outside)

    def _said(self) -> Hashable:
        return frozenset((value.spec_id, value.value) for value in self.track.attributes)


def likeness(left: Seen, right: Seen) -> float:
    """How alike a track of the jobs before and one of the next are, from 0 to 1."""
    frames = left.frames
    if left.shapes[0].type == "skeleton":
        return of_elements(left.elements, right.elements, frames)
    return of_views(left.views, right.views, frames) or 0.0


def _views(shapes: Sequence[TrackedShape], frames: range) -> Views:
    if not shapes or not frames or shapes[0].frame >= frames.stop:
        return {}
    if shapes[-1].outside and shapes[-1].frame < frames.start:
        return {}
    return views(shapes, frames, hidden=False)


def _place(found: Views) -> bytes:
    """Where something is as long as it is in the picture.

    That it is out of the picture one piece may say and another not, which begins where it comes in.
    """
    numbers = array("q")
    for frame, view in found.items():
        if not view.outside:
            numbers.extend((frame, len(view.points)))
            numbers.extend([round(number * _PARTS) for number in view.points])
    return numbers.tobytes()


def _around(found: Iterable[Geometry]) -> Box | None:
    rooms = [room for view in found if (room := room_of(view)) is not None]
    if not rooms:
        return None
    lefts, tops, rights, bottoms = zip(*rooms, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
