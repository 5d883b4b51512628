"""Files that cannot be imported: each is refused with its name, the place and the trouble."""

from __future__ import annotations

import io
import json
import struct
import time
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.formats.archives import zip_reader
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.target import Target
from chalicelib.formats.text import xml_reader
from tests.unit.formats.datasets import CAT, DOG, photos, read
from tests.unit.formats.test_coco_golden import GOLDEN
from tests.unit.formats.test_cvat_golden import IMAGES_XML

TARGET = Target((CAT, DOG), photos(["a.jpg", "b/c.png"]))
BOX = '<box label="{}" occluded="0" xtl="{}" ytl="2" xbr="3" ybr="4"/>'


def zipped(**members: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return sink.getvalue()


def xml(*images: str) -> bytes:
    return f"<annotations>{''.join(images)}</annotations>".encode()


def image(name: str, *shapes: str, number: int = 0) -> str:
    return f'<image id="{number}" name="{name}">\n{"".join(shapes)}</image>'


def coco(**changes: object) -> bytes:
    return json.dumps(GOLDEN | changes).encode()


def annotation(**changes: object) -> dict[str, object]:
    return {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]} | changes


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE annotations [
<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><annotations>&c;</annotations>"""
ENTITY = b"""<!DOCTYPE annotations [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<annotations>&a;</annotations>"""

CASES: dict[str, tuple[str, bytes, str]] = {
    "xml: nothing": ("CVAT 1.1", b"", "x.zip: has no XML element"),
    "xml: a picture": ("CVAT 1.1", b"\xff\xd8\xff\xe0\x00\x10JFIF", "x.zip.*is not XML"),
    "xml: another format": (
        "CVAT 1.1",
        b"<annotation><size/></annotation>",
        'root is "annotation"',
    ),
    "xml: COCO": ("CVAT 1.1", coco(), "is not XML"),
    "xml: cut off": ("CVAT 1.1", IMAGES_XML.encode()[:-300], "x.zip, line .* not well-formed"),
    "xml: entity bomb": ("CVAT 1.1", LAUGHS, "declares a document type"),
    "xml: outside entity": ("CVAT 1.1", ENTITY, "declares a document type"),
    "xml: unknown label": (
        "CVAT 1.1",
        xml(image("a.jpg", BOX.format("cow", 1))),
        'x.zip: none of its labels \\("cow"\\) is one of the task\'s \\("cat"',
    ),
    "xml: no number": (
        "CVAT 1.1",
        xml(image("a.jpg", BOX.format("cat", "wide"))),
        "line 1: in image: .* is not a number",
    ),
    "xml: not finite": ("CVAT 1.1", xml(image("a.jpg", BOX.format("cat", "nan"))), "finite"),
    "xml: lacks an attribute": ("CVAT 1.1", xml(image("a.jpg", '<box label="cat"/>')), "'xtl'"),
    "xml: repeated id": ("CVAT 1.1", xml(image("a.jpg"), image("b/c.png")), "id 0 occurs twice"),
    "xml: archive without": ("CVAT 1.1", zipped(readme=b"hi"), "x.zip: has no .xml file"),
    "xml: archive cut off": (
        "CVAT 1.1",
        zipped(**{"annotations.xml": IMAGES_XML.encode()})[:-40],
        "x.zip: is not a complete ZIP archive",
    ),
    "xml: path outside": (
        "CVAT 1.1",
        zipped(**{"../annotations.xml": IMAGES_XML.encode()}),
        'leads outside of it: "../annotations.xml"',
    ),
    "coco: nothing": ("COCO 1.0", b"", "x.zip: is empty"),
    "coco: XML": ("COCO 1.0", IMAGES_XML.encode(), "x.zip: is not JSON"),
    "coco: another JSON": ("COCO 1.0", b'{"images": []}', "is not a COCO dataset: .*`annotations`"),
    "coco: cut off": ("COCO 1.0", coco()[:-30], "is not JSON"),
    "coco: NaN": ("COCO 1.0", coco().replace(b"1227.62", b"NaN"), "is not JSON"),
    "coco: repeated image": (
        "COCO 1.0",
        coco(images=[*GOLDEN["images"]] * 2),
        "x.zip, images: id 1",
    ),
    "coco: repeated annotation": (
        "COCO 1.0",
        coco(annotations=[annotation(), annotation()]),
        "x.zip, annotations: id 1 occurs twice",
    ),
    "coco: unknown image": (
        "COCO 1.0",
        coco(annotations=[annotation(image_id=77)]),
        r"annotations\[0\]: there is no image 77",
    ),
    "coco: unknown category": (
        "COCO 1.0",
        coco(annotations=[annotation(category_id=77)]),
        r"annotations\[0\]: there is no category 77",
    ),
    "coco: unknown label": (
        "COCO 1.0",
        coco(categories=[{"id": 1, "name": "cow"}], annotations=[annotation()]),
        'none of its labels \\("cow"\\)',
    ),
    "coco: box of three": (
        "COCO 1.0",
        coco(annotations=[annotation(bbox=[1, 2, 3])]),
        r"annotations\[0\]: a box of 3 numbers",
    ),
    "coco: odd polygon": (
        "COCO 1.0",
        coco(annotations=[annotation(segmentation=[[1, 2, 3, 4, 5]])]),
        "a polygon of 5 numbers",
    ),
    "coco: runs too short": (
        "COCO 1.0",
        coco(annotations=[annotation(segmentation={"counts": [5], "size": [480, 640]})]),
        "do not fill its image",
    ),
    "coco: mask of another size": (
        "COCO 1.0",
        coco(annotations=[annotation(segmentation={"counts": [5], "size": [1, 5]})]),
        "differs from the frame's 640 × 480",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_is_refused(case: str) -> None:
    name, body, message = CASES[case]
    with pytest.raises(BadDataset, match=message):
        read(body, name, TARGET, "x.zip")


def test_a_zip_bomb_is_refused() -> None:
    bomb = zipped(**{"annotations.xml": b"<annotations>" + b" " * (64 << 20) + b"</annotations>"})
    assert len(bomb) < 100_000
    with pytest.raises(BadDataset, match="unpacks to more than 200 times its size"):
        read(bomb, "CVAT 1.1", TARGET)


def test_many_files_together_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_reader, "MAX_UNPACKED", 1 << 10)
    body = zipped(**{f"{at}.xml": xml(image("a.jpg", " " * 300, number=at)) for at in range(4)})
    with pytest.raises(BadDataset, match="unpacks to more than"):
        read(body, "CVAT 1.1", TARGET)


def test_what_is_read_for_nothing_does_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xml_reader, "MAX_ELEMENT", 1 << 20)
    body = b"<annotations>" + b"<x/>" * (1 << 19) + b"</annotations>"
    with pytest.raises(BadDataset, match="an element of more than 1 MB"):
        read(body, "CVAT 1.1", TARGET, "x.xml")


def test_countless_digits_of_a_run_are_refused_at_once() -> None:
    body = coco(
        annotations=[annotation(segmentation={"counts": "o" * 999_999, "size": [480, 640]})]
    )
    begun = time.process_time()
    with pytest.raises(BadDataset, match="a compressed mask ends too early"):
        read(body, "COCO 1.0", TARGET, "x.json")
    assert time.process_time() - begun < 2


def test_a_bomb_that_lies_about_its_size_stops_at_what_it_said() -> None:
    body = bytearray(zipped(**{"a.xml": b"<annotations>" + b" " * (1 << 20) + b"</annotations>"}))
    directory = body.index(b"PK\x01\x02")
    body[directory + 24 : directory + 28] = struct.pack("<L", 100)
    with pytest.raises(BadDataset):
        read(bytes(body), "CVAT 1.1", TARGET)


def test_a_missing_image_is_told_not_refused() -> None:
    body = xml(image("z.jpg", BOX.format("cat", 1)), image("a.jpg", BOX.format("cat", 1), number=1))
    imported = read(body, "CVAT 1.1", TARGET, "x.xml")
    assert [shape.frame for shape in imported.document.shapes] == [0]
    assert imported.report.sentences("Imported") == (
        "Imported 1 object on 1 frame. Left out: 1 × image is not in the task (z.jpg)."
    )


def test_an_unknown_attribute_is_told_not_refused() -> None:
    box = BOX.format("cat", 1).replace("/>", '><attribute name="fur">red</attribute></box>')
    imported = read(xml(image("a.jpg", box)), "CVAT 1.1", TARGET, "x.xml")
    assert imported.report.converted == {"attribute is not the label's": 1}
    assert imported.report.examples == {"attribute is not the label's": ["cat: fur"]}


@given(st.binary(max_size=300), st.sampled_from(["CVAT 1.1", "COCO 1.0"]))
def test_noise_is_refused(body: bytes, name: str) -> None:
    with pytest.raises(BadDataset):
        read(body, name, TARGET)


@given(st.data(), st.sampled_from(["CVAT 1.1", "COCO 1.0"]))
def test_a_damaged_archive_is_refused_or_read(data: st.DataObject, name: str) -> None:
    good = zipped(**{"a.xml": IMAGES_XML.encode(), "instances_a.json": coco()})
    at = data.draw(st.integers(0, len(good) - 1))
    damaged = bytearray(good)
    damaged[at] ^= data.draw(st.integers(1, 255))
    # Whatever is wrong is said of the file; nothing else is ever raised.
    with suppress(BadDataset):
        assert read(bytes(damaged), name, TARGET).report
