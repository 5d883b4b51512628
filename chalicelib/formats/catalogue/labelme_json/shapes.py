"""Shapes of the desktop tool as ours."""

from __future__ import annotations

from base64 import b64decode
from itertools import chain
from math import atan2, degrees, hypot, isfinite

from chalicelib.annotations.model.document import ShapeType
from chalicelib.formats.catalogue.labelme_json.file import ShapeInFile

Found = tuple[ShapeType, list[float], float]

#: How many points a shape has at least; those of fixed sizes have exactly so many.
LEAST = {
    "rectangle": 2, "oriented_rectangle": 4, "circle": 2, "line": 2, "linestrip": 2, "point": 1,
    "points": 1, "polygon": 3, "mask": 2,
}  # fmt: skip
FIXED = {"rectangle", "oriented_rectangle", "circle", "line", "point", "mask"}


def geometry(shape: ShapeInFile) -> Found | None:
    """Kind, points and turn of a shape; None of a mask without a pixel.

    Raises:
        ValueError: it has not the points that its kind has.
        KeyError: there is no such kind.
    """
    points = list(chain.from_iterable(shape.points))
    kind = shape.shape_type
    least = LEAST[kind]
    if any(len(pair) != 2 for pair in shape.points) or not all(map(isfinite, points)):
        raise ValueError("a point is not a pair of finite numbers")
    if kind == "polygon" and len(shape.points) < least:
        return None
    if len(shape.points) < least or (kind in FIXED and len(shape.points) != least):
        raise ValueError(f"a {kind} of {len(shape.points)} points")
    if kind == "rectangle":
        return "rectangle", _sorted(points), 0.0
    if kind == "oriented_rectangle":
        return _turned(points)
    if kind == "circle":
        cx, cy, x, y = points
        radius = hypot(x - cx, y - cy)
        return "ellipse", [cx, cy, cx + radius, cy - radius], 0.0
    if kind == "mask":
        found = _mask(shape, points)
        return None if found is None else ("mask", found, 0.0)
    names: dict[str, ShapeType] = {"line": "polyline", "linestrip": "polyline", "point": "points"}
    return names.get(kind, "points" if kind == "points" else "polygon"), points, 0.0


def _sorted(points: list[float]) -> list[float]:
    x1, y1, x2, y2 = points
    return [min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)]


def _turned(points: list[float]) -> Found:
    """A rectangle from its corners, the first being what is top left before the turn."""
    x1, y1, x2, y2, x3, y3, x4, y4 = points
    cx, cy = sum(points[::2]) / 4, sum(points[1::2]) / 4
    width = (hypot(x2 - x1, y2 - y1) + hypot(x3 - x4, y3 - y4)) / 2
    height = (hypot(x4 - x1, y4 - y1) + hypot(x3 - x2, y3 - y2)) / 2
    turn = degrees(atan2(y2 - y1, x2 - x1)) % 360
    box = (cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2)
    return "rectangle", [round(value, 2) for value in box], round(turn, 2) % 360


def _mask(shape: ShapeInFile, points: list[float]) -> list[float] | None:
    # numpy is needed for masks alone.
    from chalicelib.formats.geometry.masks import from_box
    from chalicelib.formats.geometry.png import read_numbers

    if shape.mask is None:
        raise ValueError("a mask without pixels")
    try:
        body = b64decode(shape.mask, validate=True)
    except ValueError:
        raise ValueError("a mask whose pixels are not base64") from None
    left, top = int(min(points[::2])), int(min(points[1::2]))
    if min(left, top) < 0:
        raise ValueError("a mask that begins outside of the image")
    return from_box(left, top, read_numbers(body).values != 0)
