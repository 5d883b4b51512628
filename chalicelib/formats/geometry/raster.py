"""Pixels of shapes, inside their boxes only.

A pixel belongs to a shape if its middle is inside of it. An outline that crosses itself encloses
what it winds around an odd number of times, which is COCO's rule as well.

    found = raster(item.geometry, frame.width, frame.height)
    if found is None:
        report.skip(NO_PIXELS, frame.name)
    else:
        paint(picture, found, number)
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, cos, floor, radians, sin
from typing import Any, NamedTuple

import numpy as np

from chalicelib.annotations.model.document import Geometry
from chalicelib.formats.geometry.masks import bitmap
from chalicelib.formats.geometry.outlines import fills_its_box, outline

#: Why a shape cannot be painted.
NO_PIXELS = "shape covers no pixel of the image"
#: Crossings of edges with rows that are looked at in one go, to bound the memory.
CROSSINGS = 1 << 21
#: An ellipse of half an axis below this is a line.
THIN = 1e-6

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
Picture = np.ndarray[Any, Any]


class Raster(NamedTuple):
    """Pixels of a shape: uint8 of 0 and 1, shape (height, width), from `left`, `top` of the frame.

    The box is inside the frame, but not always as small as it could be.
    """

    left: int
    top: int
    box: Pixels


def raster(geometry: Geometry, width: int, height: int) -> Raster | None:
    """The pixels of a rectangle (turned or not), polygon, ellipse or mask.

    Args:
        width, height: of the frame, in pixels; what is outside of it is cut off.

    Returns:
        None if the shape covers no pixel of the frame, or is of another kind.
    """
    if geometry.type == "mask":
        return _of_mask(geometry.points, width, height)
    if geometry.type == "rectangle" and not geometry.rotation:
        return _of_box(geometry.points, width, height)
    if geometry.type == "ellipse":
        return _of_ellipse(geometry.points, geometry.rotation, width, height)
    if geometry.type in ("polygon", "rectangle"):
        return of_outline(outline(geometry), width, height)
    return None


def paint(picture: Picture, pixels: Raster, value: int) -> None:
    """Give the pixels of a shape a value. `picture`: of the whole frame, shape (height, width)."""
    left, top, box = pixels
    rows, columns = box.shape
    target = picture[top : top + rows, left : left + columns]
    np.copyto(target, picture.dtype.type(value), where=box.view(np.bool_))


def of_outline(points: Sequence[float], width: int, height: int) -> Raster | None:
    """The pixels inside a polygon, given as flat x, y pairs."""
    corners = np.asarray(points, np.float64).reshape(-1, 2)
    left, right = _span(corners[:, 0].min(), corners[:, 0].max(), width)
    top, bottom = _span(corners[:, 1].min(), corners[:, 1].max(), height)
    if left >= right or top >= bottom:
        return None
    following = np.roll(corners, -1, axis=0)
    down = corners[:, 1] <= following[:, 1]
    upper = np.where(down[:, None], corners, following)
    lower = np.where(down[:, None], following, corners)
    first = _pixel(upper[:, 1], top, bottom)
    counts = _pixel(lower[:, 1], top, bottom) - first
    kept = np.flatnonzero(counts)
    edges = np.concatenate(
        (upper[kept], lower[kept] - upper[kept], first[kept, None], counts[kept, None]), axis=1
    )
    crossings = _crossings(edges, left, right, top)
    return _filled(crossings, left, top, right - left, bottom - top)


def _crossings(edges: Picture, left: int, right: int, top: int) -> Picture:
    """Where rows enter and leave the polygon: pixels numbered through its box, in order."""
    across = right - left
    found = np.empty(0, np.int64)
    total = np.cumsum(edges[:, 5])
    start = 0
    while start < len(edges):
        done = total[start - 1] if start else 0
        stop = max(int(np.searchsorted(total, done + CROSSINGS, "right")), start + 1)
        x, y, dx, dy, first, counts = edges[start:stop].T
        counts = counts.astype(np.int64)
        which = np.repeat(np.arange(stop - start), counts)
        row = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        row = row + first[which].astype(np.int64)
        at = x[which] + (row + 0.5 - y[which]) * (dx / dy)[which]
        column = _pixel(at, left, right) - left
        found = np.sort(np.concatenate((found, (row - top) * across + column)))
        if len(found) > CROSSINGS:
            places, times = np.unique(found, return_counts=True)
            found = places[times & 1 == 1]
        start = stop
    return found


def _filled(edges: Picture, left: int, top: int, width: int, height: int) -> Raster | None:
    """A box whose pixels are set from the first of `edges` to the second, and so on."""
    lengths = np.diff(edges, prepend=0, append=width * height)
    values = np.arange(len(lengths), dtype=np.uint8) & 1
    if not lengths[1::2].any():
        return None
    return Raster(left, top, np.repeat(values, lengths).reshape(height, width))


def _of_box(points: Sequence[float], width: int, height: int) -> Raster | None:
    left, right = _covered(points[0], points[2], width)
    top, bottom = _covered(points[1], points[3], height)
    if left >= right or top >= bottom:
        return None
    return Raster(left, top, np.ones((bottom - top, right - left), np.uint8))


def _of_mask(points: Sequence[float], width: int, height: int) -> Raster | None:
    if not fills_its_box(points):
        return None
    left, top = int(points[-4]), int(points[-3])
    box = bitmap(points)
    cut = box[: max(height - top, 0), : max(width - left, 0)]
    return Raster(left, top, cut) if cut.any() else None


def _of_ellipse(points: Sequence[float], rotation: float, width: int, height: int) -> Raster | None:
    """Row by row: where the row's middle line enters and leaves the ellipse.

    With (u, v) from the middle, it is `a·u² + b·u·v + c·v² <= 1`.
    """
    cx, cy, right, upper = points
    rx, ry = abs(right - cx), abs(cy - upper)
    if min(rx, ry) < THIN:
        return None
    cosine, sine = cos(radians(rotation)), sin(radians(rotation))
    a = (cosine / rx) ** 2 + (sine / ry) ** 2
    b = 2 * sine * cosine * (rx**-2 - ry**-2)
    c = (sine / rx) ** 2 + (cosine / ry) ** 2
    # How far the turned ellipse reaches, sideways and up.
    far_x, far_y = c**0.5 * rx * ry, a**0.5 * rx * ry
    left, stop = _span(cx - far_x, cx + far_x, width)
    top, bottom = _span(cy - far_y, cy + far_y, height)
    if left >= stop or top >= bottom:
        return None
    v = np.arange(top, bottom) + 0.5 - cy
    root = (b * v) ** 2 - 4 * a * (c * v * v - 1)
    half = np.sqrt(np.maximum(root, 0)) / (2 * a)
    middle = cx - b * v / (2 * a)
    starts = np.arange(bottom - top, dtype=np.int64) * (stop - left)
    enters = _pixel(middle - half, left, stop) - left
    leaves = _pixel(middle + half, left, stop) - left
    leaves = np.where(root > 0, leaves, enters)
    edges = np.stack((starts + enters, starts + leaves), axis=1).reshape(-1)
    return _filled(edges, left, top, stop - left, bottom - top)


def _span(low: float, high: float, most: int) -> tuple[int, int]:
    """Pixels that a stretch touches, inside the frame."""
    return floor(min(max(low, 0), most)), ceil(min(max(high, 0), most))


def _covered(one: float, other: float, most: int) -> tuple[int, int]:
    """Pixels whose middles are in a stretch, inside the frame."""
    low, high = min(one, other), max(one, other)
    return ceil(min(max(low - 0.5, 0), most)), ceil(min(max(high - 0.5, 0), most))


def _pixel(at: Picture, low: int, high: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The first pixel whose middle is not before a place, between `low` and `high`."""
    return np.ceil(np.clip(at - 0.5, low, high)).astype(np.int64)
