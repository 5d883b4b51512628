"""How alike two objects of neighbouring jobs are, from 0 to 1.

CVAT compares rectangles (their rotation ignored), polygons and, in point clouds, cuboids by area,
and takes nothing else for the same object. Here, in addition, copies that are equal are the same
object whatever their type: a task that is read and written back does not grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from chalicelib.annotations.interpolation.positions import is_spatial
from chalicelib.annotations.merging.areas import box_of, polygon_iou, rectangle_iou
from chalicelib.annotations.merging.boxes import NEARLY, Box
from chalicelib.annotations.model.document import Geometry

#: What two objects must have at least to be taken for one.
SHAPE_THRESHOLD = 0.75
TRACK_THRESHOLD = 0.5

#: Where a track is on each of some frames, left out where it is not.
Views = Mapping[int, Geometry]


def of_geometries(a: Geometry, b: Geometry) -> float:
    """Two shapes of one type, wherever they belong to."""
    if nearly_same(a, b):
        return 1.0
    if a.type == "rectangle":
        return rectangle_iou(a.points, b.points)
    if a.type == "polygon":
        return polygon_iou(a.points, b.points)
    if is_spatial(a) and is_spatial(b):
        return _seen_from(a, b, 1) * _seen_from(a, b, 2)
    return 0.0


def of_views(
    a: Views, b: Views, frames: Iterable[int], *, unseen: float | None = None
) -> float | None:
    """Mean over the frames on which one of two tracks is; None if there are none.

    Where one has left the picture and the other has not they are not alike at all.

    Args:
        unseen: how alike they are where both are out of the picture; None: as they would be in it.
    """
    total, count = 0.0, 0
    for frame in frames:
        left, right = a.get(frame), b.get(frame)
        if left is not None or right is not None:
            count += 1
        if left is not None and right is not None and left.outside is right.outside:
            known = None if not left.outside else unseen
            total += of_geometries(left, right) if known is None else known
    return total / count if count else None


def of_elements(a: Mapping[int, Views], b: Mapping[int, Views], frames: Sequence[int]) -> float:
    """Two skeletons' elements by their labels: the mean of those that are known on the frames."""
    scores = [
        score
        for label in a.keys() | b.keys()
        if (score := of_views(a.get(label, {}), b.get(label, {}), frames, unseen=1.0)) is not None
    ]
    return sum(scores) / len(scores) if scores else 0.0


def has_area(shape: Geometry) -> bool:
    """Whether a shape is compared by area, and so may be like another without being its copy."""
    return shape.type in {"rectangle", "polygon"} or is_spatial(shape)


def nearly_same(a: Geometry, b: Geometry) -> bool:
    """Whether two places differ by no more than rounding."""
    turn = abs(a.rotation - b.rotation)
    return min(turn, 360 - turn) <= NEARLY and (
        a.points == b.points
        or (
            len(a.points) == len(b.points)
            and all(abs(x - y) <= NEARLY for x, y in zip(a.points, b.points, strict=True))
        )
    )


def room_of(shape: Geometry) -> Box | None:
    """A box that touches those of all shapes that are at all like this one; None: no points."""
    points = shape.points
    if shape.type == "mask":
        points = points[-4:]
    elif is_spatial(shape):
        x, y, width, depth = points[0], points[1], abs(points[6]), abs(points[7])
        return x - width / 2, y - depth / 2, x + width / 2, y + depth / 2
    return box_of(points) if len(points) > 1 else None


def _seen_from(a: Geometry, b: Geometry, axis: int) -> float:
    """What two cuboids share in the plane of x and another axis: 1, from above; 2, the side.

    CVAT leaves their angles out of it.
    """
    return rectangle_iou(_face(a.points, axis), _face(b.points, axis))


def _face(points: Sequence[float], axis: int) -> Box:
    x, y, width, height = points[0], points[axis], points[6] / 2, points[6 + axis] / 2
    return x - width, y - height, x + width, y + height
