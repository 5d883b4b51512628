"""How alike two objects of neighbouring jobs are, from 0 to 1.

CVAT compares rectangles and polygons by area and takes nothing else for the same object. Here, in
addition, copies that are equal to the last digit are the same object whatever their type: a task
that is read and written back does not grow.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from chalicelib.annotations.interpolation.tracks import at_frame, keyframes_of
from chalicelib.annotations.merging import areas
from chalicelib.annotations.model.document import Geometry, Shape, SubTrack, Track

#: What two objects must have at least to be taken for one.
SHAPE_THRESHOLD = 0.75
TRACK_THRESHOLD = 0.5

_LABEL = attrgetter("label_id")


def of_shapes(a: Shape, b: Shape) -> float:
    """Two shapes on one frame."""
    if a.label_id != b.label_id or a.type != b.type:
        return 0.0
    if a.type == "skeleton":
        return float(_elements(a) == _elements(b))
    return of_geometries(a, b)


def of_geometries(a: Geometry, b: Geometry) -> float:
    """Two shapes of one type, wherever they belong to."""
    if a.points == b.points and a.rotation == b.rotation:
        return 1.0
    if a.type == "rectangle":
        return areas.rectangle_iou(a.points, b.points)
    if a.type == "polygon":
        return areas.polygon_iou(a.points, b.points)
    return 0.0


def of_tracks(a: Track, b: Track, frames: range) -> float:
    """Mean over the frames on which one of them is visible; 0 if there are none."""
    if a.label_id != b.label_id or a.shapes[0].type != b.shapes[0].type:
        return 0.0
    if a.shapes[0].type != "skeleton":
        return _along(a, b, frames)
    ours, theirs = _by_label(a.elements), _by_label(b.elements)
    if [part.label_id for part in ours] != [part.label_id for part in theirs] or not ours:
        return 0.0
    scores = [_along(x, y, frames) for x, y in zip(ours, theirs, strict=True)]
    return sum(scores) / len(scores)


def _along(a: Track | SubTrack, b: Track | SubTrack, frames: range) -> float:
    ours, theirs = keyframes_of(a), keyframes_of(b)
    total, count = 0.0, 0
    for frame in frames:
        left, right = _visible(ours, frame), _visible(theirs, frame)
        if left is not None or right is not None:
            count += 1
        if left is not None and right is not None:
            total += of_geometries(left, right)
    return total / count if count else 0.0


def _visible(keyframes: Sequence[Geometry], frame: int) -> Geometry | None:
    found = at_frame(keyframes, frame)
    return None if found is None or found.outside else found


def _elements(shape: Shape) -> list[tuple[int, list[float], bool]]:
    return [(part.label_id, part.points, part.outside) for part in shape.elements]


def _by_label(elements: Sequence[SubTrack]) -> list[SubTrack]:
    ordered = sorted(elements, key=_LABEL)
    return [next(group) for _, group in groupby(ordered, key=_LABEL)]
