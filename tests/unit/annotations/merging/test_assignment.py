from __future__ import annotations

import time
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.merging.assignment import best_pairs

scores = st.dictionaries(
    st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(75, 100).map(lambda n: n / 100)
)


@given(scores)
def test_no_other_pairing_is_better(given_scores: dict[tuple[int, int], float]) -> None:
    pairs = best_pairs(given_scores)
    assert all(pair in given_scores for pair in pairs.items())
    assert len(set(pairs.values())) == len(pairs)
    best = max(
        sum(given_scores.get((row, column), 0.0) for row, column in enumerate(columns))
        for columns in permutations(range(5))
    )
    assert sum(given_scores[pair] for pair in pairs.items()) == pytest.approx(best)


def test_taking_the_best_pair_first_is_not_enough() -> None:
    assert best_pairs({(0, 0): 0.9, (0, 1): 0.85, (1, 0): 0.85}) == {0: 1, 1: 0}


def test_a_crowd_of_copies_is_paired_soon_and_one_to_one() -> None:
    size = 400
    scores = {(r, c): 1.0 - abs(r - c) / size for r in range(size) for c in range(size)}
    begun = time.process_time()
    assert best_pairs(scores) == {number: number for number in range(size)}
    assert time.process_time() - begun < 3
