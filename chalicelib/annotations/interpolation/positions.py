"""Where an object is between two of its keyframes.

Rectangles, ellipses, cuboids, skeletons and single points move in straight lines and turn by the
shorter way; polygons and polylines by `curves`; several points and masks hold still. A cuboid of
a point cloud turns about its three axes, each by the shorter way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chalicelib.annotations.interpolation.angles import turned_degrees, turned_radians
from chalicelib.annotations.interpolation.curves import Morph
from chalicelib.annotations.model.document import Geometry

#: Points and rotation at a part (0 to 1) of the way.
Position = tuple[list[float], float]

CUBOID_NUMBERS = 16
#: Of a cuboid in a point cloud: x, y, z of its middle, angles about x, y, z, lengths along them.
SPATIAL_NUMBERS = 9


def between(left: Geometry, right: Geometry) -> Callable[[float], Position]:
    """Positions on the way from one keyframe to the next of the same type."""
    start, stop = left.points, right.points
    if left.type in {"polygon", "polyline"}:
        morph = Morph(start, stop, closed=left.type == "polygon")
        return lambda part: (morph.at(part), left.rotation)
    holds = left.type == "mask" or (left.type == "points" and (len(start), len(stop)) != (2, 2))
    if holds or len(start) != len(stop):
        return lambda _: (start, left.rotation)
    move = _spatial if is_spatial(left) and is_spatial(right) else _straight
    return lambda part: (
        move(start, stop, part),
        turned_degrees(left.rotation, right.rotation, part),
    )


def is_spatial(shape: Geometry) -> bool:
    """Whether a cuboid is one of a point cloud, whose last numbers mean nothing and are zero.

    A cuboid of a picture has eight corners there, of which no three fall together.
    """
    points = shape.points
    return (
        shape.type == "cuboid"
        and len(points) == CUBOID_NUMBERS
        and not any(points[SPATIAL_NUMBERS:])
    )


def _straight(start: Sequence[float], stop: Sequence[float], part: float) -> list[float]:
    return [a + (b - a) * part for a, b in zip(start, stop, strict=True)]


def _spatial(start: Sequence[float], stop: Sequence[float], part: float) -> list[float]:
    points = _straight(start, stop, part)
    for axis in (3, 4, 5):
        points[axis] = turned_radians(start[axis], stop[axis], part)
    return points
