"""Ultralytics YOLO Oriented Bounding Boxes 1.0."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from chalicelib.formats.catalogue.ultralytics.description import Description
from chalicelib.formats.catalogue.ultralytics.outline_lines import Outlines
from chalicelib.formats.catalogue.ultralytics.reading import reader
from chalicelib.formats.importing.reading import Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload

Point = tuple[float, float]

#: How much larger than the smallest rectangle around four points the one along their sides may be:
#: then it is what was drawn, and its rotation is kept.
AS_DRAWN = 1.01
#: Square pixels by which it may be larger all the same: writers round.
ROUNDED = 0.5


def rectangles(_upload: Upload, _description: Description, target: Target, sink: Sink) -> Outlines:
    """Reads rectangles of four corners."""
    return Outlines(target, sink, 8, 8, turned_rectangle)


READER = reader(rectangles)


def turned_rectangle(points: list[float]) -> dict[str, Any]:
    """The smallest turned rectangle around four points. See `outline_lines.Understand`."""
    pairs = list(zip(points[::2], points[1::2], strict=True))
    angle = _as_drawn(pairs)
    # The smallest one has a side along two of the points.
    others = [_angle(one, other) for one, other in combinations(pairs, 2)]
    smallest = min(others, key=lambda one: _area(_around(pairs, one)))
    if _area(_around(pairs, angle)) > AS_DRAWN * _area(_around(pairs, smallest)) + ROUNDED:
        angle = smallest
    left, top, right, bottom = _around(pairs, angle)
    cosine, sine = math.cos(angle), math.sin(angle)
    u, v = (left + right) / 2, (top + bottom) / 2
    cx, cy = u * cosine - v * sine, u * sine + v * cosine
    across, down = (right - left) / 2, (bottom - top) / 2
    corners = [cx - across, cy - down, cx + across, cy + down]
    return {
        "type": "rectangle",
        "points": [round(value, 2) for value in corners],
        "rotation": round(math.degrees(angle), 2) % 360,
    }


def _as_drawn(pairs: Sequence[Point]) -> float:
    """The rotation that the order of the corners tells, from the longer side."""
    first, second, third, _ = pairs
    if math.dist(first, second) >= math.dist(second, third):
        return _angle(first, second)
    return _angle(second, third) - math.pi / 2


def _angle(one: Point, other: Point) -> float:
    return math.atan2(other[1] - one[1], other[0] - one[0])


def _around(pairs: Sequence[Point], angle: float) -> tuple[float, float, float, float]:
    """The box around points, its sides along axes turned by an angle, in those axes."""
    cosine, sine = math.cos(angle), math.sin(angle)
    us = [x * cosine + y * sine for x, y in pairs]
    vs = [y * cosine - x * sine for x, y in pairs]
    return min(us), min(vs), max(us), max(vs)


def _area(box: tuple[float, float, float, float]) -> float:
    left, top, right, bottom = box
    return (right - left) * (bottom - top)
