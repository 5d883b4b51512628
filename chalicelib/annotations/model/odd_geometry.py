"""Shapes that cannot be seen: without area, without pixels, outside the picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.annotations.model.document import Geometry, Shape

#: Width and height in pixels by frame.
Sizes = Mapping[int, tuple[int, int]]
Box = tuple[float, float, float, float]

_FILLED = {"rectangle", "ellipse", "polygon", "mask"}


def odd_shapes(shapes: Sequence[Shape], sizes: Sizes) -> Iterator[tuple[int, str, str]]:
    """Index of each odd shape, where in it, and what is odd."""
    for index, shape in enumerate(shapes):
        points = shape.points
        if not points:
            yield from _elements(index, shape, sizes)
            continue
        # A glance at the first numbers: hardly anything that is well begins like what has no area
        # or cannot be seen.
        x, y, count = points[0], points[1], len(points)
        seen = x > 0 < y and (count == 4 or count > 5) and x != points[2] and y != points[3]
        if sizes or not seen:
            what = odd_geometry(shape, sizes)
            if what:
                yield index, "", what


def _elements(index: int, shape: Shape, sizes: Sizes) -> Iterator[tuple[int, str, str]]:
    frame = shape.frame
    for part, element in enumerate(shape.elements):
        points = element.points
        if element.frame != frame:
            yield index, f".elements[{part}]", f"its frame is {element.frame}, not {frame}."
        elif sizes or len(points) > 2 or points[0] < 0 or points[1] < 0:
            what = odd_geometry(element, sizes)
            if what:
                yield index, f".elements[{part}]", what


def odd_geometry(shape: Geometry, sizes: Sizes) -> str | None:
    """What is odd about coordinates. Those of cuboids may be metres, so they are not looked at."""
    if not shape.points or shape.type == "cuboid":
        return None
    if shape.type == "mask" and not any(shape.points[1:-4:2]):
        return "no pixel of this mask is set."
    left, top, right, bottom = _box(shape)
    size = sizes.get(shape.frame)
    if right < 0 or bottom < 0 or (size and (left > size[0] or top > size[1])):
        return "it is outside the picture."
    if shape.type in _FILLED and (left == right or top == bottom):
        return "it has no area."
    return None


def _box(shape: Geometry) -> Box:
    points = shape.points
    if shape.type == "mask":
        left, top, right, bottom = points[-4:]
        return left, top, right + 1, bottom + 1
    if shape.type == "ellipse":
        cx, cy, right, top = points
        rx, ry = abs(right - cx), abs(cy - top)
        return cx - rx, cy - ry, cx + rx, cy + ry
    xs, ys = points[::2], points[1::2]
    return min(xs), min(ys), max(xs), max(ys)
