"""Pictures of classes and instances as ICDAR publishes them, and what comes back of VOC's."""

from __future__ import annotations

import io

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chalicelib.annotations.model.document import Document, Shape
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.target import Target
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, export, photos, read, task
from tests.unit.formats.pixels import has_masks, seen
from tests.unit.formats.unpacked import zipped


def test_characters_of_icdar_2013() -> None:
    """Lines without characters between words, those that nobody can read, a centre."""
    picture = np.full((28, 50, 3), 255, np.uint8)
    picture[2:10, 5:12], picture[2:10, 14:20] = (50, 60, 70), (90, 60, 70)
    picture[15:20, 5:9] = (1, 2, 3)
    packed = io.BytesIO()
    Image.fromarray(picture).save(packed, "BMP")
    text = '50 60 70 8 6 5 2 11 9 "A"\n90 60 70 16 6 14 2 19 9 "B"\n\n#1 2 3 7 17 5 15 8 19 "b"\n'
    body = zipped({"img_1_GT.txt": text, "img_1_GT.bmp": packed.getvalue()})
    frame = (Frame(0, 0, "img_1.jpg", "img_1.jpg", 50, 28),)
    label = LabelSpec(1, "icdar", attributes=(AttributeSpec(5, "text"), AttributeSpec(6, "center")))
    first, second = read(body, "ICDAR Segmentation 1.0", Target((label,), frame)).document.shapes[
        :2
    ]
    assert [one.value for one in first.attributes if one.spec_id == 6] == ["8 6"]
    assert [one.value for shape in (first, second) for one in shape.attributes[:1]] == ["A", "B"]
    assert first.points[-4:] == [5, 2, 11, 9]
    assert first.group == second.group != 0


@settings(max_examples=30, deadline=None)
@given(st.lists(strategy.shapes(("polygon", "ellipse", "mask"), group=False), max_size=4))
def test_what_can_be_seen_comes_back_from_voc(shapes: list[Shape]) -> None:
    frames = photos(["a.jpg", "b/c.png", "b/d & é.png"])
    body, report = export(task(frames, Document(shapes=shapes)), "PASCAL VOC 1.1")
    back = read(body, "PASCAL VOC 1.1", Target((CAT, DOG), frames)).document.shapes
    assert has_masks(body) or not back
    for number in range(len(frames)):
        wanted = seen([shape for shape in shapes if shape.frame == number])
        found = sorted((one.label_id, one.points) for one in back if one.frame == number)
        assert found == sorted(wanted)
    assert report.objects == len(back)
