"""VGGFace2 1.0: the sample, what is kept, what other programs read and write."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from datumaro import Bbox, Dataset, DatasetItem, Image, Label, Points
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model.document import Document, Shape, Tag
from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from tests.unit.formats import golden
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, export, photos, read, task
from tests.unit.formats.sample import FRAMES, LABELS, SHAPES, TAGS, source
from tests.unit.formats.unpacked import pack, photograph, unpack, zipped

NAME = "VGGFace2 1.0"
NAMES = ["a.jpg", "b/c, d.png", "e.x.png"]
TARGET = Target((CAT, DOG), photos(NAMES))
BOXES = "bb_landmark/loose_bb_train.csv"
LANDMARKS = "bb_landmark/loose_landmark_train.csv"
HEAD = "NAME_ID,P1X,P1Y,P2X,P2Y,P3X,P3Y,P4X,P4Y,P5X,P5Y\n"

labels = st.sampled_from([CAT.id, DOG.id])


def test_the_sample() -> None:
    body, report = export(source(), NAME)
    golden.check("vgg_face2", body)
    assert report.kinds == {"rectangle": 1, "tag": 2}
    assert report.objects + sum(report.skipped.values()) == len(SHAPES) + len(TAGS)
    assert report.skipped["further rectangle of an image cannot be written"] == 1
    assert report.skipped["points that are not five cannot be written"] == 1
    found = read(golden.archived("vgg_face2"), NAME, Target(LABELS, FRAMES)).document
    assert [(one.frame, one.points) for one in found.shapes] == [(0, [2, 3, 12.5, 13])]
    assert [(one.frame, one.label_id) for one in found.tags] == [
        (one.frame, one.label_id) for one in TAGS
    ]


@given(
    st.dictionaries(strategy.frames, st.tuples(labels, strategy.boxes())),
    st.dictionaries(strategy.frames, st.tuples(labels, strategy.pairs(5, 5))),
    st.sets(st.tuples(strategy.frames, labels)),
)
def test_a_box_landmarks_and_tags_of_an_image_are_kept(
    boxes: dict[int, tuple[int, list[float]]],
    landmarks: dict[int, tuple[int, list[float]]],
    tags: set[tuple[int, int]],
) -> None:
    shapes = [
        Shape(type="rectangle", frame=at, label_id=label, points=points)
        for at, (label, points) in boxes.items()
    ] + [
        Shape(type="points", frame=at, label_id=label, points=points)
        for at, (label, points) in landmarks.items()
    ]
    document = Document(
        shapes=shapes, tags=[Tag(frame=at, label_id=label) for at, label in sorted(tags)]
    )
    body, report = export(task(photos(NAMES), document), NAME)
    back = read(body, NAME, TARGET)
    assert {(one.frame, one.label_id) for one in back.document.tags} == tags
    for kind, wanted in (("rectangle", boxes), ("points", landmarks)):
        of_kind = [one for one in back.document.shapes if one.type == kind]
        assert {one.frame: (one.label_id, one.points) for one in of_kind} == wanted
    assert report.objects == back.report.objects == len(shapes) + len(tags)


def test_images_are_in_the_folders_of_their_labels() -> None:
    document = Document(
        shapes=[Shape(type="rectangle", frame=0, points=[0, 0, 9, 9], label_id=DOG.id)],
        tags=[Tag(frame=0, label_id=CAT.id)],
    )
    body, _ = export(task(photos(NAMES), document, images=True), NAME)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for folder in ("cat", DOG.name):
            assert archive.read(f"default/{folder}/a.jpg") == b"picture 0"
        assert archive.read("default/no_label/b/c, d.png") == b"picture 1"
    pictures = registry.importer(NAME).load().pictures
    listed = [one.name for one in pictures(Upload(io.BytesIO(body), "x.zip"))]
    assert sorted(listed) == sorted(NAMES)


def test_datumaro_finds_the_same(tmp_path: Path) -> None:
    points = [float(number) for number in range(10)]
    document = Document(
        shapes=[Shape(type="rectangle", frame=0, points=[1, 2, 11, 22], label_id=CAT.id),
                Shape(type="points", frame=0, points=points, label_id=CAT.id)],
        tags=[Tag(frame=1, label_id=CAT.id)],
    )  # fmt: skip
    folder = unpack(export(task(photos(["a.jpg", "b/c.jpg"]), document, images=True), NAME)[0],
                    tmp_path)  # fmt: skip
    for path in folder.rglob("*.jpg"):
        photograph(path, 640, 480)
    found = {item.id: item.annotations for item in Dataset.import_from(str(folder), "vgg_face2")}
    landmarks, box = found["cat/a"]
    assert (landmarks.points, box.get_bbox()) == (points, [1, 2, 10, 20])
    assert [one.label for one in found["cat/b/c"]] == [0]


def test_what_datumaro_writes_is_read(tmp_path: Path) -> None:
    blank = Image.from_numpy(np.zeros((48, 64, 3), np.uint8))
    found = {
        "a": [Bbox(1, 2, 10, 20, label=1)],
        "b/c, d": [Points([float(one) for one in range(10)], label=0)],
        "e.x": [Label(0)],
    }
    items = [
        DatasetItem(id=stem, subset="train", media=blank, annotations=annotations)
        for stem, annotations in found.items()
    ]
    made = Dataset.from_iterable(items, categories=["cat", DOG.name])
    made.export(str(tmp_path), "vgg_face2", save_media=True)
    back = read(pack(tmp_path), NAME, TARGET).document
    assert sorted((one.frame, one.label_id, one.points) for one in back.shapes) == [
        (0, DOG.id, [1, 2, 11, 22]), (1, CAT.id, list(range(10))),
    ]  # fmt: skip
    assert [(one.frame, one.label_id) for one in back.tags] == [(2, CAT.id)]


def test_the_layout_as_published() -> None:
    boxes = 'NAME_ID,X,Y,W,H\n"cat/0001_01",161,140,224,324\n'
    landmarks = f'{HEAD}"cat/0001_01",1,2,3,4,5,6,7,8,9,10\n'
    body = zipped({"loose_bb_train.csv": boxes, "loose_landmark_train.csv": landmarks})
    found = read(body, NAME, Target((CAT, DOG), photos(["cat/0001_01.jpg"]))).document
    assert [(one.type, one.points) for one in found.shapes] == [
        ("rectangle", [161, 140, 385, 464]), ("points", list(range(1, 11))),
    ]  # fmt: skip


REFUSED = {
    "no zip": (b"NAME_ID", "is not a VGGFace2 dataset: it has no bb_landmark"),
    "another format": (zipped({"a.csv": "NAME_ID,X,Y,W,H"}), "is not a VGGFace2 dataset"),
    "cut off": (zipped({BOXES: "NAME_ID,X,Y,W,H\n"})[:-30], "is not a complete ZIP archive"),
    "empty": (zipped({BOXES: ""}), r"loose_bb_train\.csv, line 1: its columns are not NAME_ID, X"),
    "columns": (zipped({LANDMARKS: "NAME_ID,X,Y,W,H\n"}), "its columns are not NAME_ID, P1X"),
    "no number": (zipped({BOXES: "NAME_ID,X,Y,W,H\ncat/a,1,2,3,d"}), 'line 2: "d" is not a number'),
    "too few": (
        zipped({BOXES: "NAME_ID,X,Y,W,H\ncat/a,1,2,3"}),
        "line 2: a line has 5 fields, not 4",
    ),
    "not finite": (zipped({BOXES: "NAME_ID,X,Y,W,H\ncat/a,1,2,3,nan"}), "must be finite"),
    "negative": (zipped({BOXES: "NAME_ID,X,Y,W,H\ncat/a,1,2,-3,4"}), "of negative size"),
    "no label": (zipped({BOXES: "NAME_ID,X,Y,W,H\na,1,2,3,4"}), 'line 2: "a" is not a label and'),
    "twice": (
        zipped({BOXES: "NAME_ID,X,Y,W,H\ncat/a,1,2,3,4\ncat/a,1,2,3,4"}),
        'line 3: image "cat/a" occurs twice',
    ),
    "quotes": (zipped({BOXES: 'NAME_ID,X,Y,W,H\n"cat/a"x,1,2,3,4'}), "line 2: '"),
    "not UTF-8": (zipped({BOXES: b"NAME_ID,X,Y,W,H\n\xff"}), "line 2: is not text in UTF-8"),
    "unknown label": (zipped({BOXES: "NAME_ID,X,Y,W,H\ncow/a,1,2,3,4"}), 'labels \\("cow"\\)'),
}


@pytest.mark.parametrize("case", REFUSED)
def test_another_file_is_refused(case: str) -> None:
    body, message = REFUSED[case]
    with pytest.raises(BadDataset, match=message):
        read(body, NAME, TARGET, "x.zip")


def test_images_that_are_missing_are_told() -> None:
    found = read(zipped({BOXES: "NAME_ID,X,Y,W,H\ncat/zz,1,2,3,4"}), NAME, TARGET)
    assert found.report.examples == {"image is not in the task": ["zz"]}


@given(st.binary(max_size=200))
def test_noise_is_refused(body: bytes) -> None:
    with pytest.raises(BadDataset):
        read(body, NAME, TARGET)
