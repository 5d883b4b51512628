"""CamVid in both directions, by other tools and as published."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import datumaro as dm
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model.document import Document, Shape
from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.geometry.masks import from_bitmap
from chalicelib.formats.geometry.png import colored, grey
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import LabelSpec
from tests.unit.formats import golden
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, export, photos, read, task
from tests.unit.formats.pixels import has_masks, seen, unpacked, zipped
from tests.unit.formats.sample import FRAMES, HEIGHT, LABELS, PHOTOS, WIDTH, source

NAME = "CamVid 1.0"
NAMES = ["a.jpg", "b/c.png", "b/d & é.png"]


def test_a_task_is_written_as_its_sample() -> None:
    body, _ = export(source(images=True), NAME)
    golden.check("camvid", body)


@given(st.lists(strategy.shapes(("rectangle", "polygon", "ellipse", "mask")), max_size=5))
def test_all_pixels_of_a_label_come_back_as_one_mask(shapes: list[Shape]) -> None:
    frames = photos(NAMES)
    body, _ = export(task(frames, Document(shapes=shapes)), NAME)
    if not has_masks(body):
        return
    back = read(body, NAME, Target((CAT, DOG), frames)).document.shapes
    for number in range(len(frames)):
        wanted = seen([one for one in shapes if one.frame == number], by_label=True)
        assert sorted((s.label_id, s.points) for s in back if s.frame == number) == sorted(wanted)


def test_names_that_files_cannot_hold_are_told_apart() -> None:
    labels = (LabelSpec(1, "big dog"), LabelSpec(2, "big_dog"), LabelSpec(3, "#tag: a"))
    shapes = [Shape(type="rectangle", frame=0, label_id=label.id, points=[at * 9, 0, at * 9 + 5, 5])
              for at, label in enumerate(labels)]  # fmt: skip
    frames = photos(NAMES)
    whole = task(frames, Document(shapes=shapes))
    whole.labels = labels
    for name in (NAME, "Segmentation mask 1.1", "KITTI 1.0"):
        back = read(export(whole, name)[0], name, Target(labels, frames)).document.shapes
        assert [(one.label_id, one.points[-4] if one.type == "mask" else one.points[0])
                for one in back] == [(1, 0), (2, 9), (3, 18)]  # fmt: skip


def test_datumaro_finds_the_same_pixels(tmp_path: Path) -> None:
    folder = unpacked(export(source(), NAME)[0], tmp_path)
    dataset = dm.Dataset.import_from(str(folder), "camvid")
    names = [label.name for label in dataset.categories()[dm.AnnotationType.label]]
    (item,) = [item for item in dataset if item.id == "a"]
    theirs = sorted(
        (names[one.label], from_bitmap(one.image))
        for one in item.annotations
        if names[one.label] != "background"
    )
    shapes = [one for one in PHOTOS.content.shapes if one.frame == 0 and one.type != "skeleton"]
    ours = seen(shapes, WIDTH, HEIGHT, by_label=True)
    assert theirs == [({10: "cat", 11: "dog"}[label], points) for label, points in ours]


def test_we_read_what_datumaro_writes(tmp_path: Path) -> None:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[3:9, 5:12] = 1
    item = dm.DatasetItem(
        "folder/b.x", subset="train", annotations=[dm.Mask(mask, label=1)],
        media=dm.Image.from_numpy(np.zeros((HEIGHT, WIDTH, 3), np.uint8)),
    )  # fmt: skip
    dataset = dm.Dataset.from_iterable([item], categories=["cat", "dog"], media_type=dm.Image)
    dataset.export(str(tmp_path), "camvid")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(tmp_path.rglob("*.*")):
            archive.write(path, str(path.relative_to(tmp_path)))
    (shape,) = read(packed.getvalue(), NAME, Target(LABELS, FRAMES)).document.shapes
    assert (shape.frame, shape.label_id, shape.points) == (1, 11, from_bitmap(mask))


def test_a_dataset_as_published() -> None:
    """Folders above that the archive lacks, tabs, masks of grey values, a void in black."""
    picture = np.zeros((HEIGHT, WIDTH), np.uint8)
    picture[:5] = 2
    rgb = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    rgb[5:8] = (64, 128, 64)
    members = {
        "CamVid/label_colors.txt": b"0 0 0\t\tVoid\n64 128 64\tcat\n192 0 128\tdog\n",
        "CamVid/train.txt": b"/SegNet/CamVid/train/a.png /SegNet/CamVid/trainannot/a.png\n",
        "CamVid/val.txt": b"/SegNet/CamVid/val/b.png /SegNet/CamVid/valannot/b.png\n",
        "CamVid/trainannot/a.png": grey(picture),
        "CamVid/valannot/b.png": colored(rgb),
        "CamVid/val/b.png": b"a picture",
    }
    frames = tuple(type(FRAMES[0])(n, n, f"{name}.png", f"{name}.png", WIDTH, HEIGHT)
                   for n, name in enumerate("ab"))  # fmt: skip
    imported = read(zipped(members), NAME, Target(LABELS, frames))
    assert [(one.frame, one.label_id, one.points[-4:]) for one in imported.document.shapes] == [
        (0, 11, [0, 0, WIDTH - 1, 4]), (1, 10, [0, 5, WIDTH - 1, 7]),
    ]  # fmt: skip
    of_val = Target(LABELS, frames, subset="val")
    assert [one.frame for one in read(zipped(members), NAME, of_val).document.shapes] == [1]
    upload = Upload(io.BytesIO(zipped(members)), "x.zip")
    assert [(one.subset, one.name, one.file) for one in registry.importer(NAME).load().pictures(
        upload)] == [("val", "b.png", "CamVid/val/b.png")]  # fmt: skip


@pytest.mark.parametrize(
    ("members", "trouble"),
    [
        ({"a.json": b"{}"}, "x.zip: is not a CamVid dataset"),
        ({"default.txt": b'"/default/a.jpg" "b" "c"\n'}, 'default.txt, line 1: .* is not an image'),
        ({"default.txt": b"a.jpg \xff\n"}, "default.txt, line 1: is not text in UTF-8"),
        ({"defaultannot/a.png": b""}, "defaultannot/a.png: is not a picture"),
        ({"label_colors.txt": b"1 2 x cat\n", "defaultannot/a.png": b""}, "line 1: .1 2 x cat. is"),
        (
            {"label_colors.txt": b"1 2 3 cat\n3 4 5 cat\n", "defaultannot/a.png": b""},
            'label_colors.txt, line 2: label "cat" occurs twice',
        ),
        (
            {"label_colors.txt": b"1 1 1 cow\n",
             "defaultannot/a.png": grey(np.ones((HEIGHT, WIDTH), np.uint8))},
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
    strange = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    strange[3:5] = 7
    strange[7:9] = (255, 0, 0)
    members = {
        "default.txt": b"/default/a.jpg defaultannot/a.png\n/default/gone.jpg defaultannot/gone.png"
        b"\n/default/other.jpg defaultannot/a.png\n/default/empty.jpg \n",
        "defaultannot/a.png": colored(strange),
    }
    imported = read(zipped(members), NAME, Target(LABELS, FRAMES))
    assert [(one.label_id, one.frame) for one in imported.document.shapes] == [(10, 0)]
    assert imported.report.skipped == {
        "color is of no label": 1,
        "mask is not in the archive": 1,
        "image is not in the task": 1,
    }
