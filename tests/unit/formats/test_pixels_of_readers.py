"""Pixels of instances as other readers have them, not only that there are some."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import datumaro as dm
import numpy as np
import pytest
from PIL import Image

from chalicelib.annotations.model.document import Document, Shape
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.geometry.masks import from_bitmap
from chalicelib.formats.geometry.raster import raster
from tests.unit.formats.datasets import CAT, DOG, NOW, export, part, photos
from tests.unit.formats.pixels import merged, seen, unpacked
from tests.unit.formats.sample import (
    PHOTOS,
    TRACKS,
    VIDEO,
    source,
)
from tests.unit.formats.torchvision_datasets import reader

#: A box, a triangle over its corner and a disc.
SHAPES = [
    Shape(type="rectangle", frame=0, label_id=CAT.id, points=[100, 100, 200, 180]),
    Shape(type="polygon", frame=0, label_id=CAT.id, points=[180, 160, 300, 160, 300, 300],
          z_order=1),
    Shape(type="ellipse", frame=0, label_id=DOG.id, points=[500, 300, 560, 260]),
]  # fmt: skip


def drawn() -> Any:
    """Numbers of the shapes, one over another; 0 for nothing."""
    numbers = np.zeros((480, 640), int)
    for number, shape in enumerate(SHAPES, 1):
        found = raster(shape, 640, 480)
        assert found is not None
        rows, columns = found.box.shape
        there = numbers[found.top : found.top + rows, found.left : found.left + columns]
        there[found.box == 1] = number
    return numbers


def exported(name: str, file: str, folder: Path) -> Path:
    subset = part(photos([file]), Document(shapes=SHAPES), subset="train")
    return unpacked(export(Source("task", (CAT, DOG), [subset], True, NOW), name)[0], folder)


def test_torchvision_finds_every_pixel_of_cityscapes(tmp_path: Path) -> None:
    folder = exported("Cityscapes 1.0", "aachen/aachen_000000_000019.png", tmp_path)
    shutil.move(folder / "imgsFine" / "leftImg8bit", folder / "leftImg8bit")
    picture = folder / "leftImg8bit/train/aachen/aachen_000000_000019_leftImg8bit.png"
    Image.new("RGB", (640, 480)).save(picture)
    ((_, (instances, labels, colors)),) = reader("Cityscapes")(
        str(folder), split="train", mode="fine", target_type=["instance", "semantic", "color"]
    )
    numbers = drawn()
    assert np.array_equal(np.asarray(instances), np.choose(numbers, [0, 1001, 1002, 2001]))
    assert np.array_equal(np.asarray(labels), np.choose(numbers, [0, 1, 1, 2]))
    shown = np.asarray(colors.convert("RGB"))
    assert {tuple(color) for color in shown[numbers == 3].tolist()} == {(0, 255, 0)}
    assert {tuple(color) for color in shown[numbers == 0].tolist()} == {(0, 0, 0)}


def test_torchvision_finds_every_pixel_of_segmentation_masks(tmp_path: Path) -> None:
    folder = exported("Segmentation mask 1.1", "a.jpg", tmp_path / "VOCdevkit" / "VOC2012")
    (picture,) = (folder / "JPEGImages").rglob("a.jpg")
    Image.new("RGB", (640, 480)).save(picture)
    ((_, labels),) = reader("VOCSegmentation")(str(tmp_path), "2012", "train")
    assert np.array_equal(np.asarray(labels), np.choose(drawn(), [0, 1, 1, 2]))


@pytest.mark.parametrize("name", ["Segmentation mask 1.1", "PASCAL VOC 1.1"])
def test_datumaro_finds_every_instance(name: str, tmp_path: Path) -> None:
    """PASCAL VOC has rectangles as boxes, and as pixels what is not one."""
    folder = exported(name, "a.jpg", tmp_path)
    (item,) = dm.Dataset.import_from(str(folder), "voc_segmentation")
    found = sorted(from_bitmap(one.image) or [] for one in item.annotations if one.label)
    kinds = ("polygon", "ellipse") if name.startswith("PASCAL") else ("rectangle", *("polygon",
             "ellipse"))  # fmt: skip
    whole = [one for one in SHAPES if one.type in kinds]
    assert found == sorted(points for _, points in seen(whole))


def test_datumaro_finds_every_segment_of_a_panoptic_dataset(tmp_path: Path) -> None:
    body, _ = export(source(images=True), "COCO Panoptic 1.0")
    found = dm.Dataset.import_from(str(unpacked(body, tmp_path)), "coco_panoptic")
    labels = [one.name for one in found.categories()[dm.AnnotationType.label]]
    theirs = sorted(
        (labels[one.label], from_bitmap(one.image)) for one in found.get("a", "default").annotations
    )
    first = [one for one in PHOTOS.content.shapes if one.frame == 0 and one.type != "skeleton"]
    box, turned, *triangles = first
    ours = [("cat", merged(box)), ("dog", merged(turned)), ("dog", merged(*triangles))]
    assert theirs == sorted(ours)


def test_datumaro_finds_every_pixel_of_tracks(tmp_path: Path) -> None:
    folder = unpacked(export(source(VIDEO), "MOTS PNG 1.0")[0], tmp_path)
    found = dm.Dataset.import_from(str(folder), "mots")
    labels = [one.name for one in found.categories()[dm.AnnotationType.label]]
    theirs = {
        (int(item.id[-6:]), labels[one.label]): from_bitmap(one.image)
        for item in found
        for one in item.annotations
    }
    triangle = TRACKS[1].shapes[0]
    for frame in range(1, 6):
        assert theirs[frame, "dog"] == merged(
            Shape(type="polygon", frame=frame, label_id=DOG.id, points=triangle.points)
        )
    for frame, points in enumerate([[0, 0, 10, 10], [5, 2, 15, 12], [10, 4, 20, 14]]):
        box = Shape(
            type="rectangle", frame=frame, label_id=CAT.id, points=[float(v) for v in points]
        )
        assert theirs[frame, "cat"] == merged(box)
