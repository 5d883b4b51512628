"""Cityscapes in both directions, by other tools and as published."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import datumaro as dm
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chalicelib.annotations.model.document import Document, Shape, ShapeType
from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.geometry.masks import from_bitmap
from chalicelib.formats.geometry.png import grey
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import LabelSpec
from tests.unit.formats import golden
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, NOW, export, part, photos, read, task
from tests.unit.formats.pixels import has_masks, seen, unpacked, zipped
from tests.unit.formats.sample import FRAMES, HEIGHT, LABELS, PHOTOS, WIDTH, source
from tests.unit.formats.torchvision_datasets import reader

NAME = "Cityscapes 1.0"
NAMES = ["a.jpg", "b/c.png", "b/d & é.png"]
KINDS: tuple[ShapeType, ...] = ("rectangle", "polygon", "ellipse", "mask")


def test_a_task_is_written_as_its_sample() -> None:
    body, _ = export(source(images=True), NAME)
    golden.check("cityscapes", body)


@given(st.lists(strategy.shapes(KINDS, group=False), max_size=5))
def test_what_can_be_seen_comes_back(shapes: list[Shape]) -> None:
    frames = photos(NAMES)
    body, report = export(task(frames, Document(shapes=shapes)), NAME)
    back = read(body, NAME, Target((CAT, DOG), frames)).document.shapes if has_masks(body) else []
    for number in range(len(frames)):
        wanted = seen([one for one in shapes if one.frame == number])
        assert sorted((s.label_id, s.points) for s in back if s.frame == number) == sorted(wanted)
    assert report.objects == len(back)


def test_instances_beyond_the_limit_are_one_region_of_their_label() -> None:
    shapes = [
        Shape(type="rectangle", frame=0, label_id=CAT.id, points=[x, y, x + 1, y + 1])
        for y in range(21) for x in range(0, 100, 2)
    ]  # fmt: skip
    frames = photos(NAMES)
    body, report = export(task(frames, Document(shapes=shapes)), NAME)
    back = read(body, NAME, Target((CAT, DOG), frames)).document.shapes
    assert len(back) == 1000
    assert {shape.label_id for shape in back} == {CAT.id}
    reason = "instances of one label beyond the format's limit became one"
    assert report.converted[reason] == len(shapes) - 999


def test_datumaro_finds_the_same_pixels(tmp_path: Path) -> None:
    folder = unpacked(export(source(images=True), NAME)[0], tmp_path)
    # As published, pictures are one folder higher than where CVAT's users have them.
    shutil.move(folder / "imgsFine" / "leftImg8bit", folder / "leftImg8bit")
    dataset = dm.Dataset.import_from(str(folder), "cityscapes")
    names = [label.name for label in dataset.categories()[dm.AnnotationType.label]]
    # It takes the values of instances for labels, so it is given the picture of labels.
    with Image.open(folder / "gtFine/default/a_gtFine_labelIds.png") as image:
        labels = np.asarray(image)
    shapes = [one for one in PHOTOS.content.shapes if one.frame == 0 and one.type != "skeleton"]
    ours = seen(shapes, WIDTH, HEIGHT, by_label=True)
    theirs = [from_bitmap(labels == names.index(name)) for name in ("cat", "dog")]
    assert ours == [(10, theirs[0]), (11, theirs[1])]
    assert {item.id for item in dataset} == {"a", "folder/b.x", "кот", "empty"}


def test_torchvision_loads_it(tmp_path: Path) -> None:
    frames = photos(["aachen/aachen_000000_000019.png"])
    shapes = [
        Shape(type="rectangle", frame=0, label_id=label, points=[at, 0, at + 9, 9])
        for label, at in ((CAT.id, 0), (CAT.id, 20), (DOG.id, 40))
    ]
    subset = part(frames, Document(shapes=shapes), subset="train")
    body, _ = export(Source("task", (CAT, DOG), [subset], True, NOW), NAME)
    folder = unpacked(body, tmp_path)
    shutil.move(folder / "imgsFine" / "leftImg8bit", folder / "leftImg8bit")
    picture = folder / "leftImg8bit/train/aachen/aachen_000000_000019_leftImg8bit.png"
    assert picture.exists()
    Image.new("RGB", (640, 480)).save(picture)
    kinds = ["instance", "semantic", "color"]
    ((_, (instances, labels, colors)),) = reader("Cityscapes")(
        str(folder), split="train", mode="fine", target_type=kinds
    )
    assert list(np.unique(np.asarray(instances))) == [0, 1001, 1002, 2001]
    assert list(np.unique(np.asarray(labels))) == [0, 1, 2]
    assert colors.convert("RGB").getpixel((25, 5)) == (255, 0, 0)


CITY = (LabelSpec(1, "traffic light"), LabelSpec(2, "car"), LabelSpec(3, "road"))


def published(kind: str, values: dict[tuple[int, int], int]) -> bytes:
    picture = np.zeros((HEIGHT, WIDTH), np.uint16 if kind == "instanceIds" else np.uint8)
    for (start, stop), value in values.items():
        picture[start:stop] = value
    name = f"gtFine/val/frankfurt/frankfurt_000000_gtFine_{kind}.png"
    image = "leftImg8bit/val/frankfurt/frankfurt_000000_leftImg8bit.png"
    return zipped({name: grey(picture), image: b"a picture"})


def test_a_dataset_as_published() -> None:
    """Without a list of labels its own numbers count; those of nothing are passed over."""
    frames = (type(FRAMES[0])(0, 0, "frankfurt/frankfurt_000000.png", "x", WIDTH, HEIGHT),)
    target = Target(CITY, frames)
    body = published("instanceIds", {(0, 3): 4, (3, 5): 19, (5, 9): 26001, (9, 12): 26002})
    back = read(body, NAME, target).document.shapes
    assert [(one.label_id, one.points[-3], one.points[-1]) for one in back] == [
        (1, 3, 4), (2, 5, 8), (2, 9, 11),
    ]  # fmt: skip
    body = published("labelTrainIds", {(0, 3): 255, (3, 5): 6, (5, 9): 13})
    back = read(body, NAME, target).document.shapes
    assert sorted((one.label_id, one.points[-3], one.points[-1]) for one in back) == [
        (1, 3, 4), (2, 5, 8), (3, 9, HEIGHT - 1),
    ]  # fmt: skip
    listed = registry.importer(NAME).load().pictures(Upload(io.BytesIO(body), "x.zip"))
    assert [(one.subset, one.name) for one in listed] == [("val", "frankfurt/frankfurt_000000.png")]
    none = Target(CITY, frames, subset="train")
    assert not read(body, NAME, none).document.shapes


@pytest.mark.parametrize(
    ("members", "trouble"),
    [
        ({"SegmentationClass/a.png": b""}, "x.zip: is not a Cityscapes dataset"),
        ({"gtFine/t/a_gtFine_color.png": b""}, "a_gtFine_color.png: is not a picture"),
        (
            {"gtFine/t/a_gtFine_instanceIds.png": grey(np.full((HEIGHT, WIDTH), 1001, np.uint16)),
             "label_colors.txt": b"0 0 0 background\n1 2 3 cow\n"},
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
    members = {
        "gtFine/t/a_gtFine_instanceIds.png": grey(np.full((HEIGHT, WIDTH), 9001, np.uint16)),
        "gtFine/t/gone_gtFine_instanceIds.png": grey(np.full((HEIGHT, WIDTH), 1001, np.uint16)),
        "gtFine/t/кот_gtFine_instanceIds.png": grey(np.full((3, 3), 1001, np.uint16)),
        "gtFine/t/empty_gtFine_instanceIds.png": grey(np.full((HEIGHT, WIDTH), 1, np.uint16)),
    }
    imported = read(zipped(members), NAME, Target(LABELS, FRAMES))
    assert [(one.label_id, one.frame) for one in imported.document.shapes] == [(10, 3)]
    assert imported.report.skipped == {
        "number is of no label": 1,
        "image is not in the task": 1,
        "mask has another size than the image": 1,
    }
