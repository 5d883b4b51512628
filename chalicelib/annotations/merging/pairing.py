"""Finding the objects of two jobs that are one.

CVAT's rule: objects are paired so that all pairs together are as alike as can be, then pairs that
are less alike than a threshold are given up. To keep to it without comparing each object with
each, exact copies are paired first, which never costs anything: if A and B are copies, then A is
exactly as like to any other object as B is. What is left is compared where it touches.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import msgspec

from chalicelib.annotations.merging.assignment import best_pairs
from chalicelib.annotations.merging.boxes import Box, touching


class Marks(msgspec.Struct, frozen=True, gc=False):
    """What an object is found by.

    Attributes:
        group: only objects of one group can be one: their label and type.
        place: equal for copies.
        room: where it is, asked of what is no copy; None if it is compared with nothing but copies.
        rest: what else it says, to tell copies in one place apart.
    """

    group: Hashable
    place: Hashable
    room: Callable[[], Box | None] | None
    rest: Callable[[], Hashable]


def pairs(
    left: Sequence[Marks],
    right: Sequence[Marks],
    likeness: Callable[[int, int], float],
    threshold: float,
) -> dict[int, int]:
    """Right index → left index of pairs; each is used once.

    Args:
        likeness: of the left and the right object with these indexes, from 0 to 1.
    """
    found = _copies(left, right)
    taken = set(found.values())
    rooms: dict[Hashable, tuple[dict[int, Box], dict[int, Box]]] = {}
    for side, marks, done in ((0, left, taken), (1, right, found.keys())):
        for index, mark in enumerate(marks):
            if mark.room is None or index in done:
                continue
            room = mark.room()
            if room is not None:
                rooms.setdefault(mark.group, ({}, {}))[side][index] = room
    scores = {
        (i, j): score
        for ours, theirs in rooms.values()
        for i, j in touching(ours, theirs)
        if (score := likeness(i, j)) > 0
    }
    for i, j in best_pairs(scores).items():
        if scores[i, j] >= threshold:
            found[j] = i
    return found


def _copies(left: Sequence[Marks], right: Sequence[Marks]) -> dict[int, int]:
    """Pairs in the same place; among several there, those that say the same first."""
    places: dict[Hashable, tuple[list[int], list[int]]] = {}
    for side, marks in enumerate((left, right)):
        for index, mark in enumerate(marks):
            places.setdefault((mark.group, mark.place), ([], []))[side].append(index)
    found: dict[int, int] = {}
    for ours, theirs in places.values():
        if len(ours) > 1 or len(theirs) > 1:
            found |= _same([left[i].rest() for i in ours], [right[j].rest() for j in theirs],
                           ours, theirs)  # fmt: skip
            taken = set(found.values())
            ours = [i for i in ours if i not in taken]
            theirs = [j for j in theirs if j not in found]
        found.update(zip(theirs, ours, strict=False))
    return found


def _same(
    left: Sequence[Hashable], right: Sequence[Hashable], ours: Sequence[int], theirs: Sequence[int]
) -> dict[int, int]:
    waiting: dict[Hashable, list[int]] = {}
    for rest, index in zip(reversed(left), reversed(ours), strict=True):
        waiting.setdefault(rest, []).append(index)
    found: dict[int, int] = {}
    for rest, index in zip(right, theirs, strict=True):
        if waiting.get(rest):
            found[index] = waiting[rest].pop()
    return found
