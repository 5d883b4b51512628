"""Masks come back pixel by pixel, as far as nothing covers them; other readers see the same."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import datumaro as dm
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chalicelib.annotations.model.document import Document, Shape
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.geometry.masks import from_bitmap
from chalicelib.formats.geometry.png import grey
from chalicelib.formats.importing.target import Target
from chalicelib.formats.labels import LabelSpec
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, export, part, photos, read, task
from tests.unit.formats.pixels import has_masks, merged, seen, unpacked, zipped
from tests.unit.formats.sample import FRAMES, HEIGHT, LABELS, PHOTOS, WIDTH, source
from tests.unit.formats.torchvision_datasets import reader

NAME = "Segmentation mask 1.1"
NAMES = ["a.jpg", "b/c.png", "b/d & é.png"]
Picture = np.ndarray[Any, Any]


@given(st.lists(strategy.shapes(("rectangle", "polygon", "ellipse", "mask"), group=False),
                max_size=6))  # fmt: skip
def test_what_can_be_seen_comes_back(shapes: list[Shape]) -> None:
    frames = photos(NAMES)
    body, report = export(task(frames, Document(shapes=shapes)), NAME)
    imported = read(body, NAME, Target((CAT, DOG), frames)) if has_masks(body) else None
    back = imported.document.shapes if imported else []
    for number in range(len(frames)):
        wanted = seen([shape for shape in shapes if shape.frame == number])
        assert [(s.label_id, s.points) for s in back if s.frame == number] == wanted
    assert report.objects == len(back)
    assert report.objects + sum(report.skipped.values()) == len(shapes)


def test_more_than_255_instances_keep_their_own_colors() -> None:
    shapes = [
        Shape(type="rectangle", frame=0, label_id=CAT.id, points=[x, y, x + 5, y + 5])
        for y in range(0, 200, 5) for x in range(0, 100, 5)
    ]  # fmt: skip
    frames = photos(NAMES)
    body, _ = export(task(frames, Document(shapes=shapes)), NAME)
    assert len(read(body, NAME, Target((CAT, DOG), frames)).document.shapes) == len(shapes)


def test_more_than_255_labels_keep_their_own_colors() -> None:
    labels = tuple(LabelSpec(number, f"label {number}") for number in range(1, 400))
    shapes = [Shape(type="rectangle", frame=0, label_id=label.id, points=[2, 2, 4, 4])
              for label in labels[-1:]]  # fmt: skip
    frames = photos(NAMES)
    whole = task(frames, Document(shapes=shapes))
    whole.labels = labels
    back = read(export(whole, NAME)[0], NAME, Target(labels, frames)).document.shapes
    assert [shape.label_id for shape in back] == [399]


def test_a_group_is_one_instance() -> None:
    frames = photos(NAMES)
    shapes = [
        Shape(type="rectangle", frame=0, label_id=label, points=[x, 0, x + 4, 4], group=3)
        for x, label in ((0, CAT.id), (10, CAT.id), (20, DOG.id))
    ]
    back = read(export(task(frames, Document(shapes=shapes)), NAME)[0], NAME,
                Target((CAT, DOG), frames)).document.shapes  # fmt: skip
    assert [(shape.label_id, shape.points[-4:]) for shape in back] == [
        (CAT.id, [0, 0, 13, 3]), (DOG.id, [20, 0, 23, 3]),
    ]  # fmt: skip


def test_what_is_covered_or_outside_is_told() -> None:
    frames = photos(NAMES)
    shapes = [
        Shape(type="polygon", frame=0, label_id=CAT.id, points=[1, 1, 9, 1, 9, 9]),
        Shape(type="rectangle", frame=0, label_id=DOG.id, points=[0, 0, 20, 20], z_order=1),
        Shape(type="rectangle", frame=1, label_id=DOG.id, points=[700, 0, 720, 20]),
    ]
    _, report = export(task(frames, Document(shapes=shapes)), NAME)
    assert report.skipped == {
        "shape is covered by others on top of it": 1,
        "shape covers no pixel of the image": 1,
    }
    assert report.kinds == {"rectangle": 1}


def test_masks_become_polygons_if_wanted() -> None:
    body, _ = export(source(), NAME)
    imported = read(body, NAME, Target(LABELS, FRAMES, masks_as_polygons=True))
    assert {shape.type for shape in imported.document.shapes} == {"polygon"}
    # The two triangles of one group are one mask, and a group of polygons again.
    assert sum(shape.group > 0 for shape in imported.document.shapes if shape.group) == 2


def test_datumaro_finds_the_same_pixels(tmp_path: Path) -> None:
    whole = source(PHOTOS, images=False)
    folder = unpacked(export(whole, NAME)[0], tmp_path)
    dataset = dm.Dataset.import_from(str(folder), "voc_segmentation")
    names = [label.name for label in dataset.categories()[dm.AnnotationType.label]]
    (item,) = [item for item in dataset if item.id == "a"]
    theirs = sorted(
        (names[mask.label], from_bitmap(mask.image)) for mask in item.annotations if mask.label
    )
    on_first = [s for s in PHOTOS.content.shapes if s.frame == 0 and s.type != "skeleton"]
    joined = merged(on_first[2], on_first[3])
    wanted = [(1, on_first[0]), (2, on_first[1])]
    ours = [(names[at], merged(shape)) for at, shape in wanted] + [(names[2], joined)]
    assert theirs == sorted(ours)


def test_we_read_what_datumaro_writes(tmp_path: Path) -> None:
    """Its pictures have colours in place of a palette, and its map of labels lacks colours."""
    image = np.zeros((HEIGHT, WIDTH), np.uint8)
    image[3:9, 5:12] = 1
    item = dm.DatasetItem(
        "a",
        media=dm.Image.from_numpy(np.zeros((HEIGHT, WIDTH, 3), np.uint8)),
        annotations=[dm.Mask(image, label=1, id=1, group=1),
                     dm.Mask(np.roll(image, 15, axis=1), label=1, id=2, group=2)],
    )  # fmt: skip
    dataset = dm.Dataset.from_iterable([item], categories=["cat", "dog"], media_type=dm.Image)
    dataset.export(str(tmp_path), "voc_segmentation")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(tmp_path.rglob("*")):
            if path.is_file():
                archive.write(path, str(path.relative_to(tmp_path)))
    found = read(packed.getvalue(), NAME, Target(LABELS, FRAMES)).document.shapes
    assert sorted((s.label_id, s.frame, s.points) for s in found) == [
        (11, 0, from_bitmap(image)), (11, 0, from_bitmap(np.roll(image, 15, axis=1))),
    ]  # fmt: skip


def test_torchvision_loads_them(tmp_path: Path) -> None:
    whole = source(part(FRAMES[:1], Document(shapes=PHOTOS.content.shapes[:4])))
    folder = unpacked(export(whole, NAME)[0], tmp_path / "VOCdevkit" / "VOC2012")
    Image.new("RGB", (WIDTH, HEIGHT)).save(folder / "SegmentationClass" / "x.png")
    (folder / "JPEGImages").mkdir()
    Image.new("RGB", (WIDTH, HEIGHT)).save(folder / "JPEGImages" / "a.jpg")
    (folder / "ImageSets/Segmentation/default.txt").rename(
        folder / "ImageSets/Segmentation/train.txt"
    )
    ((_, labels),) = reader("VOCSegmentation")(str(tmp_path), "2012", "train")
    assert sorted(np.unique(np.asarray(labels))) == [0, 1, 2]


BLANK = grey(np.ones((HEIGHT, WIDTH), np.uint8))


@pytest.mark.parametrize(
    ("members", "trouble"),
    [
        ({"a.xml": b"<annotation/>"}, "x.zip: is not a Segmentation mask dataset: it has no"),
        ({"SegmentationClass/a.png": b""}, "x.zip/SegmentationClass/a.png: is not a picture"),
        ({"SegmentationClass/a.png": BLANK[:60]}, "x.zip/SegmentationClass/a.png: is not a pic"),
        (
            {"SegmentationClass/a.png": BLANK,
             "SegmentationObject/a.png": grey(np.ones((3, 3), np.uint8))},
            "x.zip/SegmentationObject/a.png: has another size",
        ),
        (
            {"labelmap.txt": b"cat:0,0::\n", "SegmentationClass/a.png": BLANK},
            'labelmap.txt, line 1: "0,0" is not a colour',
        ),
        (
            {"labelmap.txt": b"cat:0,0,1::\ncat:0,0,2::\n", "SegmentationClass/a.png": BLANK},
            'labelmap.txt, line 2: label "cat" occurs twice',
        ),
        (
            {"labelmap.txt": b"cat:0,\xff,1::\n", "SegmentationClass/a.png": BLANK},
            "labelmap.txt, line 1: is not text in UTF-8",
        ),
        (
            {"labelmap.txt": b"background:::\ncow:::\n", "SegmentationClass/a.png": BLANK},
            'none of its labels \\("cow"\\)',
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_place(
    members: dict[str, bytes], trouble: str
) -> None:
    with pytest.raises(BadDataset, match=trouble):
        read(zipped(members), NAME, Target(LABELS, FRAMES), "x.zip")


def test_what_is_left_out_is_told() -> None:
    small = grey(np.ones((3, 3), np.uint8))
    strange = grey(np.full((HEIGHT, WIDTH), 9, np.uint8))
    members = {
        "labelmap.txt": b"background:::\ncat:::\n",
        "SegmentationClass/a.png": BLANK,
        "SegmentationClass/elsewhere.png": BLANK,
        "SegmentationClass/folder/b.x.png": small,
        "SegmentationClass/кот.png": strange,
        "SegmentationObject/empty.png": BLANK,
    }
    imported = read(zipped(members), NAME, Target(LABELS, FRAMES), "x.zip")
    assert [shape.frame for shape in imported.document.shapes] == [0]
    assert imported.report.skipped == {
        "image is not in the task": 1,
        "mask has another size than the image": 1,
        "number is of no label": 1,
        "instances have no picture of their labels": 1,
    }
