"""Which of many boxes touch, without comparing each with each.

Boxes are put into cells of a grid that are at least as large as they are, on a level of its own
for each power of two, so that a box lies in four cells at most. Whatever touches it and is not
smaller lies in the four cells around it on a level that is not lower. So the time grows with the
number of boxes and of pairs that are near each other, however unequal the boxes are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import floor, frexp, isfinite

#: Left, top, right, bottom.
Box = tuple[float, float, float, float]
_Cell = tuple[int, int, int]

#: 2 to this power is about the largest number there is.
_HIGHEST = 1023

#: Numbers that differ by less were written by the same hand and rounded on their way.
NEARLY = 1e-6


def touching(left: Mapping[int, Box], right: Mapping[int, Box]) -> Iterator[tuple[int, int]]:
    """Pairs of keys of boxes that touch, each pair once, in no order."""
    yield from _under(right, left, strictly=False)
    for one, other in _under(left, right, strictly=True):
        yield other, one


def _under(
    small: Mapping[int, Box], large: Mapping[int, Box], *, strictly: bool
) -> Iterator[tuple[int, int]]:
    """Pairs (large, small) that touch, the large one on a level as high or (strictly) higher."""
    cells: dict[_Cell, list[int]] = {}
    for key, box in large.items():
        for cell in _cells(box, _level(box)):
            cells.setdefault(cell, []).append(key)
    levels = sorted({level for level, _, _ in cells})
    for key, box in small.items():
        own = _level(box)
        for level in levels:
            if level < own or (strictly and level == own):
                continue
            seen: set[int] = set()
            for cell in _cells(box, level):
                for other in cells.get(cell, ()):
                    if other not in seen and _touch(box, large[other]):
                        seen.add(other)
                        yield other, key


def _level(box: Box) -> int:
    """The exponent of the smallest power of two that is longer than the sides of the box."""
    side = max(box[2] - box[0], box[3] - box[1])
    return min(max(frexp(side)[1], 0), _HIGHEST) if isfinite(side) else _HIGHEST


def _cells(box: Box, level: int) -> Iterator[_Cell]:
    size = 2.0**level
    for column in range(floor((box[0] - NEARLY) / size), floor((box[2] + NEARLY) / size) + 1):
        for row in range(floor((box[1] - NEARLY) / size), floor((box[3] + NEARLY) / size) + 1):
            yield level, column, row


def _touch(a: Box, b: Box) -> bool:
    return (
        a[0] <= b[2] + NEARLY
        and b[0] <= a[2] + NEARLY
        and a[1] <= b[3] + NEARLY
        and b[1] <= a[3] + NEARLY
    )
