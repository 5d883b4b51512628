"""The objects of a document frame by frame, tracks included."""

from __future__ import annotations

import heapq
from collections.abc import Container, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

import msgspec

from chalicelib.annotations.interpolation.tracks import frames_of_track
from chalicelib.annotations.model.document import Document, Geometry, Shape, Tag, Track

T = TypeVar("T", Shape, Tag)


class ObjectOnFrame(msgspec.Struct):
    """A shape, or a track at one frame.

    Attributes:
        track: number of the track in the document, None for a shape.
        attributes of `geometry` are all those that hold on the frame, mutable ones first.
    """

    geometry: Geometry
    label_id: int
    group: int
    source: str
    track: int | None = None
    keyframe: bool = True


class FrameObjects(msgspec.Struct):
    """What is on one frame. Shapes are drawn in this order: by z-order, then as created."""

    frame: int
    objects: list[ObjectOnFrame]
    tags: list[Tag]


def objects_by_frame(
    document: Document, frames: Sequence[int], stop: int, deleted: Container[int] = ()
) -> Iterator[FrameObjects]:
    """What is on each of `frames` (ascending), empty ones included.

    Args:
        stop: the last frame to which a track may extend.
        deleted: frames whose keyframes do not count.
    """
    shapes = _grouped(document.shapes)
    tags = _grouped(document.tags)
    tracked = _tracked(document, stop, deleted)
    following = next(tracked, None)
    for frame in frames:
        while following is not None and following[0] < frame:
            following = next(tracked, None)
        objects = [_of_shape(shape) for shape in shapes.get(frame, ())]
        if following is not None and following[0] == frame:
            objects += following[1]
        objects.sort(key=_z_order)
        yield FrameObjects(frame, objects, tags.get(frame, []))


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
        )


def _tracked(
    document: Document, stop: int, deleted: Container[int]
) -> Iterator[tuple[int, list[ObjectOnFrame]]]:
    """Visible track objects, frame by frame."""
    runs = [_visible(track, number, stop, deleted) for number, track in enumerate(document.tracks)]
    merged = heapq.merge(*runs, key=itemgetter(0, 1))
    for frame, items in groupby(merged, key=itemgetter(0)):
        yield frame, [item for _, _, item in items]


def _visible(
    track: Track, number: int, stop: int, deleted: Container[int]
) -> Iterator[tuple[int, int, ObjectOnFrame]]:
    for item in track_on_frames(track, number, stop, deleted):
        if not item.geometry.outside:
            yield item.geometry.frame, number, item


def _of_shape(shape: Shape) -> ObjectOnFrame:
    return ObjectOnFrame(shape, shape.label_id, shape.group or 0, shape.source)


def _grouped(items: list[T]) -> dict[int, list[T]]:
    grouped: dict[int, list[T]] = {}
    for item in items:
        grouped.setdefault(item.frame, []).append(item)
    return grouped


def _z_order(item: ObjectOnFrame) -> int:
    return item.geometry.z_order
