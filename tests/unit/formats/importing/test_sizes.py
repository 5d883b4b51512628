"""Images of another size than their frames are told, each once; nothing is scaled."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from chalicelib.annotations.model.document import Document, Shape
from chalicelib.formats.importing.sizes import OTHER_SIZE, note_size
from chalicelib.formats.importing.target import Target
from chalicelib.formats.report import Report
from tests.unit.formats.datasets import CAT, DOG, export, photos, read, task

FRAMES = photos(["a.jpg", "b.jpg"])
LARGER = (msgspec.structs.replace(FRAMES[0], width=1280, height=960), FRAMES[1])
#: Formats that say how large images are, and have boxes in pixels.
SAY = [
    ("COCO 1.0", "COCO 1.0"),
    ("PASCAL VOC 1.1", "PASCAL VOC 1.1"),
    ("CVAT for images 1.1", "CVAT 1.1"),
    ("Datumaro 1.0", "Datumaro 1.0"),
    ("LabelMe JSON 1.0", "LabelMe JSON 1.0"),
    ("Supervisely 1.0", "Supervisely 1.0"),
]
BOXES = [
    Shape(type="rectangle", frame=frame, points=[10, 20, 30, 40], label_id=CAT.id)
    for frame in (0, 0, 1)
]


@pytest.mark.parametrize(("written", "read_as"), SAY)
def test_an_image_of_another_size_is_told(written: str, read_as: str) -> None:
    body, _ = export(task(FRAMES, Document(shapes=BOXES)), written)
    found = read(body, read_as, Target((CAT, DOG), LARGER))
    assert sorted(one.frame for one in found.document.shapes) == [0, 0, 1]
    assert {tuple(one.points) for one in found.document.shapes} == {(10, 20, 30, 40)}
    assert found.report.converted[OTHER_SIZE] == 1
    assert found.report.examples[OTHER_SIZE] == ["a.jpg: 640 × 480 → 1280 × 960"]
    assert OTHER_SIZE not in read(body, read_as, Target((CAT, DOG), FRAMES)).report.converted


@pytest.mark.parametrize("said", [None, "", "wide", 0, [], 640, "640", 640.0])
def test_what_is_no_other_size_says_nothing(said: Any) -> None:
    report = Report()
    note_size(report, FRAMES[0], said, 480)
    assert not report.converted
