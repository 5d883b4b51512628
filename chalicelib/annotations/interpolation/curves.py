"""Moving one path into another that may have another number of vertices.

The rule is CVAT's, so that what was drawn there looks the same here: vertices are matched by how
far along the path they lie, every match moves in a straight line, and vertices that fall together
are thinned out again. Both paths are taken to start at the same place and run the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import dist

Point = tuple[float, float]


def between(
    start: Sequence[float], stop: Sequence[float], part: float, *, closed: bool
) -> list[float]:
    """The path at `part` (0 to 1) of the way; flat x, y pairs in and out.

    `closed`: a polygon, whose last vertex is joined to the first.
    """
    left, right = _points(start), _points(stop)
    if not left or not right:
        return list(start)
    if closed:
        left.append(left[0])
        right.append(right[0])
    matches = _matched(left, right)
    moved = [
        [_blend(left[index], right[partner], part) for partner in partners]
        for index, partners in enumerate(matches)
    ]
    reduced = _reduced(left, right, matches, moved)
    if closed and len(reduced) > 1:
        reduced.pop()
    return [coordinate for point in reduced for coordinate in point]


def _points(flat: Sequence[float]) -> list[Point]:
    return list(zip(flat[::2], flat[1::2], strict=False))


def _blend(a: Point, b: Point, part: float) -> Point:
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part


def _length(points: Sequence[Point]) -> float:
    return sum(dist(a, b) for a, b in pairwise(points))


def _offsets(points: Sequence[Point]) -> list[float]:
    """How far along the path each vertex lies, from 0 to 1."""
    total = _length(points) or 1.0
    run, offsets = 0.0, [0.0]
    for a, b in pairwise(points):
        run += dist(a, b)
        offsets.append(run / total)
    return offsets


def _nearest(value: float, offsets: Sequence[float]) -> int:
    return min(range(len(offsets)), key=lambda index: abs(value - offsets[index]))


def _matched(left: Sequence[Point], right: Sequence[Point]) -> list[list[int]]:
    """For each left vertex the right vertices that it becomes, so that none is left without."""
    ours, theirs = _offsets(left), _offsets(right)
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
        if dist(kept[-1], point) >= threshold:
            kept.append(point)
    kept.append(last)
    if len(kept) == 2 and dist(first, last) < threshold:
        return [_blend(first, last, 0.5)]
    return kept
