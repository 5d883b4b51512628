from __future__ import annotations

import math
import time
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.draw import polygon2mask

from chalicelib.annotations.merging.areas import polygon_area, polygon_iou, rectangle_iou

SQUARE = [0.0, 0, 10, 0, 10, 10, 0, 10]
#: Concave: an L of three quarters of the square.
ELL = [0.0, 0, 10, 0, 10, 5, 5, 5, 5, 10, 0, 10]
BOW_TIE = [0.0, 0, 10, 10, 10, 0, 0, 10]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (SQUARE, SQUARE, 1.0),
        (SQUARE, ELL, 0.75),
        (SQUARE, [5.0, 0, 15, 0, 15, 10, 5, 10], 1 / 3),
        (SQUARE, [10.0, 0, 20, 0, 20, 10, 10, 10], 0.0),
        (SQUARE, [20.0, 20, 30, 20, 30, 30], 0.0),
        (SQUARE, [0.0, 0, 10, 0, 0, 10], 0.5),
        (SQUARE, BOW_TIE, 0.0),
        (SQUARE, [0.0, 0, 5, 5, 10, 10], 0.0),
    ],
)
def test_known_polygons(a: list[float], b: list[float], expected: float) -> None:
    assert polygon_iou(a, b) == pytest.approx(expected)
    assert polygon_iou(b, a) == pytest.approx(expected)


def test_known_rectangles() -> None:
    assert rectangle_iou([0, 0, 10, 10], [5, 0, 15, 10]) == pytest.approx(1 / 3)
    assert rectangle_iou([10, 10, 0, 0], [0, 0, 10, 10]) == 1
    assert rectangle_iou([0, 0, 10, 10], [10, 0, 20, 10]) == 0
    assert rectangle_iou([3, 3, 3, 3], [3, 3, 3, 3]) == 0


@st.composite
def stars(draw: st.DrawFn) -> list[float]:
    """Polygons that never cross themselves: radii around a middle."""
    count = draw(st.integers(3, 12))
    x, y = draw(st.floats(60, 140)), draw(st.floats(60, 140))
    radii = draw(st.lists(st.floats(25, 60), min_size=count, max_size=count))
    angles = [2 * math.pi * k / count for k in range(count)]
    corners = zip(radii, angles, strict=True)
    return list(chain.from_iterable((x + r * math.cos(a), y + r * math.sin(a)) for r, a in corners))


def _mask(points: list[float], scale: int = 4) -> Any:
    corners = [(y * scale, x * scale) for x, y in zip(points[::2], points[1::2], strict=True)]
    drawn: Any = polygon2mask  # ships no types
    return drawn((200 * scale, 200 * scale), corners)


@settings(max_examples=40)
@given(stars(), stars())
def test_it_agrees_with_counting_pixels(a: list[float], b: list[float]) -> None:
    masks = [_mask(points) for points in (a, b)]
    counted = (masks[0] & masks[1]).sum() / (masks[0] | masks[1]).sum()
    assert polygon_iou(a, b) == pytest.approx(counted, abs=0.05)


@given(stars())
def test_a_polygon_is_itself_wherever_it_starts(a: list[float]) -> None:
    turned = a[4:] + a[:4]
    assert polygon_iou(a, turned) == pytest.approx(1, abs=1e-6)
    assert polygon_area(a) == pytest.approx(polygon_area(turned))


def _circle(x: float, y: float, radius: float, corners: int) -> list[float]:
    turns = (2 * math.pi * k / corners for k in range(corners))
    return list(
        chain.from_iterable((x + radius * math.cos(t), y + radius * math.sin(t)) for t in turns)
    )


@pytest.mark.parametrize("corners", [63, 65, 500, 100_000])
def test_polygons_of_many_vertices_are_compared_soon(corners: int) -> None:
    """Two circles as far apart as their radius share 2π/3 - √3/2 of its square."""
    a, b = _circle(0, 0, 100, corners), _circle(100, 0, 100, corners)
    shared = 2 * math.pi / 3 - math.sqrt(3) / 2
    begun = time.process_time()
    assert polygon_iou(a, b) == pytest.approx(shared / (2 * math.pi - shared), abs=0.005)
    assert polygon_iou(a, _circle(0, 0, 50, corners)) == pytest.approx(0.25, abs=0.005)
    assert time.process_time() - begun < 5
