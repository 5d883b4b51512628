"""LFW 1.0: people, pairs and landmarks, what is kept, what other programs read and write."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from datumaro import Dataset, DatasetItem, Image, Label
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
from tests.unit.formats.sample import source
from tests.unit.formats.unpacked import pack, photograph, unpack, zipped

NAME = "LFW 1.0"
NAMES = ["Ann_Lee_0001.jpg", "Ann_Lee_0002.jpg", "Bob_0001.jpg", "b/odd.x.png", "nobody.jpg"]
FRAMES = photos(NAMES)


def person(number: int, name: str) -> LabelSpec:
    pairs = ("positive_pairs", "negative_pairs")
    specs = tuple(AttributeSpec(10 * number + at, pair) for at, pair in enumerate(pairs))
    return LabelSpec(number, name, attributes=specs)


ANN, BOB = person(1, "Ann_Lee"), person(2, "Bob")
TARGET = Target((ANN, BOB), FRAMES)


def tag(frame: int, label: int, positive: str = "", negative: str = "") -> Tag:
    given_values = [(0, positive), (1, negative)]
    return Tag(
        frame=frame, label_id=label, source="file",
        attributes=[AttributeValue(10 * label + at, text) for at, text in given_values if text],
    )  # fmt: skip


def of(document: Document, *, images: bool = False) -> Source:
    return Source("task", (ANN, BOB), [part(FRAMES, document)], images, NOW)


TAGS = [
    tag(0, 1, "Ann_Lee/Ann_Lee_0002", "Bob/Bob_0001, Bob/b/odd.x"),
    tag(1, 1),
    tag(2, 2, "Bob/b/odd.x"),
    tag(3, 2),
]
POINTS = Shape(type="points", frame=0, points=[1, 2, 3.25, 4], label_id=1, source="file")


def test_the_sample() -> None:
    body, report = export(of(Document(tags=TAGS, shapes=[POINTS])), NAME)
    golden.check("lfw", body)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        pairs = archive.read("default/annotations/pairs.txt").decode()
        people = archive.read("default/annotations/people.txt").decode()
    assert pairs.splitlines() == [
        "Ann_Lee\t1\t2", "Bob\t1\tb/odd.x", "Ann_Lee\t1\tBob\t1", "Ann_Lee\t1\tBob\tb/odd.x",
        "Ann_Lee/Ann_Lee_0002", "Bob/b/odd.x",
    ]  # fmt: skip
    assert people == "Ann_Lee\t2\nBob\t2\n"
    assert (report.objects, report.converted, report.skipped) == (5, {}, {})
    found = read(golden.archived("lfw"), NAME, TARGET).document
    assert sorted(found.tags, key=lambda one: one.frame) == TAGS
    assert found.shapes == [POINTS]


def test_what_else_there_is_is_told() -> None:
    _, report = export(source(), NAME)
    assert report.kinds == {"tag": 2, "points": 1}
    assert report.objects + sum(report.skipped.values()) == 12


@given(
    st.dictionaries(strategy.frames, st.sampled_from([CAT.id, DOG.id])),
    st.lists(strategy.shapes(("points",), z_order=False, group=False), max_size=4),
)
def test_people_and_landmarks_are_kept(tags: dict[int, int], shapes: list[Shape]) -> None:
    frames = photos(["a.jpg", "b/c d.png", "e.x.png"])
    document = Document(
        tags=[Tag(frame=at, label_id=label) for at, label in sorted(tags.items())], shapes=shapes
    )
    body, report = export(task(frames, document), NAME)
    back = read(body, NAME, Target((CAT, DOG), frames))
    assert {one.frame: one.label_id for one in back.document.tags} == tags
    assert [(one.frame, one.label_id, one.points) for one in back.document.shapes] == [
        (one.frame, one.label_id, one.points) for one in sorted(shapes, key=lambda one: one.frame)
    ]
    assert report.objects == back.report.objects == len(tags) + len(shapes)


def test_images_are_below_their_people() -> None:
    body, _ = export(of(Document(tags=TAGS), images=True), NAME)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.read("default/images/Ann_Lee/Ann_Lee_0002.jpg") == b"picture 1"
        assert archive.read("default/images/nobody.jpg") == b"picture 4"
    pictures = registry.importer(NAME).load().pictures
    listed = [one.name for one in pictures(Upload(io.BytesIO(body), "x.zip"))]
    assert sorted(listed) == sorted(NAMES)


def test_datumaro_finds_the_same(tmp_path: Path) -> None:
    folder = unpack(export(of(Document(tags=TAGS), images=True), NAME)[0], tmp_path)
    for path in (*folder.rglob("*.jpg"), *folder.rglob("*.png")):
        photograph(path, 64, 64)
    # Its reader cannot do without people, and takes an empty list of landmarks for one.
    found = Dataset.import_from(str(folder), "lfw")
    names = [label.name for label in found.categories()[next(iter(found.categories()))]]
    labels = {item.id: [names[one.label] for one in item.annotations] for item in found}
    assert labels == {
        "Ann_Lee_0001": ["Ann_Lee"], "Ann_Lee_0002": ["Ann_Lee"], "Bob_0001": ["Bob"],
        "b/odd.x": ["Bob"],
    }  # fmt: skip
    (first,) = next(item.annotations for item in found if item.id == "Ann_Lee_0001")
    assert first.attributes["positive_pairs"] == ["Ann_Lee/Ann_Lee_0002"]
    assert first.attributes["negative_pairs"] == ["Bob/Bob_0001", "Bob/b/odd.x"]


def test_what_datumaro_writes_is_read(tmp_path: Path) -> None:
    blank = Image.from_numpy(np.zeros((48, 64, 3), np.uint8))
    pairs = {"positive_pairs": ["Ann_Lee/Ann_Lee_0002"], "negative_pairs": ["Bob/Bob_0001"]}
    items = [
        DatasetItem(id=stem, subset="test", media=blank,
                    annotations=[Label(label, attributes=more)])
        for stem, label, more in (
            ("Ann_Lee_0001", 0, pairs), ("Ann_Lee_0002", 0, {}), ("Bob_0001", 1, {}),
        )
    ]  # fmt: skip
    made = Dataset.from_iterable(items, categories=["Ann_Lee", "Bob"])
    made.export(str(tmp_path), "lfw", save_media=True)
    found = read(pack(tmp_path), NAME, TARGET).document.tags
    assert sorted(found, key=lambda one: one.frame) == [
        tag(0, 1, "Ann_Lee/Ann_Lee_0002", "Bob/Bob_0001"), tag(1, 1), tag(2, 2),
    ]  # fmt: skip


def test_the_layout_as_published() -> None:
    pairs = "1\t1\nAnn_Lee\t1\t2\nAnn_Lee\t1\tBob\t1\n"
    landmarks = "Ann_Lee_0001.jpg\t1.5\t2\nEve_0001.jpg\t1\t2"
    body = zipped({"lfw/annotations/pairs.txt": pairs, "lfw/annotations/landmarks.txt": landmarks})
    found = read(body, NAME, TARGET)
    assert [(one.frame, one.label_id) for one in found.document.tags] == [(0, 1), (1, 1), (2, 2)]
    assert [(one.frame, one.points) for one in found.document.shapes] == [(0, [1.5, 2])]
    assert found.report.skipped == {"landmarks of nobody who has a label": 1}


PAIRS = "a/annotations/pairs.txt"
REFUSED = {
    "no zip": (b"Ann\t1\t2", r"is not an LFW dataset: it has no annotations/pairs\.txt"),
    "another format": (zipped({"pairs.txt": "Ann\t1\t2"}), "is not an LFW dataset"),
    "cut off": (zipped({PAIRS: "Ann\t1\t2"})[:-30], "is not a complete ZIP archive"),
    "too many fields": (
        zipped({PAIRS: "Bob\t1\t2\n1\t2\t3\t4\t5"}), r"pairs\.txt, line 2: .*4 fields, not 5",
    ),
    "no points": (
        zipped({PAIRS: "", "a/annotations/landmarks.txt": "Bob_0001.jpg\t1\t2\nx\t1\tb"}),
        r"landmarks\.txt, line 2: .* is not a number",
    ),
    "odd points": (
        zipped({PAIRS: "", "a/annotations/landmarks.txt": "Bob_0001.jpg\t1"}),
        "line 1: is not an image and finite coordinates",
    ),
    "not UTF-8": (zipped({PAIRS: b"\xff"}), "line 1: is not text in UTF-8"),
    "unknown label": (zipped({PAIRS: "Eve/Eve_0001"}), 'none of its labels \\("Eve"\\)'),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_another_file_is_refused(case: str) -> None:
    body, message = REFUSED[case]
    with pytest.raises(BadDataset, match=message):
        read(body, NAME, TARGET, "x.zip")


def test_images_that_are_missing_are_told() -> None:
    found = read(zipped({PAIRS: "Bob\t7\t1\n"}), NAME, TARGET)
    assert found.report.examples == {"image is not in the task": ["Bob/Bob_0007"]}


@given(st.binary(max_size=200))
def test_noise_is_refused(body: bytes) -> None:
    with pytest.raises(BadDataset):
        read(body, NAME, TARGET)
