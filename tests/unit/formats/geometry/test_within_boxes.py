"""Masks take memory by their boxes, however large the picture is."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest

from chalicelib.annotations.model.document import Geometry, Shape, ShapeType
from chalicelib.formats.geometry.masks import coco_counts, from_box, from_coco, mask_as_polygons
from chalicelib.formats.geometry.raster import raster

#: A picture of 225 megapixels.
WIDTH = HEIGHT = 15_000
SHAPES: dict[ShapeType, list[float]] = {
    "rectangle": [14_000, 14_000, 14_200, 14_100],
    "polygon": [14_000, 14_000, 14_200, 14_000, 14_200, 14_100],
    "ellipse": [14_100, 14_050, 14_200, 14_000],
    "mask": [0, 20_000, 14_000, 14_000, 14_199, 14_099],
}
MASK = SHAPES["mask"]


def peak(work: Callable[[], object]) -> int:
    work()
    tracemalloc.start()
    work()
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest


@pytest.mark.parametrize("kind", SHAPES)
def test_a_shape_is_painted_within_its_box(kind: ShapeType) -> None:
    geometry = Geometry(type=kind, frame=0, points=SHAPES[kind], rotation=0.0)
    found = raster(geometry, WIDTH, HEIGHT)
    assert found is not None
    assert (found.left, found.top, found.box.shape) == (14_000, 14_000, (100, 200))
    # 20,000 pixels, with what is reckoned on the way.
    assert peak(lambda: raster(geometry, WIDTH, HEIGHT)) < 2 << 20


def test_a_mask_is_encoded_and_decoded_within_its_box() -> None:
    counts = coco_counts(MASK, WIDTH, HEIGHT)
    assert sum(counts) == WIDTH * HEIGHT
    assert sum(counts[1::2]) == 20_000
    assert from_coco(counts, WIDTH, HEIGHT) == MASK
    assert peak(lambda: coco_counts(MASK, WIDTH, HEIGHT)) < 2 << 20
    assert peak(lambda: from_coco(counts, WIDTH, HEIGHT)) < 2 << 20


def test_a_mask_becomes_a_polygon_within_its_box() -> None:
    shape = Shape(type="mask", frame=0, points=MASK, label_id=1)
    (polygon,), _ = mask_as_polygons(shape)
    xs, ys = polygon.points[::2], polygon.points[1::2]
    assert (min(xs), min(ys), max(xs), max(ys)) == (14_000, 14_000, 14_199, 14_099)
    assert peak(lambda: list(mask_as_polygons(shape))) < 2 << 20
    found = raster(Geometry(type="mask", frame=0, points=MASK), WIDTH, HEIGHT)
    assert found is not None
    assert from_box(found.left, found.top, found.box) == MASK
