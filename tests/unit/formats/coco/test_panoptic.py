"""COCO Panoptic 1.0: every pixel names one segment."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from datumaro import Dataset, DatasetItem, Image, Mask
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from chalicelib.annotations.model.document import AttributeValue, Document, Shape
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.geometry.masks import bitmap, from_box
from chalicelib.formats.importing.target import Target
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from tests.unit.formats import golden
from tests.unit.formats.datasets import export, part, read
from tests.unit.formats.sample import CAT, DOG, FRAMES, HEIGHT, LABELS, WIDTH, source

NAME = "COCO Panoptic 1.0"
LISTED = "annotations/panoptic_default.json"
TARGET = Target(LABELS, FRAMES)
#: Who stands where: 0 for nobody.
grids = st.lists(st.integers(0, 3), min_size=48, max_size=48).map(
    lambda flat: np.array(flat, np.uint8).reshape(6, 8)
)


def shape(kind: str, points: list[float], label: LabelSpec = DOG, **more: Any) -> Shape:
    facts: dict[str, Any] = {"type": kind, "source": "file", **more}
    return Shape(frame=0, points=points, label_id=label.id, **facts)


def exported(*shapes: Shape) -> bytes:
    return export(source(part(FRAMES, Document(shapes=list(shapes)))), NAME)[0]


def segments(body: bytes) -> tuple[list[dict[str, Any]], dict[int, int]]:
    """Segments of the first picture as listed, and pixels of each number as painted."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        (first, *_) = json.loads(archive.read(LISTED))["annotations"]
        picture = archive.read(f"annotations/panoptic_default/{first['file_name']}")
    colors = np.asarray(Pillow.open(io.BytesIO(picture)).convert("RGB")).astype(int)
    numbers, counts = np.unique(colors @ [1, 256, 65536], return_counts=True)
    found: dict[int, int] = dict(zip(numbers.tolist(), counts.tolist(), strict=True))
    return first["segments_info"], found


def test_the_sample_is_written_as_it_was() -> None:
    body, report = export(source(), NAME)
    golden.check("coco_panoptic", body)
    assert report.kinds == {"rectangle": 2, "polygon": 2, "ellipse": 1, "mask": 1}
    assert report.converted["ellipse became a mask"] == 1
    assert report.skipped["skeleton cannot be written"] == 1


def test_what_is_listed_is_what_is_painted() -> None:
    listed, drawn = segments(export(source(), NAME)[0])
    assert {one["id"]: one["area"] for one in listed} == {
        number: count for number, count in drawn.items() if number
    }
    # Two polygons of one group are one segment.
    assert [one["category_id"] for one in listed] == [1, 2, 2]


def test_what_is_covered_is_no_segment() -> None:
    body, report = export(
        source(part(FRAMES, Document(shapes=[
            shape("rectangle", [5, 5, 10, 10]), shape("rectangle", [0, 0, 20, 20]),
            shape("rectangle", [15, 0, 25, 20]),
        ]))), NAME,
    )  # fmt: skip
    listed, drawn = segments(body)
    assert [(one["area"], one["bbox"]) for one in listed] == [
        (300, [0, 0, 15, 20]),
        (200, [15, 0, 10, 20]),
    ]
    assert len(drawn) == 3
    assert report.skipped == {"shape is covered by others on top of it": 1}
    assert report.converted["shape lost the pixels that others cover"] == 1


def test_stuff_is_one_segment_a_frame() -> None:
    sky = LabelSpec(20, "sky", attributes=(
        AttributeSpec(200, "isthing", input_type="checkbox", default_value="false"),))  # fmt: skip
    ground = [shape("rectangle", [x, 0, x + 5, 5], sky) for x in (0, 10)]
    made = source(part(FRAMES, Document(shapes=ground)))
    made.labels = (sky, DOG)
    body, _ = export(made, NAME)
    assert [one["area"] for one in segments(body)[0]] == [50]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        categories = json.loads(archive.read(LISTED))["categories"]
    assert [one["isthing"] for one in categories] == [0, 1]


@given(grids, st.booleans())
def test_masks_that_do_not_overlap_are_kept(grid: np.ndarray[Any, Any], occluded: bool) -> None:
    values = [AttributeValue(100, "true"), AttributeValue(101, "7"), AttributeValue(102, "Tom")]
    shapes = [
        shape("mask", points, CAT, attributes=values, occluded=occluded)
        for number in (1, 2, 3)
        if (points := from_box(9, 4, grid == number)) is not None
    ]
    found = read(exported(*shapes), NAME, TARGET).document.shapes
    assert sorted(found, key=lambda one: one.points) == sorted(shapes, key=lambda one: one.points)


def test_datumaro_finds_the_same(tmp_path: Path) -> None:
    body, _ = export(source(images=True), NAME)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        archive.extractall(tmp_path)
    found = Dataset.import_from(str(tmp_path), "coco_panoptic")
    areas = [int(one.image.sum()) for one in found.get("a", "default").annotations]
    listed, _ = segments(body)
    assert areas == [one["area"] for one in listed]


def test_what_datumaro_writes_is_read(tmp_path: Path) -> None:
    drawn = np.zeros((HEIGHT, WIDTH), bool)
    drawn[3:9, 5:30] = True
    item = DatasetItem(
        "a", subset="val", annotations=[Mask(drawn, label=1, id=70_000)],
        media=Image.from_numpy(np.zeros((HEIGHT, WIDTH, 3), np.uint8)),
    )  # fmt: skip
    written = Dataset.from_iterable([item], categories=["cat", "dog"])
    written.export(str(tmp_path), "coco_panoptic", save_media=False)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in tmp_path.rglob("*.*"):
            archive.write(file, str(file.relative_to(tmp_path)))
    (mask,) = read(packed.getvalue(), NAME, TARGET).document.shapes
    assert mask.points[-4:] == [5, 3, 29, 8]
    assert bitmap(mask.points).all()


def changed(drop: str = "", **changes: Any) -> bytes:
    """A good archive with something wrong."""
    packed = io.BytesIO()
    good = exported(shape("rectangle", [0, 0, 5, 5]), shape("rectangle", [8, 0, 15, 5]))
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(packed, "w") as new:
        for member in old.namelist():
            body = old.read(member)
            if member == LISTED:
                content = json.loads(body)
                content["annotations"][0] |= changes
                body = json.dumps(content).encode()
            if not drop or not member.endswith(drop):
                new.writestr(member, body)
    return packed.getvalue()


def test_a_picture_that_is_missing_is_told() -> None:
    found = read(changed(drop=".png"), NAME, TARGET)
    assert found.report.skipped == {"picture of segments is missing": 2}


def test_lists_and_pictures_that_differ_are_told() -> None:
    found = read(changed(segments_info=[{"id": 9, "category_id": 2}]), NAME, TARGET)
    assert found.report.skipped == {
        "pixels of a segment that is not listed": 2,
        "segment has no pixels": 1,
    }


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        ({"segments_info": [{"id": 9, "category_id": 77}]}, "there is no category 77"),
        ({"segments_info": [{"id": 9, "category_id": 2}] * 2}, "id occurs twice"),
        ({"file_name": "panoptic_default.json"}, "panoptic_default.json: is not a picture"),
        ({"image_id": 99}, "there is no image 99"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], trouble: str) -> None:
    with pytest.raises(BadDataset, match=trouble):
        read(changed(**changes), NAME, TARGET)


def test_a_picture_of_another_size_is_refused() -> None:
    small = Target(LABELS, [type(one)(*(*_facts(one)[:4], 20, 20)) for one in FRAMES])
    with pytest.raises(BadDataset, match=r"a\.png: its size 40 × 30 differs from the frame's 20"):
        read(changed(), NAME, small)


def test_a_list_alone_is_refused() -> None:
    with pytest.raises(BadDataset, match="an archive with the pictures is needed"):
        read(b"{}", NAME, TARGET, "x.json")


def _facts(frame: Any) -> tuple[Any, ...]:
    return tuple(getattr(frame, name) for name in frame.__struct_fields__)
