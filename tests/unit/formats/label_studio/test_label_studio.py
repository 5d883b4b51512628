"""Label Studio 1.0: regions in hundredths, brushes in runs, names behind addresses."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ElementTree
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model.document import Document, Shape, Tag
from chalicelib.formats.catalogue.label_studio.brush import packed, unpacked
from chalicelib.formats.catalogue.label_studio.names import names
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.geometry.raster import Raster
from chalicelib.formats.importing.collecting import Collected
from chalicelib.formats.importing.target import Target
from tests.unit.formats import golden
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, export, photos, read, task
from tests.unit.formats.sample import FRAMES, LABELS, VIDEO, source

NAME = "Label Studio 1.0"
PHOTOS = photos(["a.jpg", "b/c, d.png", "é & ü?.png"])
TARGET = Target((CAT, DOG), PHOTOS)
#: What label_studio_sdk 2.1.2 makes of a mask: `converter.brush.mask2rle`.
MASK = np.zeros((5, 7), np.uint8)
MASK[1:3, 2:6] = 1
MASK[4, 0] = 1
BRUSHED = [0, 0, 0, 140, 57, 27, 254, 35, 0, 191, 255, 108, 2, 255, 254, 31, 0, 143, 255, 11, 128,
           0]  # fmt: skip


def region(kind: str, value: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "r1", "type": kind, "from_name": "label", "to_name": "image",
        "original_width": 640, "original_height": 480, "image_rotation": 0, "value": value,
    } | more  # fmt: skip


def box(label: str = "cat", **more: Any) -> dict[str, Any]:
    value = {"x": 25, "y": 50, "width": 12.5, "height": 10, "rotation": 0}
    return region("rectanglelabels", value | {"rectanglelabels": [label]} | more)


def exported_there(*results: dict[str, Any], **changes: Any) -> bytes:
    """An export of Label Studio with one image that was uploaded there."""
    one = {
        "id": 1, "data": {"image": "/data/upload/7/0a1b2c3d-a.jpg"},
        "annotations": [{"id": 5, "completed_by": 1, "result": list(results)}],
        "predictions": [],
    }  # fmt: skip
    return json.dumps([one | changes]).encode()


def imported(*results: dict[str, Any], **changes: Any) -> Collected:
    return read(exported_there(*results, **changes), NAME, TARGET, "x.json")


def test_the_sample_is_written_as_it_was() -> None:
    body, report = export(source(), NAME)
    golden.check("label_studio", body)
    assert report.kinds == {
        "tag": 2, "rectangle": 2, "polygon": 2, "ellipse": 1, "points": 1, "mask": 1,
    }  # fmt: skip
    assert set(report.skipped) == {
        "skeleton cannot be written", "polyline cannot be written", "cuboid cannot be written",
    }  # fmt: skip
    assert "track became separate shapes" in export(source(VIDEO), NAME)[1].converted


def test_the_configuration_knows_every_control_that_is_used() -> None:
    with zipfile.ZipFile(io.BytesIO(export(source(), NAME)[0])) as archive:
        config = ElementTree.fromstring(archive.read("label_config.xml"))
        tasks = json.loads(archive.read("label_studio.json"))
    controls = {one.get("name") for one in config.iter() if one.get("toName") == "image"}
    used = {r["from_name"] for t in tasks for a in t["annotations"] for r in a["result"]}
    assert used <= controls
    boxes = config.find("RectangleLabels")
    assert boxes is not None
    assert [one.get("value") for one in boxes] == ["cat", "dog", "person"]


@given(
    st.lists(strategy.shapes(("rectangle", "polygon", "ellipse", "mask")), max_size=5),
    st.lists(strategy.frames, max_size=3),
)
def test_shapes_and_tags_are_kept(shapes: list[Shape], tagged: list[int]) -> None:
    tags = [Tag(frame=frame, label_id=DOG.id, source="file") for frame in sorted(tagged)]
    body, _ = export(task(PHOTOS, Document(tags=tags, shapes=shapes)), NAME)
    found = read(body, NAME, TARGET).document
    assert found.tags == tags
    wanted = sorted(shapes, key=lambda shape: (shape.frame, shape.z_order))
    for back, shape in zip(found.shapes, wanted, strict=True):
        assert back.points == pytest.approx(shape.points, abs=0.0011)
        back.points = shape.points
        # What has no value is not written, so it has none afterwards.
        shape.attributes = [value for value in shape.attributes if value.value]
    assert found.shapes == wanted


def test_a_turned_box_is_given_by_its_corner() -> None:
    """Label Studio turns about the top left corner: 90° about the middle moves that aside."""
    shape = Shape(
        type="rectangle", frame=0, points=[100, 100, 200, 150], rotation=90, label_id=DOG.id
    )
    body, _ = export(task(PHOTOS, Document(shapes=[shape])), NAME)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        (first, *_) = json.loads(archive.read("label_studio.json"))
    (value,) = [one["value"] for one in first["annotations"][0]["result"]]
    assert value["x"] / 100 * 640 == pytest.approx(175)
    assert value["y"] / 100 * 480 == pytest.approx(75)
    assert value["width"] / 100 * 640 == pytest.approx(100)


def test_points_become_single_points() -> None:
    shape = Shape(type="points", frame=0, points=[1, 2, 3, 4], label_id=DOG.id)
    body, report = export(task(PHOTOS, Document(shapes=[shape])), NAME)
    assert report.converted == {"points became single points": 1}
    assert [one.points for one in read(body, NAME, TARGET).document.shapes] == [[1, 2], [3, 4]]


def test_brushes_are_packed_as_label_studio_packs_them() -> None:
    assert packed(Raster(0, 0, MASK), 7, 5) == BRUSHED
    assert np.array_equal(unpacked(BRUSHED, 7, 5), MASK == 1)


@given(st.integers(1, 60), st.integers(1, 60), st.randoms(use_true_random=False))
def test_brushes_are_unpacked_as_they_were(width: int, height: int, random: Any) -> None:
    mask = np.array([[random.random() < 0.4 for _ in range(width)] for _ in range(height)], "u1")
    assert np.array_equal(unpacked(packed(Raster(0, 0, mask), width, height), width, height), mask)


def test_brushes_of_separate_words_are_unpacked() -> None:
    """Other writers have runs of words that differ."""
    bits = f"{8:032b}{7:05b}" + "".join(f"{size - 1:04b}" for size in (3, 4, 8, 16))
    bits += "000111" + "".join(f"{word:08b}" for word in (0, 0, 0, 0, 1, 1, 1, 200))
    bits = bits.ljust(-(-len(bits) // 8) * 8, "0")
    body = list(int(bits, 2).to_bytes(len(bits) // 8, "big"))
    assert unpacked(body, 2, 1).tolist() == [[False, True]]


@pytest.mark.parametrize(
    ("address", "likely"),
    [
        ("/data/upload/7/0a1b2c3d-my-cat.jpg", ["/data/upload/7/my-cat.jpg",
                                               "/data/upload/7/0a1b2c3d-my-cat.jpg"]),
        ("/data/local-files/?d=pets/a%20b.jpg", ["pets/a b.jpg"]),
        ("https://example.com/x/a.jpg?X-Amz-Date=1", ["/x/a.jpg"]),
        ("s3://bucket/x/a.jpg", ["/x/a.jpg"]),
        ("a b.jpg", ["a b.jpg"]),
    ],
)  # fmt: skip
def test_names_behind_addresses(address: str, likely: list[str]) -> None:
    assert list(names(address)) == likely


def test_an_export_of_label_studio_is_read() -> None:
    """Shapes with labels of their own, choices about a region and about the image."""
    found = imported(
        region("rectangle", {"x": 25, "y": 50, "width": 12.5, "height": 10, "rotation": 0}),
        region("labels", {"x": 25, "y": 50, "labels": ["cat"]}),
        region("choices", {"choices": ["true"]}, from_name="asleep"),
        region("textarea", {"text": ["Tom"]}, from_name="name"),
        region("number", {"number": 3}, from_name="age"),
        region("choices", {"choices": [DOG.name]}, id="r2"),
        region("keypointlabels", {"x": 50, "y": 50, "width": 1, "keypointlabels": ["cat"]}, id="k"),
    )
    shape, point = found.document.shapes
    assert shape.points == [160, 240, 240, 288]
    assert {one.spec_id: one.value for one in shape.attributes} == {
        100: "true", 101: "3", 102: "Tom",
    }  # fmt: skip
    assert (point.type, point.points) == ("points", [320, 240])
    assert [(tag.frame, tag.label_id) for tag in found.document.tags] == [(0, DOG.id)]


def test_of_several_people_the_one_who_is_right_counts() -> None:
    people = [
        {"result": [box(x=1)]}, {"result": [box(x=2)], "ground_truth": True},
        {"result": [box(x=3)], "was_cancelled": True},
    ]  # fmt: skip
    found = imported(annotations=people)
    assert [one.points[0] for one in found.document.shapes] == [12.8]
    assert found.report.skipped == {
        "annotation of another person on the same image": 1, "annotation was cancelled": 1,
    }  # fmt: skip


def test_what_cannot_be_taken_over_is_told() -> None:
    found = imported(
        box(), region("videorectangle", {"sequence": []}, id="v"),
        box(label="cow") | {"id": "u"}, box() | {"id": "t", "image_rotation": 90},
    )  # fmt: skip
    assert len(found.document.shapes) == 1
    assert found.report.skipped == {
        "result is of a kind that cannot be taken over": 1, "no label of that name": 1,
        "image was turned in Label Studio": 1,
    }  # fmt: skip


def test_masks_become_polygons_if_wanted() -> None:
    square = np.ones((20, 20), np.uint8)
    value = {"format": "rle", "rle": packed(Raster(5, 5, square), 640, 480), "brushlabels": ["cat"]}
    body = [{"data": {"image": "a.jpg"}, "annotations": [
        {"result": [region("brushlabels", value)]}]}]  # fmt: skip
    target = Target((CAT, DOG), PHOTOS, masks_as_polygons=True)
    found = read(json.dumps(body).encode(), NAME, target, "x.json").document.shapes
    assert [one.type for one in found] == ["polygon"]


def brush(*body: int) -> dict[str, Any]:
    return region("brushlabels", {"rle": list(body), "brushlabels": ["cat"]})


BAD: dict[str, tuple[bytes | list[dict[str, Any]], str]] = {
    "COCO": (b'{"images": []}', "is not a Label Studio dataset: it is no list of tasks"),
    "XML": (b"<annotations/>", "is not JSON"),
    "nothing": (b"", "x.json: is empty"),
    "cut off": (b'[{"data": {}, "annotations": [', "x.json"),
    "the short kind": (b'[{"id": 1, "data": {}}]', "task 0: .* it has no `annotations`"),
    "no image": (b'[{"data": {}, "annotations": [{"result": [{}]}]}]', "its data names no image"),
    "no number": ([box(x="wide")], 'task 0: "x" is not a number'),
    "negative": ([box(width=-1)], "a rectangle of negative size"),
    "no corners": ([region("polygonlabels", {"polygonlabels": ["cat"]})], "task 0: "),
    "two corners": (
        [region("polygonlabels", {"points": [[1, 2], [3, 4]], "polygonlabels": ["cat"]})],
        "a polygon of 2 corners",
    ),
    "brush of nothing": ([brush()], "a mask ends too early"),
    "brush of another size": ([brush(*BRUSHED)], "a mask of 140 bytes for a picture of 640 × 480"),
    "no bytes": ([brush(700)], "numbers that are no bytes"),
    "not UTF-8": (b'[{"data": "\xff"}]', "x.json"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_is_refused(case: str) -> None:
    made, trouble = BAD[case]
    body = made if isinstance(made, bytes) else exported_there(*made)
    with pytest.raises(BadDataset, match=trouble):
        read(body, NAME, TARGET, "x.json")


def test_an_image_that_is_not_in_the_task_is_told() -> None:
    found = imported(box(), data={"image": "/data/upload/7/0a1b2c3d-z.jpg"})
    assert found.report.skipped == {"image is not in the task": 1}
    assert found.report.examples["image is not in the task"] == ["0a1b2c3d-z.jpg"]


def test_the_sample_is_read_back() -> None:
    back = read(export(source(), NAME)[0], NAME, Target(LABELS, FRAMES)).document
    assert len(back.tags) == 2
    assert [shape.group for shape in back.shapes if shape.type == "polygon"] == [4, 4]
