"""What a track is on each of its frames, its points among it if it is a skeleton."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from chalicelib.annotations.interpolation.tracks import frames_of_track
from chalicelib.annotations.model.document import (
    AttributeValue,
    Geometry,
    SubShape,
    SubTrack,
    Track,
)
from chalicelib.formats.exporting.contents import ObjectOnFrame


class Joint(NamedTuple):
    """A point of a skeleton on one frame. `values`: those that hold for all frames."""

    label_id: int
    geometry: Geometry
    keyframe: bool
    values: Iterable[AttributeValue]


class Moment(NamedTuple):
    """An object on one frame."""

    geometry: Geometry
    keyframe: bool
    joints: list[Joint]


def moments_of_track(track: Track, stop: int, deleted: Container[int]) -> Iterator[Moment]:
    """A track on every frame where it is known, and once more where it leaves the picture."""
    keyframes = {shape.frame for shape in track.shapes}
    joints = [_Following(element, stop, deleted) for element in track.elements]
    for geometry in frames_of_track(track, stop, deleted):
        found = [joint for one in joints if (joint := one.at(geometry.frame)) is not None]
        keyframe = geometry.frame in keyframes
        # A skeleton none of whose points is there says nothing.
        if found or keyframe or geometry.type != "skeleton":
            yield Moment(geometry, keyframe, found)


def moments_of_shape(item: ObjectOnFrame, stop: int) -> Iterator[Moment]:
    """A shape as a track that ends on the next frame, unless there is none."""
    shape = item.geometry
    yield Moment(shape, True, [_joint(element, element) for element in item.elements])
    if shape.frame < stop:
        joints = [_joint(element, _gone(element)) for element in item.elements]
        yield Moment(_gone(shape), True, joints)


class _Following:
    """The track of a skeleton's point, gone along frame by frame."""

    def __init__(self, track: SubTrack, stop: int, deleted: Container[int]) -> None:
        self._track = track
        self._keyframes = {shape.frame for shape in track.shapes}
        self._coming = frames_of_track(track, stop, deleted)
        self._next = next(self._coming, None)

    def at(self, frame: int) -> Joint | None:
        """The point on a frame that is not before those asked for already."""
        while self._next is not None and self._next.frame < frame:
            self._next = next(self._coming, None)
        found = self._next
        if found is None or found.frame > frame:
            return None
        label_id, values = self._track.label_id, self._track.attributes
        return Joint(label_id, found, frame in self._keyframes, values)


def _joint(element: SubShape, geometry: Geometry) -> Joint:
    return Joint(element.label_id, geometry, True, ())


def _gone(shape: Geometry) -> Geometry:
    return replace(shape, frame=shape.frame + 1, outside=True)
