"""KITTI in both directions, by other tools and as published."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import datumaro as dm
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model.document import AttributeValue, Document, Shape, ShapeType
from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.geometry.masks import from_bitmap
from chalicelib.formats.geometry.png import grey
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from tests.unit.formats import golden
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, NOW, export, part, photos, read, task
from tests.unit.formats.pixels import has_masks, seen, unpacked, zipped
from tests.unit.formats.sample import FRAMES, HEIGHT, LABELS, PHOTOS, WIDTH, source

NAME = "KITTI 1.0"
NAMES = ["a.jpg", "b/c.png", "b/d & é.png"]
AREAS: tuple[ShapeType, ...] = ("polygon", "ellipse", "mask")


def test_a_task_is_written_as_its_sample() -> None:
    body, _ = export(source(images=True), NAME)
    golden.check("kitti", body)


def upright(shape: Shape) -> Shape:
    shape.rotation = 0.0
    shape.attributes = []
    return shape


@given(st.lists(strategy.shapes(("rectangle",), z_order=False, group=False).map(upright),
                max_size=5))  # fmt: skip
def test_upright_boxes_are_kept(shapes: list[Shape]) -> None:
    frames = photos(NAMES)
    body, report = export(task(frames, Document(shapes=shapes)), NAME)
    assert report.objects == len(shapes)
    if shapes:
        back = read(body, NAME, Target((CAT, DOG), frames)).document.shapes
        assert back == sorted(shapes, key=lambda shape: shape.frame)


@given(st.lists(strategy.shapes(AREAS, group=False), max_size=5))
def test_what_can_be_seen_of_other_shapes_comes_back(shapes: list[Shape]) -> None:
    frames = photos(NAMES)
    body, _ = export(task(frames, Document(shapes=shapes)), NAME)
    if not has_masks(body):
        return
    back = read(body, NAME, Target((CAT, DOG), frames)).document.shapes
    for number in range(len(frames)):
        wanted = seen([one for one in shapes if one.frame == number])
        assert sorted((s.label_id, s.points) for s in back if s.frame == number) == sorted(wanted)


def test_a_label_with_a_space_a_flag_and_a_score() -> None:
    label = LabelSpec(1, "big dog", attributes=(AttributeSpec(4, "truncated", False, "checkbox"),))
    shape = Shape(
        type="rectangle", frame=0, points=[1, 2, 3, 4], label_id=1, score=0.25, occluded=True,
        attributes=[AttributeValue(4, "true")], source="file",
    )  # fmt: skip
    frames = photos(NAMES)
    whole = Source("task", (label,), [part(frames, Document(shapes=[shape]))], False, NOW)
    body, report = export(whole, NAME)
    assert report.converted == {}
    assert read(body, NAME, Target((label,), frames)).document.shapes == [shape]


def test_datumaro_finds_the_same_boxes_and_pixels(tmp_path: Path) -> None:
    folder = unpacked(export(source(), NAME)[0], tmp_path)
    boxes = dm.Dataset.import_from(str(folder), "kitti_detection")
    assert {
        (item.id, *one.points) for item in boxes for one in item.annotations
    } == {("a", 2, 3, 12.5, 13)}  # fmt: skip
    dataset = dm.Dataset.import_from(str(folder), "kitti_segmentation")
    names = [label.name for label in dataset.categories()[dm.AnnotationType.label]]
    (item,) = [item for item in dataset if item.id == "кот"]
    theirs = [(names[one.label], from_bitmap(one.image)) for one in item.annotations if one.label]
    masks = [one for one in PHOTOS.content.shapes if one.type == "mask"]
    assert theirs == [("dog", points) for _, points in seen(masks, WIDTH, HEIGHT)]


def test_we_read_the_boxes_that_datumaro_writes(tmp_path: Path) -> None:
    """Of its pictures there is no test: it cannot write those of instances with this Pillow."""
    item = dm.DatasetItem(
        "a", subset="train",
        annotations=[dm.Bbox(2, 3, 10, 12.5, label=1, attributes={"occluded": True})],
        media=dm.Image.from_numpy(np.zeros((HEIGHT, WIDTH, 3), np.uint8)),
    )  # fmt: skip
    dataset = dm.Dataset.from_iterable([item], categories=["cat", "dog"], media_type=dm.Image)
    dataset.export(str(tmp_path), "kitti")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(tmp_path.rglob("*.*")):
            archive.write(path, str(path.relative_to(tmp_path)))
    (shape,) = read(packed.getvalue(), NAME, Target(LABELS, FRAMES)).document.shapes
    assert (shape.label_id, shape.points, shape.occluded) == (11, [2, 3, 12, 15.5], True)


LINE = b"Car 0.00 0 1.85 387.63 181.54 423.81 203.12 1.67 1.87 3.69 -16.53 2.39 58.49 1.57\n"
NOT_CARE = b"DontCare -1 -1 -10 5.0 5.0 6.0 7.0 -1 -1 -1 -1000 -1000 -1000 -10\n"


def test_a_dataset_as_published() -> None:
    picture = np.zeros((HEIGHT, WIDTH), np.uint16)
    picture[2:4] = 26 * 256 + 1
    picture[6:8] = 26 * 256 + 2
    picture[9:11] = 7 * 256
    members = {
        "training/label_2/000000.txt": LINE + NOT_CARE,
        "training/instance/000000_10.png": grey(picture),
        "training/image_2/000000.png": b"a picture",
    }
    frames = tuple(type(FRAMES[0])(n, n, name, name, WIDTH, HEIGHT)
                   for n, name in enumerate(("000000.png", "000000_10.png")))  # fmt: skip
    labels = (LabelSpec(1, "Car"), LabelSpec(2, "road"))
    imported = read(zipped(members), NAME, Target(labels, frames))
    box, *masks = imported.document.shapes
    assert (box.frame, box.label_id, box.points) == (0, 1, [387.63, 181.54, 423.81, 203.12])
    assert [(one.label_id, one.points[-3]) for one in masks] == [(2, 9), (1, 2), (1, 6)]
    assert imported.report.labels == {"DontCare": 1}
    upload = Upload(io.BytesIO(zipped(members)), "x.zip")
    assert [(one.subset, one.name) for one in registry.importer(NAME).load().pictures(upload)] == [
        ("training", "000000.png")
    ]


@pytest.mark.parametrize(
    ("members", "trouble"),
    [
        ({"gtFine/t/a_gtFine_color.png": b""}, "x.zip: is not a KITTI dataset"),
        ({"d/label_2/a.txt": b"cat 1 2\n"}, "label_2/a.txt, line 1: 3 columns where 15 or 16"),
        ({"d/label_2/a.txt": LINE.replace(b"1.85", b"x")}, 'line 1: "x" is not a number'),
        ({"d/label_2/a.txt": LINE.replace(b"1.85", b"nan")}, "line 1: a number that is not fin"),
        ({"d/label_2/a.txt": LINE.replace(b"423.81", b"3")}, "line 1: a box that ends before"),
        ({"d/label_2/a.txt": LINE + b"\xff"}, "label_2/a.txt, line 2: is not text in UTF-8"),
        ({"d/instance/a.png": b""}, "d/instance/a.png: is not a picture"),
        ({"d/label_2/a.txt": LINE}, 'none of its labels \\("Car"\\)'),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(
    members: dict[str, bytes], trouble: str
) -> None:
    with pytest.raises(BadDataset, match=trouble):
        read(zipped(members), NAME, Target(LABELS, FRAMES), "x.zip")


def test_what_is_left_out_is_told() -> None:
    members = {
        "d/label_2/a.txt": LINE.replace(b"Car", b"cat") + LINE,
        "d/label_2/gone.txt": LINE.replace(b"Car", b"cat"),
    }
    imported = read(zipped(members), NAME, Target(LABELS, FRAMES))
    assert len(imported.document.shapes) == 1
    assert imported.report.skipped == {"no label of that name": 1, "image is not in the task": 1}
