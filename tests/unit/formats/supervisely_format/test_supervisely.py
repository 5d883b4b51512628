"""Supervisely 1.0: the sample, round trips, projects as Supervisely publishes them."""

from __future__ import annotations

import base64
import io
import json
import zipfile
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image

from chalicelib.annotations.model.document import Document, Shape, ShapeType, Track
from chalicelib.formats import registry
from chalicelib.formats.catalogue.supervisely.bitmaps import decoded, encoded
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from tests.unit.formats import sample
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, NOW, TaskPart, export, part, photos, read, task
from tests.unit.formats.golden import archived, check
from tests.unit.formats.plain import plain, seen
from tests.unit.formats.skeletons import skeletons, walks

NAME = "Supervisely 1.0"
TARGET = Target(sample.LABELS, sample.FRAMES)
KINDS: tuple[ShapeType, ...] = ("rectangle", "polygon", "polyline", "mask", "points")


@pytest.mark.parametrize(
    ("folder", "of"), [("supervisely", sample.PHOTOS), ("supervisely_of_video", sample.VIDEO)]
)
def test_the_sample_is_written(folder: str, of: TaskPart) -> None:
    body, report = export(sample.source(of, images=True), NAME)
    check(folder, body)
    if of is sample.PHOTOS:
        assert report.skipped == {"cuboid cannot be written": 1}
        assert report.converted == {
            "turned rectangle became a polygon": 1,
            "ellipse became a polygon": 1,
            "several points became single points in a group": 1,
            "values of a tag cannot be written": 1,
            "source was left out": 1,
        }


def test_the_sample_comes_back_as_far_as_it_can() -> None:
    imported = read(archived("supervisely"), NAME, TARGET)
    kinds = [shape.type for shape in sorted(imported.document.shapes, key=lambda one: one.frame)]
    assert kinds == [
        "rectangle", "polygon", "polygon", "skeleton", "polygon",
        "polygon", "polyline", "points", "points", "mask",
    ]  # fmt: skip
    person = next(shape for shape in imported.document.shapes if shape.type == "skeleton")
    assert plain(Document(shapes=[person])) == plain(Document(shapes=[sample.SHAPES[4]]))
    turned = next(shape for shape in imported.document.shapes if shape.score != 1)
    assert (turned.score, turned.occluded, turned.z_order, turned.label_id) == (0.75, True, 1, 11)
    assert [tag.label_id for tag in imported.document.tags] == [11, 10]
    assert not imported.report.skipped


def test_a_video_shows_the_same_on_every_frame() -> None:
    target = Target(sample.LABELS, sample.CLIP, is_video=True)
    imported = read(archived("supervisely_of_video"), NAME, target).document
    assert seen(imported, sample.CLIP) == seen(sample.VIDEO.content, sample.CLIP)


@given(st.lists(strategy.shapes(KINDS), max_size=5))
def test_shapes_are_kept(shapes: list[Shape]) -> None:
    shapes = [
        replace(shape, rotation=0, points=shape.points[:2] if shape.type == "points"
                else shape.points)
        for shape in shapes
    ]  # fmt: skip
    frames = photos(["a.jpg", "b/c.png", "b/d & é.png"])
    body, report = export(task(frames, Document(shapes=shapes)), NAME)
    imported = read(body, NAME, Target((CAT, DOG), frames))
    assert plain(imported.document) == plain(Document(shapes=shapes))
    assert imported.report.objects == report.objects == len(shapes)


@given(st.lists(skeletons(), max_size=3), st.lists(walks(), max_size=2))
def test_skeletons_are_kept(shapes: list[Shape], tracks: list[Track]) -> None:
    document = Document(shapes=shapes)
    source = Source("task", sample.LABELS, [part(sample.FRAMES, document)], False, NOW)
    imported = read(export(source, NAME)[0], NAME, TARGET).document
    assert plain(imported) == plain(document)
    document = Document(tracks=sorted(tracks, key=lambda track: track.frame))
    source = Source("task", sample.LABELS, [part(sample.CLIP, document)], False, NOW)
    found = read(export(source, NAME)[0], NAME, Target(sample.LABELS, sample.CLIP)).document
    assert seen(found, sample.CLIP) == seen(document, sample.CLIP)


@given(strategy.masks())
def test_masks_are_packed_and_unpacked(points: list[float]) -> None:
    assert decoded(*encoded(points), 640, 480) == points


def _as_supervisely(mask: np.ndarray[Any, Any]) -> str:
    """As its own library packs masks: two colours, of which the first is transparent."""
    picture = Image.fromarray(mask.astype(np.uint8))
    picture.putpalette([0, 0, 0, 255, 255, 255])
    packed = io.BytesIO()
    picture.save(packed, format="PNG", transparency=0, optimize=False)
    return base64.b64encode(zlib.compress(packed.getvalue())).decode()


def _picture(*objects: dict[str, Any], **more: Any) -> dict[str, Any]:
    size = {"height": sample.HEIGHT, "width": sample.WIDTH}
    return {"description": "", "tags": [], "size": size, "objects": objects} | more


def _figure(kind: str, *exterior: list[float], **more: Any) -> dict[str, Any]:
    return {
        "id": 497521359,
        "classId": 1661571,
        "description": "",
        "geometryType": kind,
        "labelerLogin": "alexxx",
        "createdAt": "2020-08-07T11:09:51.054Z",
        "updatedAt": "2020-08-07T11:09:51.054Z",
        "tags": [],
        "classTitle": "dog",
        "points": {"exterior": list(exterior), "interior": []},
    } | more


def _project(content: Any, name: str = "ds0/ann/a.jpg.json", **files: Any) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        body = content if isinstance(content, bytes) else json.dumps(content)
        archive.writestr(name, body)
        for file, more in files.items():
            archive.writestr(file.replace("__", "/"), json.dumps(more))
    return packed.getvalue()


def test_a_published_project_is_read() -> None:
    mask = np.array([[1, 1, 0], [0, 1, 1]])
    graph = {"nodes": {"id1": {"label": "hand"}, "id2": {"label": "head"}}, "edges": []}
    meta = {"classes": [
        {"title": "dog", "shape": "any", "color": "#F6FF00", "geometry_config": {}},
        {"title": "person", "shape": "graph", "color": "#BE55CE", "geometry_config": graph},
    ], "tags": []}  # fmt: skip
    content = _picture(
        _figure("rectangle", [12, 13], [2, 3]),
        _figure("bitmap", bitmap={"data": _as_supervisely(mask), "origin": [5, 6]}),
        _figure("graph", classTitle="person", nodes={
            "id1": {"loc": [1, 2]}, "id2": {"loc": [3, 4], "disabled": True},
        }),
        _figure("polygon", [0, 0], [10, 0], [10, 10], [0, 10], instance="car-1"),
        tags=[{"id": 86458971, "name": "cat", "value": None}],
    )  # fmt: skip
    files: dict[str, Any] = {"meta.json": meta}
    imported = read(_project(content, **files), NAME, TARGET).document
    box, bitmap, person, polygon = imported.shapes
    assert box.points == [2, 3, 12, 13]
    assert bitmap.points == [0, 2, 2, 2, 5, 6, 7, 7]
    assert [(one.label_id, one.points, one.outside) for one in person.elements] == [
        (14, [1, 2], False), (13, [3, 4], True),
    ]  # fmt: skip
    assert (polygon.points, polygon.group) == ([0, 0, 10, 0, 10, 10, 0, 10], 1)
    assert [tag.label_id for tag in imported.tags] == [sample.CAT.id]


@pytest.mark.parametrize("mode", ["RGBA", "L", "1"])
def test_bitmaps_of_older_projects_are_read(mode: str) -> None:
    mask = np.array([[255, 255, 0], [0, 255, 255]], np.uint8)
    picture = Image.fromarray(mask).convert(mode)
    if mode == "RGBA":
        picture.putalpha(Image.fromarray(mask))
    packed = io.BytesIO()
    picture.save(packed, format="PNG")
    data = base64.b64encode(packed.getvalue()).decode()
    assert decoded(data, 5, 6, 40, 30) == [0, 2, 2, 2, 5, 6, 7, 7]
    assert decoded(data, -1, -1, 40, 30) == [0, 2, 0, 0, 1, 0]
    assert decoded(data, 50, 50, 40, 30) is None


def test_a_polygon_with_holes_becomes_a_mask() -> None:
    square = [[2, 2], [10, 2], [10, 10], [2, 10]]
    hole = [[4, 4], [6, 4], [6, 6], [4, 6]]
    figure = _figure("polygon", points={"exterior": square, "interior": [hole]})
    imported = read(_project(_picture(figure)), NAME, TARGET)
    (mask,) = imported.document.shapes
    assert mask.type == "mask"
    assert sum(mask.points[1:-4:2]) == 8 * 8 - 2 * 2
    assert imported.report.converted == {"polygon with holes became a mask": 1}


def test_subsets_are_datasets() -> None:
    body = _project(
        _picture(_figure("rectangle", [1, 1], [2, 2])), "train/ann/a.jpg.json",
        **{"test__ann__a.jpg.json": _picture(_figure("rectangle", [3, 3], [5, 5]))},
    )  # fmt: skip
    target = Target(sample.LABELS, sample.FRAMES, subset="test")
    assert [shape.points for shape in read(body, NAME, target).document.shapes] == [[3, 3, 5, 5]]
    reader = registry.importer(NAME).load()
    exported, _ = export(sample.source(images=True), NAME)
    found = list(reader.pictures(Upload(io.BytesIO(exported), "x.zip")))
    assert [(one.subset, one.name) for one in found] == [
        ("default", "a.jpg"), ("default", "empty.jpg"), ("default", "folder/b.x.png"),
        ("default", "кот.jpg"),
    ]  # fmt: skip


BOX = _figure("rectangle", [1, 2], [3, 4])


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b"", "is not a Supervisely project: it has no ann folder"),
        (_project(_picture(BOX), "annotations/a.json"), "it has no ann folder"),
        (_project(b""), "upload.zip/ds0/ann/a.jpg.json: is empty"),
        (_project(b"\xff\xff"), "a.jpg.json: is not JSON"),
        (_project({"size": {"width": 1, "height": 1}}), "is not what is expected: .*`objects`"),
        (_project(_picture(BOX))[:-20], "is not a complete ZIP archive"),
        (_project(_picture(BOX, _figure("rectangle", [1, 2]))), r"objects\[1\]: a rectangle of 1"),
        (_project(_picture(_figure("polygon", [1, 2], [3, 4]))), "a polygon of 2 points"),
        (_project(_picture(_figure("bitmap"))), "a bitmap without data"),
        (_project(_picture(_figure("graph"))), "a graph without nodes"),
        (
            _project(_picture(_figure("bitmap", bitmap={"data": "é", "origin": [0, 0]}))),
            "a bitmap that is not base64",
        ),
        (
            _project(_picture(_figure("bitmap", bitmap={"data": "AAAA", "origin": [0, 0]}))),
            "a bitmap that cannot be unpacked",
        ),
        (
            _project(_picture(_figure("bitmap", bitmap={
                "data": base64.b64encode(zlib.compress(b"GIF89a")).decode(), "origin": [0, 0]
            }))),
            "a bitmap that is no PNG",
        ),
        (_project(_picture(BOX | {"classTitle": "cow"})), 'none of its labels \\("cow"\\)'),
        (
            _project(_picture(BOX | {"tags": [{"name": "z_order", "value": "top"}]})),
            'z_order "top" is not a number',
        ),
    ],
)  # fmt: skip
def test_a_bad_project_is_refused(body: bytes, trouble: str) -> None:
    with pytest.raises(BadDataset, match=trouble):
        read(body, NAME, TARGET)


@pytest.mark.parametrize(
    ("content", "skipped"),
    [
        (_picture(BOX, BOX | {"classTitle": "cow"}), {"no label of that name": 1}),
        (_picture(BOX, _figure("cuboid", [1, 2])), {"figure of this type cannot be read": 1}),
        (_picture(BOX, tags=[{"name": "night"}]), {"no label of that name": 1}),
    ],
)
def test_what_cannot_be_taken_is_told(content: Any, skipped: dict[str, int]) -> None:
    imported = read(_project(content), NAME, TARGET)
    assert imported.report.skipped == skipped
    assert [shape.points for shape in imported.document.shapes] == [[1, 2, 3, 4]]


def test_an_object_is_kept_without_an_attribute_that_its_label_lacks() -> None:
    imported = read(_project(_picture(BOX | {"tags": [{"name": "fur"}]})), NAME, TARGET)
    assert imported.report.converted == {"attribute is not the label's": 1}
    assert not imported.report.skipped
    assert imported.report.objects == 1


def test_a_missing_picture_is_told() -> None:
    imported = read(_project(_picture(BOX, BOX), "ds0/ann/z.jpg.json"), NAME, TARGET)
    assert imported.report.skipped == {"image is not in the task": 2}
