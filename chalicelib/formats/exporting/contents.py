"""What is on a frame, tracks included, and making it of a document."""

from __future__ import annotations

import heapq
from collections.abc import Container, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

import msgspec

from chalicelib.annotations.interpolation.tracks import elements_at, frames_of_track
from chalicelib.annotations.model.document import (
    Geometry,
    Objects,
    Shape,
    ShapeType,
    SubShape,
    Tag,
    Track,
)

T = TypeVar("T", Shape, Tag)


class ObjectOnFrame(msgspec.Struct):
    """A shape, or a track at one frame.

    Attributes:
        id: the server's, of the shape or of the track.
        geometry: its `attributes` are all those that hold on the frame, mutable ones first.
        score: what a model was sure of, 0 to 1; 1 of what people drew.
        track: number of the track among those of its task, by first frame; None for a shape.
        elements: points of a skeleton.
    """

    geometry: Geometry
    label_id: int
    group: int
    source: str
    score: float = 1.0
    track: int | None = None
    keyframe: bool = True
    elements: Sequence[SubShape] = ()
    id: int | None = None

    @property
    def kind(self) -> ShapeType:
        return self.geometry.type


class FrameObjects(msgspec.Struct):
    """What is on one frame. Shapes are drawn in this order: by z-order, then as created.

    Attributes:
        frame: number relative to the task.
    """

    frame: int
    objects: list[ObjectOnFrame]
    tags: list[Tag]


def objects_by_frame(
    objects: Objects, frames: Sequence[int], stop: int, deleted: Container[int] = ()
) -> Iterator[FrameObjects]:
    """What is on each of `frames` (ascending), empty ones included.

    Args:
        stop: the last frame to which a track may extend.
        deleted: frames whose keyframes do not count.
    """
    shapes = _grouped(objects.shapes)
    tags = _grouped(objects.tags)
    tracked = _tracked(objects.tracks, stop, deleted)
    following = next(tracked, None)
    for frame in frames:
        while following is not None and following[0] < frame:
            following = next(tracked, None)
        found = [of_shape(shape) for shape in shapes.get(frame, ())]
        if following is not None and following[0] == frame:
            found += following[1]
        found.sort(key=z_order)
        yield FrameObjects(frame, found, tags.get(frame, []))


def of_shape(shape: Shape) -> ObjectOnFrame:
    """A shape as an object on its frame."""
    return ObjectOnFrame(
        shape, shape.label_id, shape.group or 0, shape.source, shape.score,
        elements=shape.elements, id=shape.id,
    )  # fmt: skip


def track_on_frames(
    track: Track, number: int, stop: int, deleted: Container[int] = ()
) -> Iterator[ObjectOnFrame]:
    """A track at every frame on which it is known, frames where it has left the picture too."""
    keyframes = {shape.frame for shape in track.shapes}
    for geometry in frames_of_track(track, stop, deleted):
        yield ObjectOnFrame(
            geometry=msgspec.structs.replace(
                geometry, attributes=[*geometry.attributes, *track.attributes]
            ),
            label_id=track.label_id,
            group=track.group or 0,
            source=track.source,
            track=number,
            keyframe=geometry.frame in keyframes,
            elements=_elements(track, geometry.frame, deleted) if track.elements else (),
            id=track.id,
        )


def z_order(item: ObjectOnFrame) -> int:
    """By what the objects of a frame are sorted; the sort must be stable."""
    return item.geometry.z_order


def _tracked(
    tracks: Sequence[Track], stop: int, deleted: Container[int]
) -> Iterator[tuple[int, list[ObjectOnFrame]]]:
    """Visible track objects, frame by frame."""
    runs = [_visible(track, number, stop, deleted) for number, track in enumerate(tracks)]
    merged = heapq.merge(*runs, key=itemgetter(0, 1))
    for frame, items in groupby(merged, key=itemgetter(0)):
        yield frame, [item for _, _, item in items]


def _visible(
    track: Track, number: int, stop: int, deleted: Container[int]
) -> Iterator[tuple[int, int, ObjectOnFrame]]:
    for item in track_on_frames(track, number, stop, deleted):
        if not item.geometry.outside:
            yield item.geometry.frame, number, item


def _elements(track: Track, frame: int, deleted: Container[int]) -> list[SubShape]:
    """The points of a skeleton on one frame, those that are not in the picture too."""
    return [
        SubShape(
            type=geometry.type,
            frame=frame,
            points=geometry.points,
            rotation=geometry.rotation,
            occluded=geometry.occluded,
            outside=geometry.outside,
            z_order=geometry.z_order,
            attributes=[*geometry.attributes, *element.attributes],
            label_id=element.label_id,
            group=element.group,
            source=element.source,
        )
        for element, geometry in elements_at(track, frame, deleted)
    ]


def _grouped(items: list[T]) -> dict[int, list[T]]:
    grouped: dict[int, list[T]] = {}
    for item in items:
        grouped.setdefault(item.frame, []).append(item)
    return grouped
