"""What is wrong with datumaro's JSON is told by file and place, and nothing comes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.target import Target
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from tests.unit.formats import sample
from tests.unit.formats.datasets import export, read

NAME = "Datumaro 1.0"
TARGET = Target(sample.LABELS, sample.FRAMES)
BOX = {"type": "bbox", "label_id": 0, "bbox": [1, 2, 3, 4]}


def _file(*annotations: dict[str, Any], **item: Any) -> bytes:
    labels = [{"name": "cat", "parent": ""}, {"name": "cow"}, {"name": "person"}]
    listed = {"id": "a", "annotations": annotations} | item
    return json.dumps({"categories": {"label": {"labels": labels}}, "items": [listed]}).encode()


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b"", "x.json: is empty"),
        (b"\xff\xfe{", "x.json.* is not text in UTF-8"),
        (_file(BOX)[:-9], "x.json.* is not JSON"),
        (b'{"images": [], "annotations": []}', 'is not a Datumaro dataset: it has no "categories"'),
        (b"[1]", 'is not a Datumaro dataset: it has no "categories"'),
        (_file(BOX | {"label_id": 7}), r"items\[0\].annotations\[0\]: there is no label 7"),
        (_file(BOX | {"bbox": [1, 2]}), "a box of 2 numbers"),
        (_file(BOX | {"bbox": [1, 2, -3, 4]}), "a box of negative size"),
        (_file(BOX | {"bbox": "wide"}), r"items\[0\]"),
        (_file(BOX | {"type": "polygon", "points": [1, 2, 3]}), "points of 3 numbers"),
        (_file(BOX | {"type": "polyline", "points": [[1, 2], [3, 4]]}), "that are no numbers"),
        (_file(BOX | {"type": "cuboid_2d", "points": [1, 2]}), "a cuboid has eight corners"),
        (_file(BOX | {"type": "cuboid_3d", "position": [1]}), "three numbers each"),
        (_file(BOX | {"type": "mask"}), "a mask without runs"),
        (_file(BOX | {"type": "mask", "rle": {"counts": "5", "size": [3, 4]}}), "3 differs|× 3"),
        (_file(BOX | {"attributes": {"rotation": "left"}}), 'rotation "left" is not a number'),
        (_file(BOX | {"attributes": {"track_id": [1], "keyframe": 1}}), "neither a number nor"),
        (_file({"type": "skeleton", "label_id": 2, "points": [1, 2]}), "for a skeleton of 3"),
    ],
)
def test_a_damaged_file_is_refused(body: bytes, trouble: str) -> None:
    with pytest.raises(BadDataset, match=trouble):
        read(body, NAME, TARGET, "x.json")


def test_an_item_that_occurs_twice_is_refused() -> None:
    body = json.loads(_file(BOX))
    body["items"] *= 2
    with pytest.raises(BadDataset, match=r'items\[1\]: item "a" occurs twice'):
        read(json.dumps(body).encode(), NAME, TARGET, "x.json")


@pytest.mark.parametrize(
    ("body", "skipped"),
    [
        (_file(BOX, BOX | {"label_id": 1}), {"no label of that name": 1}),
        (_file(BOX, BOX | {"label_id": None}), {"annotation has no label": 1}),
        (_file(BOX, BOX | {"type": "caption"}), {"annotation of this type cannot be read": 1}),
    ],
)
def test_what_cannot_be_taken_is_told(body: bytes, skipped: dict[str, int]) -> None:
    imported = read(body, NAME, TARGET, "x.json")
    assert imported.report.skipped == skipped
    assert imported.document.shapes[0].points == [1, 2, 4, 6]


def test_an_object_is_kept_without_an_attribute_that_its_label_lacks() -> None:
    imported = read(_file(BOX, BOX | {"attributes": {"fur": 1}}), NAME, TARGET, "x.json")
    assert imported.report.converted == {"attribute is not the label's": 1}
    assert not imported.report.skipped
    assert imported.report.objects == 2


def test_a_missing_picture_is_told() -> None:
    imported = read(_file(BOX, BOX, id="z", image={"path": "z.jpg"}), NAME, TARGET, "x.json")
    assert imported.report.skipped == {"image is not in the task": 2}
    assert imported.report.examples == {"image is not in the task": ["z.jpg"]}


def test_the_report_in_an_archive_is_no_dataset() -> None:
    body, _ = export(sample.source(), NAME)
    assert read(body, NAME, TARGET).document.count == sample.PHOTOS.content.count


def test_an_archive_of_another_format_is_refused() -> None:
    """Of which the only JSON is its report."""
    body, _ = export(sample.source(), "CVAT for images 1.1")
    with pytest.raises(BadDataset, match=r"upload\.zip: is not a Datumaro dataset"):
        read(body, NAME, TARGET)


def test_a_label_may_have_an_attribute_of_a_name_that_is_used() -> None:
    label = LabelSpec(11, "dog", attributes=(AttributeSpec(7, "score"), AttributeSpec(8, "source")))
    source = sample.source(images=False)
    source.labels = (sample.CAT, label, sample.PERSON)
    _, report = export(source, NAME)
    assert report.skipped == {"attribute has a name that the format uses itself": 1}
    given = BOX | {"attributes": {"score": "7", "source": "auto"}}
    body = _file(given).replace(b'"cat"', b'"dog"')
    (shape,) = read(body, NAME, Target((label,), sample.FRAMES), "x.json").document.shapes
    assert [(value.spec_id, value.value) for value in shape.attributes] == [(7, "7"), (8, "auto")]
