"""Masks are the same in every notation, and those of COCO's own library."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as coco

from chalicelib.annotations.model.document import Shape
from chalicelib.formats.geometry.coco_text import compressed, decompressed
from chalicelib.formats.geometry.masks import (
    bitmap,
    coco_counts,
    from_bitmap,
    from_box,
    from_coco,
    mask_as_polygons,
    masks_of,
)

Picture = np.ndarray[Any, Any]


@st.composite
def pictures(draw: st.DrawFn, values: int = 2) -> Picture:
    """A small picture of numbers, sparse or full of runs over several columns."""
    width, height = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    cells = st.lists(st.integers(0, values - 1), min_size=width * height, max_size=width * height)
    return np.array(draw(cells), np.uint8).reshape(height, width)


def encoded(picture: Picture) -> str:
    """By the COCO API."""
    found = coco.encode(np.asfortranarray(picture))["counts"]
    return found.decode() if isinstance(found, bytes) else str(found)


@given(pictures())
def test_counts_are_those_of_the_coco_api_and_are_read_back(picture: Picture) -> None:
    height, width = picture.shape
    points = from_bitmap(picture)
    if points is None:
        assert not picture.any()
        return
    counts = coco_counts(points, width, height)
    assert compressed(counts) == encoded(picture)
    assert decompressed(encoded(picture)) == counts
    assert from_coco(counts, width, height) == points
    assert from_coco(encoded(picture), width, height) == points
    assert np.array_equal(whole(points, width, height), picture)


def whole(points: list[float], width: int, height: int) -> Picture:
    found = np.zeros((height, width), np.uint8)
    left, top, right, bottom = map(int, points[-4:])
    found[top : bottom + 1, left : right + 1] = bitmap(points)
    return found


@given(pictures(), st.integers(1, 9), st.integers(1, 9))
def test_what_is_outside_of_the_frame_is_not_counted(
    picture: Picture, width: int, height: int
) -> None:
    points = from_bitmap(picture)
    if points is not None:
        counts = coco_counts(points, width, height)
        cut = np.zeros((height, width), np.uint8)
        inside = picture[:height, :width]
        cut[: inside.shape[0], : inside.shape[1]] = inside
        assert compressed(counts) == encoded(cut)


@given(st.lists(st.integers(0, 1 << 30), min_size=1, max_size=12))
def test_any_run_lengths_survive_their_text(counts: list[int]) -> None:
    assert decompressed(compressed(counts)) == counts


def test_empty_runs_between_clear_pixels_are_no_pixels() -> None:
    assert from_coco([3, 0, 2, 0, 1], 2, 3) is None
    assert from_coco([0, 0, 1, 2, 1, 0, 2], 2, 3) == [0, 2, 0, 1, 0, 2]


@pytest.mark.parametrize("text", ["P", "0~", "é", "PPPPPPPPP0", "\x00"])
def test_damaged_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="compressed mask"):
        decompressed(text)


@pytest.mark.parametrize("counts", [[1, 2], [-1, 7], [7], [1 << 62, 1 << 62]])
def test_runs_that_do_not_fill_the_picture_are_refused(counts: list[int]) -> None:
    with pytest.raises(ValueError, match="do not fill"):
        from_coco(counts, 2, 3)


@given(pictures(5))
def test_each_number_of_a_picture_is_a_mask(picture: Picture) -> None:
    found = dict(masks_of(picture))
    assert list(found) == [value for value in np.unique(picture) if value]
    for value, points in found.items():
        assert points == from_bitmap(picture == value)


def test_a_mask_and_its_polygons_cover_the_same() -> None:
    box = np.ones((5, 8), np.uint8)
    points = from_box(10, 20, box)
    assert points is not None
    (polygon,), holes = mask_as_polygons(Shape(type="mask", frame=0, points=points, label_id=1))
    assert not holes
    assert sorted(zip(polygon.points[::2], polygon.points[1::2], strict=True)) == [
        (10, 20), (10, 24), (17, 20), (17, 24),
    ]  # fmt: skip
