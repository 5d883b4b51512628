"""WiderFace 1.0: the sample, what is kept, what other programs read and write."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from datumaro import Bbox, Dataset, DatasetItem, Image, Label
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model.document import AttributeValue, Document, Shape, Tag
from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from tests.unit.formats import golden
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, NOW, export, part, photos, read, task
from tests.unit.formats.sample import FRAMES, LABELS, SHAPES, TAGS, source
from tests.unit.formats.unpacked import pack, photograph, unpack, zipped

NAME = "WiderFace 1.0"
NAMES = ["a.jpg", "b/c d.png", "e.x.png"]
TARGET = Target((CAT, DOG), photos(NAMES))
FACE = LabelSpec(
    1, "face", attributes=(
        AttributeSpec(5, "blur", input_type="number", default_value="0"),
        AttributeSpec(6, "invalid", input_type="checkbox", default_value="false"),
        AttributeSpec(7, "pose", default_value="typical"),
    ),
)  # fmt: skip
LIST = "wider_face_split/wider_face_train_bbx_gt.txt"


def listed(text: str | bytes) -> bytes:
    return zipped({LIST: text})


def test_the_sample() -> None:
    body, report = export(source(), NAME)
    golden.check("wider_face", body)
    assert report.kinds == {"rectangle": 2, "tag": 2}
    assert report.objects + sum(report.skipped.values()) == len(SHAPES) + len(TAGS)
    assert report.converted["turned rectangle lost its turn"] == 1
    found = read(golden.archived("wider_face"), NAME, Target(LABELS, FRAMES))
    assert [one.points for one in found.document.shapes] == [[2, 3, 12.5, 13], [20, 5, 30, 15]]
    assert [one.frame for one in found.document.tags] == [0, 2]


@given(
    st.lists(strategy.shapes(("rectangle",), z_order=False, group=False), max_size=6),
    st.dictionaries(strategy.frames, st.sampled_from([CAT.id, DOG.id])),
)
def test_boxes_and_tags_are_kept(shapes: list[Shape], tags: dict[int, int]) -> None:
    document = Document(
        shapes=shapes, tags=[Tag(frame=at, label_id=label) for at, label in sorted(tags.items())]
    )
    body, _ = export(task(photos(NAMES), document), NAME)
    back = read(body, NAME, TARGET).document
    assert {one.frame: one.label_id for one in back.tags} == tags
    assert [(one.frame, one.label_id, one.points, one.occluded) for one in back.shapes] == [
        (one.frame, one.label_id, one.points, one.occluded)
        for one in sorted(shapes, key=lambda one: one.frame)
    ]


def test_attributes_of_the_format_are_kept() -> None:
    box = Shape(
        type="rectangle", frame=0, points=[1, 2, 3, 4], label_id=1, source="file",
        attributes=[AttributeValue(5, "2"), AttributeValue(7, "1"), AttributeValue(6, "true")],
    )  # fmt: skip
    frames = photos(["a.jpg"])
    whole = Source("task", (FACE,), [part(frames, Document(shapes=[box]))], False, NOW)
    body, report = export(whole, NAME)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        lines = archive.read("wider_face_split/wider_face_default_bbx_gt.txt").decode()
    assert lines == "no_label/a.jpg\n1\n1.0 2.0 2.0 2.0 2 - - False 1 True\n"
    assert not report.converted
    assert read(body, NAME, Target((FACE,), frames)).document.shapes == [box]


def test_images_are_below_their_tags() -> None:
    document = Document(tags=[Tag(frame=0, label_id=CAT.id)])
    body, _ = export(task(photos(NAMES), document, images=True), NAME)
    pictures = registry.importer(NAME).load().pictures
    found = {one.name: one for one in pictures(Upload(io.BytesIO(body), "x.zip"))}
    assert sorted(found) == sorted(NAMES)
    assert found["a.jpg"].file == "WIDER_default/images/0--cat/a.jpg"
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.read(found["b/c d.png"].file) == b"picture 1"


def test_datumaro_finds_the_same(tmp_path: Path) -> None:
    labels = (LabelSpec(1, "face"), LabelSpec(2, "dog"))
    document = Document(
        shapes=[Shape(type="rectangle", frame=0, points=[1, 2, 11, 22], label_id=2),
                Shape(type="rectangle", frame=1, points=[5, 5, 9.5, 9], label_id=1, occluded=True)],
        tags=[Tag(frame=0, label_id=1)],
    )  # fmt: skip
    frames = photos(["a.jpg", "b/c.jpg"])
    whole = Source("task", labels, [part(frames, document)], True, NOW)
    folder = unpack(export(whole, NAME)[0], tmp_path)
    for path in folder.rglob("*.jpg"):
        photograph(path, 640, 480)
    found = {item.id: item.annotations for item in Dataset.import_from(str(folder), "wider_face")}
    tag, box = found["a"]
    assert (tag.label, box.label, box.get_bbox()) == (0, 1, [1, 2, 10, 20])
    (hidden,) = found["b/c"]
    assert (hidden.label, hidden.get_bbox()) == (0, [5, 5, 4.5, 4])
    assert hidden.attributes == {"occluded": True}


def test_what_datumaro_writes_is_read(tmp_path: Path) -> None:
    blank = Image.from_numpy(np.zeros((48, 64, 3), np.uint8))
    annotations = [Label(0), Bbox(1, 2, 10, 20, label=1, attributes={"blur": 2, "occluded": True})]
    items = [DatasetItem(id="b/c d", subset="train", media=blank, annotations=annotations)]
    made = Dataset.from_iterable(items, categories=["cat", DOG.name])
    made.export(str(tmp_path), "wider_face", save_media=True)
    found = read(pack(tmp_path), NAME, TARGET)
    (tag,), (box,) = found.document.tags, found.document.shapes
    assert (tag.frame, tag.label_id) == (1, CAT.id)
    assert (box.label_id, box.points, box.occluded) == (DOG.id, [1, 2, 11, 22], True)
    assert found.report.converted == {"attribute is not the label's": 1}


def test_the_layout_as_published() -> None:
    body = zipped(
        {LIST: "0--Parade/0_Parade_marchingband_1_849.jpg\n1\n449 330 122 149 0 0 0 1 0 0 \n"
               "0--Parade/0_Parade_Parade_0_452.jpg\n0\n0 0 0 0 0 0 0 0 0 0 \n"
               "1--Handshaking/1_Handshaking_1.jpg\n1\n1 2 3 4 2 0 0 0 1 0 \n",
         "wider_face_split/wider_face_train_filelist.txt":
             "0--Parade/0_Parade_marchingband_1_849.jpg\n"}
    )  # fmt: skip
    names = ["0--Parade/0_Parade_marchingband_1_849.jpg", "0--Parade/0_Parade_Parade_0_452.jpg",
             "1--Handshaking/1_Handshaking_1.jpg"]  # fmt: skip
    target = Target((FACE, LabelSpec(2, "Parade")), photos(names))
    found = read(body, NAME, target)
    assert [(one.frame, one.points, one.occluded) for one in found.document.shapes] == [
        (0, [449, 330, 571, 479], True), (2, [1, 2, 4, 6], False),
    ]  # fmt: skip
    assert [one.value for one in found.document.shapes[1].attributes] == ["2", "1", "false"]
    assert [(one.frame, one.label_id) for one in found.document.tags] == [(0, 2), (1, 2)]
    assert found.report.labels == {"Handshaking": 1}


REFUSED = {
    "no zip": (b"a/b.jpg", "is not a WIDER FACE dataset: it has no wider_face_split"),
    "another format": (zipped({"gt/gt.txt": ""}), "is not a WIDER FACE dataset"),
    "cut off": (listed("x/a.jpg")[:-30], "is not a complete ZIP archive"),
    "too few boxes": (listed("x/a.jpg\n3\n1 2 3 4\n"), r"line 2: ends before its 3 boxes"),
    "no path": (listed("x/a.jpg\n1\n1 2 3 4\n1 2 3 4\n"), r"line 4: is not the path of an image"),
    "too few fields": (
        listed("x/a.jpg\n1\n1 2 3\n"),
        r"_bbx_gt\.txt, line 3: a box has at least 4 fields, not 3",
    ),
    "no number": (listed("x/a.jpg\n1\n1 2 3 d\n"), 'line 3: "d" is not a number'),
    "not finite": (listed("x/a.jpg\n1\n1 2 3 inf\n"), "line 3: numbers must be finite"),
    "negative": (listed("x/a.jpg\n1\n1 2 3 -4\n"), "line 3: a box of negative size"),
    "not UTF-8": (listed(b"x/a.jpg\n\xff"), "line 2: is not text in UTF-8"),
    "unknown label": (listed("no_label/a.jpg\n1\n1 2 3 4 cow\n"), 'labels \\("cow"\\)'),
}


@pytest.mark.parametrize("case", REFUSED)
def test_another_file_is_refused(case: str) -> None:
    body, message = REFUSED[case]
    with pytest.raises(BadDataset, match=message):
        read(body, NAME, TARGET, "x.zip")


def test_images_that_are_missing_are_told() -> None:
    found = read(listed("no_label/zz.jpg\n1\n1 2 3 4 cat\n"), NAME, TARGET)
    assert found.report.examples == {"image is not in the task": ["zz.jpg"]}


@given(st.binary(max_size=200))
def test_noise_is_refused(body: bytes) -> None:
    with pytest.raises(BadDataset):
        read(body, NAME, TARGET)
