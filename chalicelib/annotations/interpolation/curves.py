"""Moving one path into another that may have another number of vertices.

The rule is CVAT's, of its server and its browser alike, so that what was drawn there looks the
same here: vertices are matched by how far along the path they lie, every match moves in a
straight line, and vertices that fall together are thinned out again. Both paths are taken to
start at the same place and run the same way; neither is turned round or started elsewhere, which
annotators do by hand.

The browser has the same in `static/src/geometry/curve.ts`. Which vertices match is a comparison
of sums of rounded numbers, so both compute them by the same operations in the same order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

Point = tuple[float, float]


class Morph:
    """How one path becomes another.

    Args:
        start, stop: flat x, y pairs.
        closed: they are polygons, whose last vertex is joined to the first.
    """

    def __init__(self, start: Sequence[float], stop: Sequence[float], *, closed: bool) -> None:
        self._left, self._right, self._closed = _points(start), _points(stop), closed
        if not (self._left and self._right):
            self._matches: list[list[int]] = []
            return
        if closed:
            self._left.append(self._left[0])
            self._right.append(self._right[0])
        self._matches = _matched(_offsets(self._left), _offsets(self._right))

    def at(self, part: float) -> list[float]:
        """The path at `part` (0 to 1) of the way, flat x, y pairs; the start if one is empty."""
        if not self._matches:
            return [coordinate for point in self._left for coordinate in point]
        moved = [
            [_blend(self._left[index], self._right[partner], part) for partner in partners]
            for index, partners in enumerate(self._matches)
        ]
        reduced = _reduced(self._left, self._right, self._matches, moved)
        if self._closed and len(reduced) > 1:
            reduced.pop()
        return [coordinate for point in reduced for coordinate in point]


def _points(flat: Sequence[float]) -> list[Point]:
    return list(zip(flat[::2], flat[1::2], strict=False))


def _blend(a: Point, b: Point, part: float) -> Point:
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part


def _distance(a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    return sqrt(dx * dx + dy * dy)


def _length(points: Sequence[Point]) -> float:
    total = 0.0
    for a, b in pairwise(points):
        total += _distance(a, b)
    return total


def _offsets(points: Sequence[Point]) -> list[float]:
    """How far along the path each vertex lies, from 0 to 1."""
    total = _length(points) or 1.0
    run, offsets = 0.0, [0.0]
    for a, b in pairwise(points):
        run += _distance(a, b)
        offsets.append(run / total)
    return offsets


def _nearest(value: float, offsets: Sequence[float]) -> int:
    """The first of those nearest; offsets ascend."""
    after = bisect_left(offsets, value)
    if after == 0:
        return 0
    before = bisect_left(offsets, offsets[after - 1])
    if after == len(offsets):
        return before
    return after if offsets[after] - value < value - offsets[before] else before


def _matched(ours: Sequence[float], theirs: Sequence[float]) -> list[list[int]]:
    """For each left vertex the right vertices that it becomes, so that none is left without."""
    matches = [[_nearest(offset, theirs)] for offset in ours]
    taken = {partner for partners in matches for partner in partners}
    for index, offset in enumerate(theirs):
        if index not in taken:
            matches[_nearest(offset, ours)].append(index)
    return [sorted(partners) for partners in matches]


def _reduced(
    left: Sequence[Point],
    right: Sequence[Point],
    matches: Sequence[Sequence[int]],
    moved: Sequence[Sequence[Point]],
) -> list[Point]:
    """Vertices without those that fall together.

    They do where several left vertices share one right vertex, and where several right vertices
    share one left vertex.
    """
    reduced: list[Point] = []
    start = 0
    while start < len(left):
        partners = matches[start]
        if len(partners) > 1:
            reduced += _thinned(moved[start], right[partners[0] : partners[-1] + 1])
            start += 1
            continue
        stop = start
        while stop + 1 < len(left) and matches[stop + 1] == partners:
            stop += 1
        run = [point for points in moved[start : stop + 1] for point in points]
        reduced += run if len(run) == 1 else _thinned(run, left[start : stop + 1])
        start = stop + 1
    return reduced


def _thinned(points: Sequence[Point], origin: Sequence[Point]) -> list[Point]:
    """Those that lie apart by at least half the mean spacing of the vertices they come from."""
    threshold = _length(origin) / (2 * len(origin))
    first, last = points[0], points[-1]
    kept = [first]
    for point in points[1:-1]:
        if _distance(kept[-1], point) >= threshold:
            kept.append(point)
    kept.append(last)
    if len(kept) == 2 and _distance(first, last) < threshold:
        return [_blend(first, last, 0.5)]
    return kept
