"""Shapes that cannot be seen: without area, without pixels, outside the picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf

from chalicelib.annotations.model.document import Geometry, Shape, TrackedShape

#: Width and height in pixels that no picture of the task exceeds; None: not known.
Size = tuple[int, int] | None
Box = tuple[float, float, float, float]

_FILLED = {"rectangle", "ellipse", "polygon", "mask"}


def odd_shapes(shapes: Sequence[Shape], size: Size) -> Iterator[tuple[int, str, str]]:
    """Index of each odd shape, where in it, and what is odd."""
    for index in _suspects(shapes, size):
        shape = shapes[index]
        what = odd_geometry(shape, size)
        if what:
            yield index, "", what
        if shape.elements:
            yield from _elements(index, shape, size)


def odd_keyframes(shapes: Sequence[TrackedShape], size: Size) -> Iterator[tuple[int, str]]:
    """Index of each odd keyframe in the picture, and what is odd."""
    for index in _suspects(shapes, size):
        what = None if shapes[index].outside else odd_geometry(shapes[index], size)
        if what:
            yield index, what


def _suspects(shapes: Sequence[Geometry], size: Size) -> Iterable[int]:
    """Those that deserve a closer look.

    A glance at the first numbers is enough for the others: hardly anything that is well begins
    like what has no area or cannot be seen. Those of a mask do not say where it is.
    """
    width, height = size or (inf, inf)
    found = []
    for index, shape in enumerate(shapes):
        points = shape.points
        if points:
            x, y, count = points[0], points[1], len(points)
            if (
                0 < x <= width and 0 < y <= height and (count == 4 or count > 5)
                and x != points[2] and y != points[3] and shape.type != "mask"
            ):  # fmt: skip
                continue
        found.append(index)
    return found


def _elements(index: int, shape: Shape, size: Size) -> Iterator[tuple[int, str, str]]:
    frame = shape.frame
    width, height = size or (inf, inf)
    for part, element in enumerate(shape.elements):
        points = element.points
        if element.frame != frame:
            yield index, f".elements[{part}]", f"its frame is {element.frame}, not {frame}."
        elif len(points) > 2 or not (0 <= points[0] <= width and 0 <= points[1] <= height):
            what = odd_geometry(element, size)
            if what:
                yield index, f".elements[{part}]", what


def odd_geometry(shape: Geometry, size: Size) -> str | None:
    """What is odd about coordinates. Those of cuboids may be metres, so they are not looked at."""
    if not shape.points or shape.type == "cuboid":
        return None
    if shape.type == "mask" and not any(shape.points[1:-4:2]):
        return "no pixel of this mask is set."
    left, top, right, bottom = _box(shape)
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
