"""Pairing objects of two lists so that the pairs are as alike as they can be together.

The Hungarian method in its form with potentials: for rows one by one, the cheapest augmenting
path, O(n² m). Lists fall apart into groups of which nothing is like anything in another; these are
small. In a group that is not, such as hundreds of objects in one place, the best pairs are taken
one by one: nobody may keep a server busy for hours with a frame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf

#: n² m of the largest group whose best assignment is worked out, about a quarter of a second.
MOST_STEPS = 1_000_000
#: Similarity of pairs that are at all alike, by (index in the left list, index in the right list).
Scores = Mapping[tuple[int, int], float]


def best_pairs(scores: Scores) -> dict[int, int]:
    """Left index → right index, so that the sum of scores is greatest. Each is used once."""
    pairs: dict[int, int] = {}
    of_row: dict[int, list[int]] = {}
    for row, column in scores:
        of_row.setdefault(row, []).append(column)
    for rows, columns in _groups(of_row):
        if len(rows) == 1 or len(columns) == 1:
            left, right = max(
                ((r, c) for r in rows for c in columns if (r, c) in scores),
                key=lambda pair: (scores[pair], -pair[0], -pair[1]),
            )
            pairs[left] = right
            continue
        if len(rows) * len(columns) * min(len(rows), len(columns)) > MOST_STEPS:
            pairs |= _greedy({(r, c): scores[r, c] for r in rows for c in of_row[r]})
            continue
        costs = [[-scores.get((r, c), 0.0) for c in columns] for r in rows]
        for row, column in _assigned(costs):
            if (rows[row], columns[column]) in scores:
                pairs[rows[row]] = columns[column]
    return pairs


def _greedy(scores: Scores) -> dict[int, int]:
    """The most alike first; of those alike, the earliest."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for row, column in sorted(scores, key=lambda pair: (-scores[pair], pair)):
        if row not in pairs and column not in taken:
            pairs[row] = column
            taken.add(column)
    return pairs


def _groups(of_row: Mapping[int, Sequence[int]]) -> list[tuple[list[int], list[int]]]:
    """Indexes that are connected by pairs, given as the columns of each row."""
    of_column: dict[int, list[int]] = {}
    for row, columns_of_row in of_row.items():
        for column in columns_of_row:
            of_column.setdefault(column, []).append(row)
    groups = []
    seen: set[int] = set()
    for first in of_row:
        if first in seen:
            continue
        seen.add(first)
        rows, columns, waiting = [], set(), [first]
        while waiting:
            row = waiting.pop()
            rows.append(row)
            for column in of_row[row]:
                if column not in columns:
                    columns.add(column)
                    fresh = [other for other in of_column[column] if other not in seen]
                    seen.update(fresh)
                    waiting += fresh
        groups.append((sorted(rows), sorted(columns)))
    return groups


def _assigned(costs: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Row and column of the cheapest complete assignment of the shorter side."""
    if len(costs) > len(costs[0]):
        turned = [list(column) for column in zip(*costs, strict=True)]
        return [(row, column) for column, row in _assigned(turned)]
    height, width = len(costs), len(costs[0])
    row_potential, column_potential = [0.0] * (height + 1), [0.0] * (width + 1)
    # Row of each column, counted from 1; column 0 holds the row that is being placed.
    row_of = [0] * (width + 1)
    for row in range(1, height + 1):
        row_of[0] = row
        _augment(costs, row_of, row_potential, column_potential)
    return [(row_of[c] - 1, c - 1) for c in range(1, width + 1) if row_of[c]]


def _augment(
    costs: Sequence[Sequence[float]],
    row_of: list[int],
    row_potential: list[float],
    column_potential: list[float],
) -> None:
    width = len(row_of) - 1
    least, came_from, done = [inf] * (width + 1), [0] * (width + 1), [False] * (width + 1)
    column = 0
    while row_of[column]:
        done[column] = True
        row, step, nearest = row_of[column], inf, 0
        for other in range(1, width + 1):
            if done[other]:
                continue
            cost = costs[row - 1][other - 1] - row_potential[row] - column_potential[other]
            if cost < least[other]:
                least[other], came_from[other] = cost, column
            if least[other] < step:
                step, nearest = least[other], other
        for other in range(width + 1):
            if done[other]:
                row_potential[row_of[other]] += step
                column_potential[other] -= step
            else:
                least[other] -= step
        column = nearest
    while column:
        row_of[column] = row_of[came_from[column]]
        column = came_from[column]
