"""COCO 1.0: the sample, and what independent readers find in it."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from datumaro import Bbox, Dataset, DatasetItem, Image, Polygon, RleMask
from pycocotools import mask as coco_masks
from pycocotools.coco import COCO

from chalicelib.annotations.model.document import Document, Shape
from chalicelib.formats.geometry.masks import bitmap
from chalicelib.formats.importing.target import Target
from tests.unit.formats import golden
from tests.unit.formats.datasets import CAT, DOG, export, photos, read, task
from tests.unit.formats.sample import FRAMES, SHAPES, VIDEO, source

INSTANCES = "annotations/instances_default.json"
#: The COCO API is older than numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
SQUARE = photos(["a.jpg"])


def loaded(body: bytes, folder: Path, file: str = INSTANCES) -> COCO:
    """A file of an archive as the COCO API has it, which prints while it loads."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive, contextlib.redirect_stdout(io.StringIO()):
        return COCO(archive.extract(file, folder))


def coco(*annotations: dict[str, Any], **changes: Any) -> bytes:
    """A dataset of one image and the classes cat and dog."""
    numbered = [{"id": at, "image_id": 1, "category_id": 2} for at in range(len(annotations))]
    content = {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 640, "height": 480}],
        "categories": [{"id": 1, "name": CAT.name}, {"id": 2, "name": DOG.name}],
        "annotations": [a | b for a, b in zip(numbered, annotations, strict=True)],
    }
    return json.dumps(content | changes).encode()


def test_the_sample_is_written_as_it_was() -> None:
    body, report = export(source(), "COCO 1.0")
    golden.check("coco", body)
    assert report.objects == 6
    assert report.converted == {
        "ellipse became a polygon": 1, "source was left out": 1, "z-order was left out": 1,
    }  # fmt: skip
    assert report.skipped == {
        "tag cannot be written": 2, "skeleton cannot be written": 1,
        "polyline cannot be written": 1, "points cannot be written": 1,
        "cuboid cannot be written": 1,
    }  # fmt: skip


def test_the_sample_of_a_video_is_written_as_it_was() -> None:
    body, _ = export(source(VIDEO), "COCO 1.0")
    golden.check("coco_video", body)


def test_the_coco_api_finds_the_same_boxes_areas_and_masks(tmp_path: Path) -> None:
    body, _ = export(source(), "COCO 1.0")
    found = loaded(body, tmp_path)
    assert [one["file_name"] for one in found.loadImgs(found.getImgIds())] == [
        frame.file_name for frame in FRAMES
    ]
    boxes = found.loadAnns(found.getAnnIds(imgIds=1, catIds=1))
    assert [(one["bbox"], one["area"]) for one in boxes] == [([2, 3, 10.5, 10], 105)]
    (dogs,) = found.loadAnns(found.getAnnIds(imgIds=1, areaRng=[50, 60]))
    assert len(dogs["segmentation"]) == 2
    # Polygons of COCO are drawn pixel by pixel: an edge more or less.
    assert coco_masks.area(found.annToRLE(dogs)) == pytest.approx(dogs["area"], abs=10)
    (mask,) = found.loadAnns(found.getAnnIds(imgIds=3))
    drawn = found.annToMask(mask)
    left, top, right, bottom = map(int, SHAPES[8].points[-4:])
    assert mask["area"] == drawn.sum()
    assert np.array_equal(drawn[top : bottom + 1, left : right + 1], bitmap(SHAPES[8].points))


def test_datumaro_finds_the_same(tmp_path: Path) -> None:
    body, _ = export(source(images=True), "COCO 1.0")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        archive.extractall(tmp_path)
    found = Dataset.import_from(str(tmp_path), "coco_instances")
    # Of each annotation it makes a box, and an outline if it has one.
    kinds = {item.id: sorted(one.type.name for one in item.annotations) for item in found}
    assert kinds == {
        "a": ["bbox", "bbox", "bbox", "polygon", "polygon"],
        "folder/b.x": ["bbox", "polygon"],
        "кот": ["bbox", "mask"],
        "empty": [],
    }
    boxes = [one for one in found.get("a", "default").annotations if one.type.name == "bbox"]
    assert sorted(round(one.get_area(), 2) for one in boxes) == [100, 105, 136]


def test_what_datumaro_writes_is_read(tmp_path: Path) -> None:
    drawn = np.zeros((480, 640), np.uint8)
    drawn[7:9, 5:9] = bitmap([0, 4, 1, 3, 5, 7, 8, 8])
    annotations = [
        Bbox(1, 2, 30.5, 40, label=0, id=1, group=1, attributes={"asleep": True, "name": "Tom"}),
        Polygon([1, 1, 9, 1, 9, 9], label=1, id=2, group=2),
        RleMask(coco_masks.encode(np.asfortranarray(drawn)), label=1, id=3, group=3),
    ]
    item = DatasetItem(
        "a", subset="train", annotations=annotations,
        media=Image.from_numpy(np.zeros((480, 640, 3), np.uint8)),
    )  # fmt: skip
    written = Dataset.from_iterable([item], categories=[CAT.name, DOG.name])
    written.export(str(tmp_path), "coco_instances", save_media=False)
    body = (tmp_path / "annotations" / "instances_train.json").read_bytes()
    found = read(body, "COCO 1.0", Target((CAT, DOG), SQUARE), "x.json").document.shapes
    assert [(one.type, one.label_id, one.points) for one in found] == [
        ("rectangle", CAT.id, [1, 2, 31.5, 42]),
        ("polygon", DOG.id, [1, 1, 9, 1, 9, 9]),
        ("mask", DOG.id, [0, 4, 1, 3, 5, 7, 8, 8]),
    ]
    assert [value.value for value in found[0].attributes] == ["true", "Tom"]


def test_annotations_may_stand_before_images_and_categories() -> None:
    content = json.loads(coco({"bbox": [1, 2, 3, 4]}))
    turned = json.dumps(dict(reversed(content.items()))).encode()
    (box,) = read(turned, "COCO 1.0", Target((CAT, DOG), SQUARE), "x.json").document.shapes
    assert box.points == [1, 2, 4, 6]


def test_scores_are_kept() -> None:
    shape = Shape(type="rectangle", frame=0, points=[0, 0, 9, 9], label_id=DOG.id, score=0.25)
    body, _ = export(task(SQUARE, Document(shapes=[shape])), "COCO 1.0")
    back = read(body, "COCO 1.0", Target((CAT, DOG), SQUARE)).document.shapes
    assert [one.score for one in back] == [0.25]


def test_only_the_files_of_a_subset_are_read_if_that_is_wanted() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, subset in enumerate(("train", "val")):
            body = coco({"bbox": [number, 0, 5, 5]})
            archive.writestr(f"annotations/instances_{subset}.json", body)
    target = Target((CAT, DOG), SQUARE, subset="val")
    (box,) = read(packed.getvalue(), "COCO 1.0", target).document.shapes
    assert box.points[0] == 1


def test_an_attribute_with_a_name_of_the_formats_own_is_told() -> None:
    rotation = DOG.attributes + CAT.attributes[1:2]
    named = DOG.__class__(
        5, "fish", attributes=tuple(type(one)(one.id, "rotation") for one in rotation)
    )
    shape = Shape(type="rectangle", frame=0, points=[0, 0, 9, 9], label_id=5, rotation=45)
    exported = task(SQUARE, Document(shapes=[shape]))
    exported.labels = (named,)
    body, report = export(exported, "COCO 1.0")
    assert report.examples["attribute has a name that the format uses itself"] == ["fish: rotation"]
    (back,) = read(body, "COCO 1.0", Target((named,), SQUARE)).document.shapes
    assert back.rotation == 45


def test_holes_that_polygons_do_not_have_are_told() -> None:
    """Two masks of three columns; the first has a hole of one pixel in its middle."""
    whole, rest = [477, 3, 477, 3], 640 * 480 - 1000 - 2 * 480 - 3
    ring = [1000, 3, 477, 1, 1, 1, 477, 3, rest]
    full = [1000, 3, *whole, rest]
    masks = [{"segmentation": {"counts": one, "size": [480, 640]}} for one in (ring, full)]
    target = Target((CAT, DOG), SQUARE, masks_as_polygons=True)
    found = read(coco(*masks), "COCO 1.0", target, "x.json")
    assert [one.type for one in found.document.shapes] == ["polygon", "polygon"]
    assert found.report.converted == {
        "mask with holes became polygons without them": 1, "mask became polygons": 1,
    }  # fmt: skip


def test_masks_without_outlines_as_polygons_are_told() -> None:
    dot = {"segmentation": {"counts": [500, 1, 640 * 480 - 501], "size": [480, 640]}}
    target = Target((CAT, DOG), SQUARE, masks_as_polygons=True)
    found = read(coco(dot), "COCO 1.0", target, "x.json")
    assert not found.document.shapes
    assert found.report.skipped == {"mask is too thin for a polygon": 1}
