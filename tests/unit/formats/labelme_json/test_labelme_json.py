"""LabelMe's JSON in both directions, by the rules of the tool's own reader."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chalicelib.annotations.interpolation.tracks import frames_of_track
from chalicelib.annotations.model.document import Document, Shape, ShapeType, Tag, Track
from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from tests.unit.formats import golden
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, export, photos, read, task, video
from tests.unit.formats.pixels import zipped
from tests.unit.formats.sample import FRAMES, HEIGHT, LABELS, PHOTOS, WIDTH, source

NAME = "LabelMe JSON 1.0"
NAMES = ["a.jpg", "b/c.png", "b/d & é.png"]
KINDS: tuple[ShapeType, ...] = ("rectangle", "polygon", "polyline", "points", "mask")
#: Kinds of shapes in the tool, with how many points they must have; None: any number.
POINTS = {"polygon": None, "rectangle": 2, "oriented_rectangle": 4, "point": 1, "line": 2,
          "circle": 2, "linestrip": None, "points": None, "mask": 2}  # fmt: skip


def test_a_task_is_written_as_its_sample() -> None:
    body, _ = export(source(images=True), NAME)
    golden.check("labelme_json", body)


def upright(shape: Shape) -> Shape:
    shape.rotation = 0.0
    return shape


@given(st.lists(strategy.shapes(KINDS).map(upright), max_size=5))
def test_shapes_are_kept(shapes: list[Shape]) -> None:
    frames = photos(NAMES)
    body, report = export(task(frames, Document(shapes=shapes)), NAME)
    imported = read(body, NAME, Target((CAT, DOG), frames))
    for shape in (*imported.document.shapes, *shapes):
        shape.attributes.sort(key=lambda value: value.spec_id)
    wanted = sorted(shapes, key=lambda shape: (shape.frame, shape.z_order))
    assert sorted(imported.document.shapes, key=lambda shape: shape.frame) == wanted
    assert report.objects == imported.report.objects == len(shapes)
    assert not report.skipped
    assert not report.converted


@given(strategy.boxes(), st.integers(0, 3599).map(lambda value: value / 10))
def test_turned_boxes_are_kept_to_a_hundredth(points: list[float], turn: float) -> None:
    if min(points[2] - points[0], points[3] - points[1]) < 5:
        return
    frames = photos(NAMES)
    shape = Shape(type="rectangle", frame=0, points=points, rotation=turn, label_id=DOG.id)
    body, _ = export(task(frames, Document(shapes=[shape])), NAME)
    (back,) = read(body, NAME, Target((CAT, DOG), frames)).document.shapes
    assert back.points == pytest.approx(points, abs=0.03)
    difference = abs(back.rotation - turn)
    assert min(difference, 360 - difference) < 0.3


@given(st.lists(strategy.tags(), max_size=5, unique_by=lambda tag: (tag.frame, tag.label_id)))
def test_tags_are_kept_without_attributes(tags: list[Tag]) -> None:
    frames = photos(NAMES)
    body, _ = export(task(frames, Document(tags=tags)), NAME)
    back = read(body, NAME, Target((CAT, DOG), frames)).document.tags
    assert {(tag.frame, tag.label_id) for tag in back} == {(t.frame, t.label_id) for t in tags}


@given(strategy.tracks(("rectangle", "polygon"), 9))
def test_a_track_is_where_it_was_on_every_frame(track: Track) -> None:
    for keyframe in track.shapes:
        keyframe.rotation = 0.0
    frames = video(10)
    body, _ = export(task(frames, Document(tracks=[track])), NAME)
    (back,) = read(body, NAME, Target((CAT, DOG), frames, is_video=True)).document.tracks
    shown, wanted = ([(one.frame, one.occluded) for one in frames_of_track(each, 9)
                      if not one.outside] for each in (back, track))  # fmt: skip
    assert shown == wanted


def files() -> dict[str, Any]:
    body, _ = export(source(), NAME)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def test_the_tool_s_reader_takes_every_file() -> None:
    """Its rules, from `labelme._label_file` of version 6.3: the tool itself needs Qt."""
    written = files()
    assert sorted(written) == ["a.json", "empty.json", "folder/b.x.json", "кот.json"]
    for file in written.values():
        assert isinstance(file["imagePath"], str)
        assert file["imageData"] is None
        assert (file["imageHeight"], file["imageWidth"]) == (HEIGHT, WIDTH)
        assert all(holds is True for holds in file["flags"].values())
        for shape in file["shapes"]:
            assert isinstance(shape["label"], str)
            assert shape["points"]
            assert all(len(pair) == 2 for pair in shape["points"])
            assert POINTS[shape["shape_type"]] in (None, len(shape["points"]))
            assert all(isinstance(holds, bool) for holds in shape["flags"].values())
            assert isinstance(shape["description"], str)
            assert shape["group_id"] is None or isinstance(shape["group_id"], int)
            assert (shape["mask"] is not None) == (shape["shape_type"] == "mask")
    (mask,) = written["кот.json"]["shapes"]
    with Image.open(io.BytesIO(base64.b64decode(mask["mask"]))) as image:
        pixels = np.asarray(image).astype(bool)
    (left, top), (right, bottom) = mask["points"]
    assert pixels.shape == (bottom - top + 1, right - left + 1)
    assert pixels.sum() == 2 + 3


def test_nothing_of_the_sample_is_left_out_in_silence() -> None:
    _, report = export(source(), NAME)
    content = PHOTOS.content
    assert report.objects + sum(report.skipped.values()) == len(content.shapes) + len(content.tags)
    assert report.skipped == {"skeleton cannot be written": 1, "cuboid cannot be written": 1}
    assert report.converted["ellipse became a polygon"] == 1


def shape(**facts: Any) -> dict[str, Any]:
    return {"label": "cat", "points": [[1, 2], [3, 4], [5, 1]], "group_id": None,
            "shape_type": "polygon", "flags": {}} | facts  # fmt: skip


def document(*shapes: dict[str, Any], **facts: Any) -> bytes:
    file = {"version": "5.0.1", "flags": {}, "shapes": list(shapes), "imagePath": "a.jpg",
            "imageData": "AAAA", "imageHeight": HEIGHT, "imageWidth": WIDTH}  # fmt: skip
    return json.dumps(file | facts).encode()


def test_a_file_of_the_tool_alone_is_read() -> None:
    """With its picture inside, all kinds of shapes and flags that are not set."""
    body = document(
        shape(shape_type="rectangle", points=[[9, 8], [1, 2]], flags={"asleep": True, "x": False}),
        shape(shape_type="circle", points=[[10, 10], [13, 14]]),
        shape(shape_type="line", points=[[1, 1], [2, 2]], group_id=3),
        shape(shape_type="point", points=[[1, 1]]),
        shape(shape_type="oriented_rectangle", points=[[4, 0], [4, 8], [0, 8], [0, 0]]),
        flags={"dog": True, "cat": False},
        imagePath="..\\pictures\\a.jpg",
    )
    imported = read(body, NAME, Target(LABELS, FRAMES), "x.json")
    found = [(one.type, one.points, one.rotation) for one in imported.document.shapes]
    assert found == [
        ("rectangle", [1, 2, 9, 8], 0),
        ("ellipse", [10, 10, 15, 5], 0),
        ("polyline", [1, 1, 2, 2], 0),
        ("points", [1, 1], 0),
        ("rectangle", [-2, 2, 6, 6], 90),
    ]
    assert [value.value for value in imported.document.shapes[0].attributes] == ["true"]
    assert imported.document.shapes[2].group == 3
    assert [tag.label_id for tag in imported.document.tags] == [11]
    assert not imported.report.skipped


def test_masks_become_polygons_if_wanted() -> None:
    body, _ = export(source(), NAME)
    imported = read(body, NAME, Target(LABELS, FRAMES, masks_as_polygons=True))
    assert "mask" not in {one.type for one in imported.document.shapes}


def test_pictures_are_beside_their_files() -> None:
    def listed(*names: str) -> list[tuple[str, str]]:
        upload = Upload(io.BytesIO(zipped(dict.fromkeys(names, b"picture"))), "x.zip")
        return [(one.subset, one.name) for one in registry.importer(NAME).load().pictures(upload)]

    assert listed("a.jpg", "b/c.png") == [("", "a.jpg"), ("", "b/c.png")]
    assert listed("test/a.jpg", "train/b/c.png") == [("test", "a.jpg"), ("train", "b/c.png")]


MASK = {"shape_type": "mask", "points": [[1, 2], [3, 4]]}


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b"", "x.json: is empty"),
        (b"<annotation/>", "x.json: is not JSON"),
        (document()[:-9], "x.json: is not JSON"),
        (document()[:-9] + b"\xff", "x.json: is not JSON"),
        (b'{"images": []}', "x.json: is not a LabelMe file: .*shapes"),
        (document(shape(points=[[1], [2], [3]])), r"x.json, shapes\[0\]: a point is not a pair"),
        (document(shape(points="x")), r"x.json: is not a LabelMe file: .*shapes\[0\].points"),
        (document(shape(shape_type="circle")), r"shapes\[0\]: a circle of 3 points"),
        (document(shape(shape_type="linestrip", points=[[1, 1]])), "a linestrip of 1 points"),
        (document(shape(**MASK)), r"shapes\[0\]: a mask without pixels"),
        (document(shape(**MASK, mask="é")), "a mask whose pixels are not base64"),
        (document(shape(**MASK, mask="AAAA")), "is not a picture that can be read"),
        (document(shape(label="cow")), 'x.json: none of its labels \\("cow"\\)'),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(body: bytes, trouble: str) -> None:
    with pytest.raises(BadDataset, match=trouble):
        read(body, NAME, Target(LABELS, FRAMES), "x.json")


def test_an_archive_of_something_else_is_told() -> None:
    with pytest.raises(BadDataset, match=r"x.zip: has no .json file in it"):
        read(zipped({"a.xml": b"<annotation/>"}), NAME, Target(LABELS, FRAMES), "x.zip")


def test_what_is_left_out_is_told() -> None:
    members = {
        "a.json": document(shape(), shape(shape_type="star"), shape(points=[[1, 1], [2, 2]])),
        "gone.json": document(shape(), imagePath="gone.jpg"),
    }
    imported = read(zipped(members), NAME, Target(LABELS, FRAMES))
    assert len(imported.document.shapes) == 1
    assert imported.report.skipped == {
        "shape is of a kind that is not known": 1,
        "shape encloses nothing": 1,
        "image is not in the task": 1,
    }
