"""The desktop tool's own reader finds what we write, and we read what it writes."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chalicelib.annotations.model.document import Document, Shape, ShapeType
from chalicelib.formats.geometry.masks import bitmap
from chalicelib.formats.importing.target import Target
from tests.unit.formats import labelme_package, sample
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, export, photos, read, task
from tests.unit.formats.sample import FRAMES, HEIGHT, LABELS, WIDTH, source
from tests.unit.formats.unpacked import pack, photograph, unpack

NAME = "LabelMe JSON 1.0"
KINDS: tuple[ShapeType, ...] = ("rectangle", "polygon", "polyline", "points", "mask")


def opened(body: bytes, folder: Path, size: tuple[int, int] = (WIDTH, HEIGHT)) -> dict[str, Any]:
    """Files of an archive as the tool opens them, beside pictures, by the names of the images."""
    unpack(body, folder)
    found = {}
    for path in folder.rglob("*.json"):
        picture = path.parent / json.loads(path.read_text())["imagePath"]
        photograph(picture, *size)
        found[str(picture.relative_to(folder))] = labelme_package.opened(path)
    return found


def flat(shape: dict[str, Any]) -> list[float]:
    return [value for point in shape["points"] for value in point]


def test_the_tool_finds_the_same_objects(tmp_path: Path) -> None:
    found = opened(export(source(), NAME)[0], tmp_path)
    assert sorted(found) == sorted(frame.file_name for frame in FRAMES)
    first = {(one["label"], one["shape_type"], *flat(one)): one for one in found["a.jpg"].shapes}
    box = first["cat", "rectangle", 2, 3, 12.5, 13]
    assert box["flags"] == {"asleep": True}
    triangles = [one for one in first.values() if one["shape_type"] == "polygon"]
    assert [flat(one) for one in triangles] == [one.points for one in sample.SHAPES[2:4]]
    assert {one["group_id"] for one in triangles} == {4}
    (turned,) = [one for one in first.values() if one["shape_type"] == "oriented_rectangle"]
    assert np.mean(turned["points"], axis=0) == pytest.approx([25, 10])
    assert found["a.jpg"].flags == {"dog": True}
    second = {one["shape_type"]: flat(one) for one in found["folder/b.x.png"].shapes}
    assert second["linestrip"] == sample.SHAPES[6].points
    assert second["points"] == sample.SHAPES[7].points
    (mask,) = found["кот.jpg"].shapes
    left, top, right, bottom = sample.SHAPES[8].points[-4:]
    # Its box fits the pixels: the first column of the sample's is empty.
    (x1, y1), (x2, y2) = mask["points"]
    whole = np.zeros((HEIGHT, WIDTH), bool)
    whole[y1 : y2 + 1, x1 : x2 + 1] = mask["mask"]
    wanted = np.zeros((HEIGHT, WIDTH), bool)
    rows, columns = slice(int(top), int(bottom) + 1), slice(int(left), int(right) + 1)
    wanted[rows, columns] = bitmap(sample.SHAPES[8].points)
    assert np.array_equal(whole, wanted)
    assert found["empty.jpg"].shapes == []


@settings(max_examples=15, deadline=None)
@given(st.lists(strategy.shapes(KINDS), max_size=4))
def test_the_tool_takes_whatever_we_write(
    tmp_path_factory: pytest.TempPathFactory, shapes: list[Shape]
) -> None:
    body, report = export(task(photos(["a.jpg", "b.jpg", "c.jpg"]), Document(shapes=shapes)), NAME)
    found = opened(body, tmp_path_factory.mktemp("labelme"), (640, 480))
    assert sum(len(one.shapes) for one in found.values()) == report.objects == len(shapes)
    assert sorted(one["label"] for file in found.values() for one in file.shapes) == sorted(
        {CAT.id: CAT.name, DOG.id: DOG.name}[one.label_id] for one in shapes
    )


def test_what_the_tool_writes_is_read(tmp_path: Path) -> None:
    drawn = np.zeros((3, 4), np.uint8)
    drawn[0, 1:] = drawn[2, 0] = 1
    packed = io.BytesIO()
    Image.fromarray(drawn * 255).save(packed, "PNG")

    def shape(kind: str, points: list[list[float]], **more: Any) -> dict[str, Any]:
        return {
            "label": "dog", "points": points, "group_id": None, "description": "",
            "shape_type": kind, "flags": {}, "mask": None,
        } | more  # fmt: skip

    photograph(tmp_path / "a.jpg", WIDTH, HEIGHT)
    labelme_package.label_file()().save(
        filename=str(tmp_path / "a.json"),
        shapes=[
            shape("rectangle", [[2.5, 3], [12, 13]], label="cat", flags={"asleep": True}),
            shape("polygon", [[1, 20], [9, 20], [9, 28]], group_id=7),
            shape("linestrip", [[1, 1], [5, 9], [12, 4]], group_id=7),
            shape("circle", [[10, 10], [13, 14]]),
            shape("point", [[3, 25]]),
            shape("mask", [[5, 6], [8, 8]], mask=base64.b64encode(packed.getvalue()).decode()),
        ],
        image_path="a.jpg",
        image_height=HEIGHT,
        image_width=WIDTH,
        image_data=(tmp_path / "a.jpg").read_bytes(),
        flags={"dog": True, "cat": False},
    )
    alone = (tmp_path / "a.json").read_bytes()
    for body, file in ((alone, "a.json"), (pack(tmp_path), "x.zip")):
        imported = read(body, NAME, Target(LABELS, FRAMES), file)
        found = {one.type: one for one in imported.document.shapes}
        assert found["rectangle"].points == [2.5, 3, 12, 13]
        assert [value.value for value in found["rectangle"].attributes] == ["true"]
        assert found["polygon"].points == [1, 20, 9, 20, 9, 28]
        assert found["polyline"].points == [1, 1, 5, 9, 12, 4]
        assert found["polygon"].group == found["polyline"].group == 7
        assert found["ellipse"].points == [10, 10, 15, 5]
        assert found["points"].points == [3, 25]
        assert found["mask"].points[-4:] == [5, 6, 8, 8]
        assert np.array_equal(bitmap(found["mask"].points), drawn)
        assert [tag.label_id for tag in imported.document.tags] == [sample.DOG.id]
        assert not imported.report.skipped
