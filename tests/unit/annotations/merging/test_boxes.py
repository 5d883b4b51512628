from __future__ import annotations

import time
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.merging.boxes import touching

if TYPE_CHECKING:
    from chalicelib.annotations.merging.boxes import Box

sides = st.one_of(st.just(0.0), st.floats(0, 3), st.floats(0, 1e4), st.sampled_from([1.0, 2.0]))
places = st.one_of(st.integers(-5, 5).map(float), st.floats(-1e4, 1e4), st.just(1e300))


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x, y = draw(places), draw(places)
    return x, y, x + draw(sides), y + draw(sides)


numbered = st.lists(boxes(), max_size=12).map(lambda found: dict(enumerate(found)))


@given(numbered, numbered)
def test_it_finds_what_comparing_all_finds(left: dict[int, Box], right: dict[int, Box]) -> None:
    found = list(touching(left, right))
    assert len(found) == len(set(found))
    wanted = {
        (i, j)
        for i, a in left.items()
        for j, b in right.items()
        if a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]
    }
    assert wanted <= set(found)
    for i, j in set(found) - wanted:
        a, b = left[i], right[j]
        gaps = (b[0] - a[2], a[0] - b[2], b[1] - a[3], a[1] - b[3])
        assert max(gaps) <= 2e-6


def test_many_boxes_in_different_places_take_no_time() -> None:
    grid = {
        number: (10.0 * (number % 200), 10.0 * (number // 200), 10.0 * (number % 200) + 8,
                 10.0 * (number // 200) + 8)
        for number in range(20_000)
    }  # fmt: skip
    grid[-1] = (0.0, 0.0, 2000.0, 5.0)
    begun = time.process_time()
    found = sorted(touching(grid, {key: box for key, box in grid.items() if key >= 0}))
    assert time.process_time() - begun < 5
    assert found == sorted([(n, n) for n in range(20_000)] + [(-1, n) for n in range(200)])


def test_the_largest_numbers_do_not_overflow() -> None:
    assert list(touching({1: (-1e308, 0.0, 1e308, 1.0)}, {2: (5.0, 0.5, 6.0, 2.0)})) == [(1, 2)]
