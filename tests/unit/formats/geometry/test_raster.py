"""Shapes as pixels, held to a picture of all the pixels' middles."""

from __future__ import annotations

from math import cos, radians, sin
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as coco

from chalicelib.annotations.model.document import Geometry, ShapeType
from chalicelib.formats.geometry import raster as module
from chalicelib.formats.geometry.masks import from_coco
from chalicelib.formats.geometry.raster import paint, raster

WIDTH, HEIGHT = 32, 24
Picture = np.ndarray[Any, Any]

places = st.floats(-20, 50, allow_nan=False).map(lambda value: round(value, 3) + 1e-4)


def shape(kind: ShapeType, points: list[float], rotation: float = 0.0) -> Geometry:
    return Geometry(type=kind, frame=0, points=points, rotation=rotation)


def painted(geometry: Geometry, width: int = WIDTH, height: int = HEIGHT) -> Picture:
    picture = np.zeros((height, width), np.uint8)
    found = raster(geometry, width, height)
    if found is not None:
        assert found.box.any()
        paint(picture, found, 1)
    return picture


def inside(xs: Picture, ys: Picture, points: list[float]) -> tuple[Picture, Picture]:
    """Whether places are in a polygon: a ray to the right crosses it an odd number of times.

    And where that is sure: not on an edge.
    """
    found, sure = np.zeros(xs.shape, np.bool_), np.ones(xs.shape, np.bool_)
    corners = list(zip(points[::2], points[1::2], strict=True))
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        if y1 == y2:
            continue
        between = (np.minimum(y1, y2) <= ys) & (ys < np.maximum(y1, y2))
        crossing = x1 + (ys - y1) * (x2 - x1) / (y2 - y1)
        found ^= between & (crossing > xs)
        sure &= ~between | (abs(crossing - xs) > 1e-6)
    return found, sure


def middles() -> tuple[Picture, Picture]:
    ys, xs = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    return xs, ys


@given(st.lists(st.tuples(places, places), min_size=3, max_size=8))
def test_a_polygon_has_the_pixels_whose_middles_are_inside(corners: list[Any]) -> None:
    points = [value for corner in corners for value in corner]
    wanted, sure = inside(*middles(), points)
    assert np.array_equal(painted(shape("polygon", points))[sure], wanted[sure])


def test_a_line_there_and_back_encloses_nothing() -> None:
    assert raster(shape("polygon", [0.1, 0.1, 9.1, 7.3, 0.1, 0.1]), WIDTH, HEIGHT) is None


@given(places, places, places, places, st.floats(0, 360))
def test_a_turned_rectangle_has_the_pixels_whose_middles_are_inside(
    x1: float, y1: float, x2: float, y2: float, degrees: float
) -> None:
    xs, ys = middles()
    cx, cy = (x1 + x2) / 2, (y1 + y2) / 2
    u = (xs - cx) * cos(radians(degrees)) + (ys - cy) * sin(radians(degrees))
    v = (ys - cy) * cos(radians(degrees)) - (xs - cx) * sin(radians(degrees))
    sure = (abs(abs(u) - abs(x2 - x1) / 2) > 1e-6) & (abs(abs(v) - abs(y2 - y1) / 2) > 1e-6)
    wanted = (abs(u) < abs(x2 - x1) / 2) & (abs(v) < abs(y2 - y1) / 2)
    found = painted(shape("rectangle", [x1, y1, x2, y2], degrees))
    assert np.array_equal(found[sure], wanted[sure])


@given(places, places, st.floats(0, 40), st.floats(0, 40), st.floats(0, 360))
def test_an_ellipse_has_the_pixels_whose_middles_are_inside(
    cx: float, cy: float, rx: float, ry: float, degrees: float
) -> None:
    found = painted(shape("ellipse", [cx, cy, cx + rx, cy - ry], degrees))
    if min(rx, ry) < 1e-3:
        return
    xs, ys = middles()
    u = (xs - cx) * cos(radians(degrees)) + (ys - cy) * sin(radians(degrees))
    v = (ys - cy) * cos(radians(degrees)) - (xs - cx) * sin(radians(degrees))
    far = (u / rx) ** 2 + (v / ry) ** 2
    sure = abs(far - 1) > 1e-6
    assert np.array_equal(found[sure], (far < 1)[sure])


def test_a_box_of_whole_pixels_has_them_all() -> None:
    wanted = np.zeros((HEIGHT, WIDTH), np.uint8)
    wanted[5:9, 3:7] = 1
    assert np.array_equal(painted(shape("rectangle", [3, 5, 7, 9])), wanted)
    assert np.array_equal(painted(shape("rectangle", [3, 5, 7, 9], 360)), wanted)
    assert np.array_equal(painted(shape("polygon", [3, 5, 7, 5, 7, 9, 3, 9])), wanted)
    assert np.array_equal(painted(shape("mask", [0, 16, 3, 5, 6, 8])), wanted)


def test_it_is_coco_s_polygon_but_for_the_border() -> None:
    points = [10.2, 3.7, 180.4, 40.0, 150.9, 110.3, 60.0, 90.5]
    runs = coco.frPyObjects([points], 120, 200)[0]
    mask = from_coco(runs["counts"].decode(), 200, 120)
    assert mask is not None
    theirs = painted(shape("mask", mask), 200, 120)
    ours = painted(shape("polygon", points), 200, 120)
    assert (theirs != ours).sum() < 0.01 * theirs.sum()


@pytest.mark.parametrize(
    "geometry",
    [
        shape("rectangle", [40, 2, 50, 9]),
        shape("rectangle", [2, 2, 2.2, 9]),
        shape("polygon", [1, 1, 5, 1, 9, 1]),
        shape("polygon", [-9, -9, -5, -9, -5, -2]),
        shape("polygon", [1e9, 1e9, -1e9, 1e9, 1e9, 1e9]),
        shape("ellipse", [5, 5, 5, 5]),
        shape("ellipse", [5, 5, 5 + 1e-200, 1]),
        shape("ellipse", [100, 100, 104, 96]),
        shape("mask", [0, 4, 40, 2, 41, 3]),
        shape("mask", [4, 2, 2, 3, 3]),
        shape("mask", [0, 9, 2, 2, 3, 3]),
        shape("mask", [-1, 5, 2, 2, 3, 3]),
        shape("polyline", [1, 1, 5, 9, 12, 4]),
    ],
)
def test_what_has_no_pixels_in_the_frame_is_nothing(geometry: Geometry) -> None:
    assert raster(geometry, WIDTH, HEIGHT) is None


def test_a_polygon_as_large_as_coordinates_may_be_fills_the_frame() -> None:
    assert painted(shape("polygon", [-1e9, -1e9, 1e9, -1e9, 1e9, 1e9, -1e9, 1e9])).all()


@given(st.lists(st.tuples(places, places), min_size=3, max_size=30))
def test_a_polygon_of_many_edges_is_taken_piece_by_piece(corners: list[Any]) -> None:
    geometry = shape("polygon", [value for corner in corners for value in corner])
    at_once = painted(geometry)
    before, module.CROSSINGS = module.CROSSINGS, 5
    try:
        assert np.array_equal(painted(geometry), at_once)
    finally:
        module.CROSSINGS = before


def test_painting_holds_numbers_of_any_width() -> None:
    picture = np.zeros((HEIGHT, WIDTH), np.uint16)
    found = raster(shape("ellipse", [10, 10, 15, 5]), WIDTH, HEIGHT)
    assert found is not None
    paint(picture, found, 40001)
    assert picture[10, 10] == 40001
    theirs = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(theirs, (10, 10), (5, 5), 0, 0, 360, 1, -1)
    assert abs(int((picture > 0).sum()) - int(theirs.sum())) < 0.3 * theirs.sum()
