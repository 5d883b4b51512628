"""Boxes and outlines of shapes. Coordinates are pixels of the frame, x to the right, y down."""

from __future__ import annotations

import math
from collections.abc import Sequence

from chalicelib.annotations.model.document import Geometry
from chalicelib.annotations.model.limits import MASK_PIXELS

#: Corners of the polygon that stands for an ellipse.
ELLIPSE_CORNERS = 64

#: Shapes that have pixels.
AREAS = ("rectangle", "polygon", "ellipse", "mask")

#: Left, top, right, bottom.
Box = tuple[float, float, float, float]


def polygon_area(points: Sequence[float]) -> float:
    """Area by the shoelace formula."""
    xs, ys = points[::2], points[1::2]
    return abs(
        sum(
            x * following_y - following_x * y
            for x, y, following_x, following_y in zip(
                xs, ys, [*xs[1:], xs[0]], [*ys[1:], ys[0]], strict=True
            )
        )
        / 2
    )


def ellipse_outline(points: Sequence[float], rotation: float) -> list[float]:
    """A polygon along an ellipse given as `cx cy right top`, turned by degrees clockwise."""
    cx, cy, right, top = points
    rx, ry = right - cx, cy - top
    cosine, sine = math.cos(math.radians(rotation)), math.sin(math.radians(rotation))
    outline: list[float] = []
    for corner in range(ELLIPSE_CORNERS):
        angle = 2 * math.pi * corner / ELLIPSE_CORNERS
        x, y = rx * math.cos(angle), ry * math.sin(angle)
        outline += (cx + x * cosine - y * sine, cy + x * sine + y * cosine)
    return outline


def corners(points: Sequence[float], rotation: float) -> list[float]:
    """The corners of a rectangle given as `x1 y1 x2 y2`, turned about its middle.

    Flat x, y pairs, clockwise from what is top left before the turn.
    """
    left, top, right, bottom = points
    if not rotation:
        return [left, top, right, top, right, bottom, left, bottom]
    cx, cy, rx, ry = (left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2
    cosine, sine = math.cos(math.radians(rotation)), math.sin(math.radians(rotation))
    turned: list[float] = []
    for x, y in ((-rx, -ry), (rx, -ry), (rx, ry), (-rx, ry)):
        turned += (cx + x * cosine - y * sine, cy + x * sine + y * cosine)
    return turned


def outline(geometry: Geometry) -> Sequence[float]:
    """A polygon along a rectangle, ellipse or polygon, with its turn; of others, their points."""
    if geometry.type == "ellipse":
        return ellipse_outline(geometry.points, geometry.rotation)
    if geometry.type == "rectangle":
        return corners(geometry.points, geometry.rotation)
    return geometry.points


def bounds(geometry: Geometry) -> Box:
    """The box around a shape. That of a rectangle is as if it were not turned.

    A mask's box is inclusive pixels; here its right and bottom sides are those of the last pixels.
    """
    points = geometry.points
    if geometry.type == "mask":
        left, top, right, bottom = points[-4:]
        return left, top, right + 1, bottom + 1
    if geometry.type == "rectangle":
        left, top, right, bottom = points
        return left, top, right, bottom
    around = outline(geometry)
    xs, ys = around[::2], around[1::2]
    return min(xs), min(ys), max(xs), max(ys)


def fills_its_box(points: Sequence[float]) -> bool:
    """Whether a mask's runs make a picture: what was stored long ago may be any numbers."""
    *runs, left, top, right, bottom = points
    if not all(number >= 0 and number == int(number) for number in points):
        return False
    return sum(runs) == (right - left + 1) * (bottom - top + 1) <= MASK_PIXELS
