"""Areas of rectangles and simple polygons, and how much two of them share.

Polygons are flat x, y pairs without the repeated first vertex; they may be concave. Those with
many vertices are compared on scan lines, so that the time grows with the vertices and not with
their square; what comes out is right to about a hundredth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, floor

#: Products of numbers of vertices up to which shared areas are computed exactly, in milliseconds.
MOST_EXACT = 4096
SCAN_LINES = 512

Edge = tuple[float, float, float, float]
Box = tuple[float, float, float, float]


def rectangle_iou(a: Sequence[float], b: Sequence[float]) -> float:
    """Intersection over union of two boxes given by any two opposite corners."""
    left, right = box_of(a), box_of(b)
    width = min(left[2], right[2]) - max(left[0], right[0])
    height = min(left[3], right[3]) - max(left[1], right[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (_box_area(left) + _box_area(right) - shared)


def polygon_iou(a: Sequence[float], b: Sequence[float]) -> float:
    """Intersection over union of two polygons; 0 if one crosses itself or has no area.

    One of many vertices may cross itself: what counts are the places that lie within it an odd
    number of times.
    """
    left, right = box_of(a), box_of(b)
    if left[0] > right[2] or right[0] > left[2] or left[1] > right[3] or right[1] > left[3]:
        return 0.0
    ours, theirs = list(_edges(a)), list(_edges(b))
    if len(ours) * len(theirs) > MOST_EXACT:
        return _scanned_iou(ours, theirs, min(left[1], right[1]), max(left[3], right[3]))
    if not (_is_simple(ours) and _is_simple(theirs)):
        return 0.0
    first, second = polygon_area(a), polygon_area(b)
    shared = _shared(ours, theirs)
    union = first + second - shared
    return shared / union if first and second and union > 0 else 0.0


def polygon_area(points: Sequence[float]) -> float:
    """Area of a simple polygon."""
    return abs(sum(x1 * y2 - x2 * y1 for x1, y1, x2, y2 in _edges(points))) / 2


def box_of(points: Sequence[float]) -> Box:
    """Left, top, right, bottom."""
    xs, ys = points[::2], points[1::2]
    return min(xs), min(ys), max(xs), max(ys)


def _box_area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _edges(points: Sequence[float]) -> Iterator[Edge]:
    count = len(points)
    for index in range(0, count, 2):
        after = (index + 2) % count
        yield points[index], points[index + 1], points[after], points[after + 1]


def _is_simple(edges: Sequence[Edge]) -> bool:
    count = len(edges)
    for index, edge in enumerate(edges):
        for other in range(index + 2, count):
            neighbours = index == 0 and other == count - 1
            if not neighbours and _crossing(edge, edges[other]) is not None:
                return False
    return True


def _crossing(a: Edge, b: Edge) -> float | None:
    """y of the point where two segments cross; None if they do not, or are parallel."""
    dx, dy = a[2] - a[0], a[3] - a[1]
    ex, ey = b[2] - b[0], b[3] - b[1]
    across = dx * ey - dy * ex
    if across == 0:
        return None
    fx, fy = b[0] - a[0], b[1] - a[1]
    along_a = (fx * ey - fy * ex) / across
    along_b = (fx * dy - fy * dx) / across
    if 0 <= along_a <= 1 and 0 <= along_b <= 1:
        return a[1] + along_a * dy
    return None


def _shared(ours: Sequence[Edge], theirs: Sequence[Edge]) -> float:
    """Area of the intersection.

    Between two neighbouring heights at which a vertex lies or edges cross, no edges change their
    order, so the shared width changes linearly and its middle value times the height is exact.
    """
    heights = {edge[1] for edge in ours} | {edge[1] for edge in theirs}
    for edge in ours:
        for other in theirs:
            crossing = _crossing(edge, other)
            if crossing is not None:
                heights.add(crossing)
    ordered = sorted(heights)
    area = 0.0
    for low, high in pairwise(ordered):
        middle = (low + high) / 2
        area += _overlap(_cuts(ours, middle), _cuts(theirs, middle)) * (high - low)
    return area


def _scanned_iou(ours: Sequence[Edge], theirs: Sequence[Edge], top: float, bottom: float) -> float:
    step = (bottom - top) / SCAN_LINES
    if step <= 0:
        return 0.0
    shared = total = 0.0
    for a, b in zip(_scanned(ours, top, step), _scanned(theirs, top, step), strict=True):
        both = _overlap(a, b)
        shared += both
        total += sum(a[1::2]) - sum(a[::2]) + sum(b[1::2]) - sum(b[::2]) - both
    return shared / total if total > 0 else 0.0


def _scanned(edges: Sequence[Edge], top: float, step: float) -> list[list[float]]:
    """Cuts of lines in the middles of `SCAN_LINES` strips of height `step`."""
    lines: list[list[float]] = [[] for _ in range(SCAN_LINES)]
    for x1, y1, x2, y2 in edges:
        low, high = (y1, y2) if y1 < y2 else (y2, y1)
        first = ceil((low - top) / step - 0.5)
        last = min(floor((high - top) / step - 0.5), SCAN_LINES - 1)
        for number in range(max(first, 0), last + 1):
            y = top + (number + 0.5) * step
            if (y1 <= y) is not (y2 <= y):
                lines[number].append(x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    for cuts in lines:
        cuts.sort()
    return lines


def _cuts(edges: Sequence[Edge], y: float) -> list[float]:
    """Where a horizontal line enters and leaves a polygon, from left to right."""
    return sorted(
        x1 + (y - y1) * (x2 - x1) / (y2 - y1)
        for x1, y1, x2, y2 in edges
        if (y1 <= y) is not (y2 <= y)
    )


def _overlap(a: Sequence[float], b: Sequence[float]) -> float:
    total, i, j = 0.0, 0, 0
    while i + 1 < len(a) and j + 1 < len(b):
        total += max(0.0, min(a[i + 1], b[j + 1]) - max(a[i], b[j]))
        if a[i + 1] < b[j + 1]:
            i += 2
        else:
            j += 2
    return total
