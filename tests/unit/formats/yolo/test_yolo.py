"""YOLO 1.1: the sample, what is kept, what independent programs read and write."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from datumaro import Bbox, Dataset, DatasetItem, Image
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model.document import Document, Shape
from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import ProjectMeta, Source
from chalicelib.formats.importing.reading import Reader
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from tests.unit.formats import golden
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, NOW, export, part, photos, read, task, video
from tests.unit.formats.sample import FRAMES, LABELS, SHAPES, VIDEO, source
from tests.unit.formats.unpacked import pack, photograph, unpack, zipped

YOLO = "YOLO 1.1"
NAMES = ["a.jpg", "b/c.png", "b/d & é.v2.png"]
TARGET = Target((CAT, DOG), photos(NAMES))


def dataset(files: dict[str, str | bytes] | None = None) -> bytes:
    """A dataset of one image and two classes, with other files in place of some of its own."""
    content: dict[str, str | bytes] = {
        "obj.data": "classes = 2\ntrain = data/train.txt\nnames = data/obj.names\n",
        "obj.names": f"cat\n{DOG.name}\n",
        "train.txt": "data/obj_train_data/a.jpg\n",
        "obj_train_data/a.txt": "1 0.5 0.5 0.25 0.5\n",
    }
    return zipped(content | (files or {}))


def members(body: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(body)).namelist()


def test_the_sample() -> None:
    body, report = export(source(), YOLO)
    golden.check("yolo", body)
    assert report.objects == report.kinds["rectangle"] == 1
    assert report.skipped["turned rectangle cannot be written"] == 1
    assert report.skipped["tag cannot be written"] == 2
    assert report.converted == {"attributes were left out": 1}


def test_the_sample_is_read() -> None:
    found = read(golden.archived("yolo"), YOLO, Target(LABELS, FRAMES))
    (box,) = found.document.shapes
    assert (box.frame, box.label_id, box.points) == (0, SHAPES[0].label_id, SHAPES[0].points)
    assert box.source == "file"
    assert found.report.files["upload.zip/obj_train_data/a.txt"].objects == 1


def test_images_are_beside_the_boxes() -> None:
    body, _ = export(source(images=True), YOLO)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.read("obj_train_data/folder/b.x.png") == b"picture 1"
        listed = archive.read("train.txt").decode().split("\n")[:-1]
        assert [line.removeprefix("data/") in archive.namelist() for line in listed] == [True] * 4


def test_tracks_are_written_as_boxes_where_they_are_seen() -> None:
    body, report = export(source(VIDEO), YOLO)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        lines = [archive.read(f"obj_train_data/frame_{at:06d}.txt").decode() for at in range(6)]
    assert [text.count("\n") for text in lines] == [2, 1, 1, 1, 0, 0]
    assert report.converted["track became separate shapes"] == 4
    assert lines[1] == "0 0.250000 0.233333 0.250000 0.333333\n"


@given(st.lists(strategy.shapes(("rectangle",), z_order=False, group=False), max_size=6))
def test_upright_boxes_are_kept(shapes: list[Shape]) -> None:
    body, report = export(task(photos(NAMES), Document(shapes=shapes)), YOLO)
    upright = sorted((one for one in shapes if not one.rotation), key=lambda one: one.frame)
    back = read(body, YOLO, TARGET)
    assert [(one.frame, one.label_id, one.points) for one in back.document.shapes] == [
        (one.frame, one.label_id, one.points) for one in upright
    ]
    assert report.objects == back.report.objects == len(upright)
    assert sum(report.skipped.values()) == len(shapes) - len(upright)
    assert not back.report.skipped


def test_images_that_differ_in_their_extension_alone_are_kept_apart() -> None:
    frames = photos(["a.jpg", "a.png", "b.jpg", "b.x.jpg"])
    shapes = [
        Shape(type="rectangle", frame=at, points=[at, 0, 10 + at, 10], label_id=CAT.id)
        for at in range(4)
    ]
    body, _ = export(task(frames, Document(shapes=shapes), images=True), YOLO)
    assert "obj_train_data/a.jpg.txt" in members(body)
    assert "obj_train_data/a.png.png" in members(body)
    back = read(body, YOLO, Target((CAT, DOG), frames)).document.shapes
    assert [(one.frame, one.points) for one in back] == [(one.frame, one.points) for one in shapes]


def test_subsets_of_a_project_have_lists_of_their_own() -> None:
    box = Document(shapes=[Shape(type="rectangle", frame=0, points=[0, 0, 64, 48], label_id=10)])
    parts = [
        part(photos([f"{at}.jpg"]), box, subset=subset, id=at)
        for at, subset in enumerate(["", "my val", "names", "train"])
    ]
    project = Source("project", (CAT, DOG), parts, False, NOW, ProjectMeta(id=1, name="pets"))
    body, _ = export(project, YOLO)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        config = archive.read("obj.data").decode()
    assert re.findall(r"^(\w+) = data/(\w+)\.txt", config, re.MULTILINE) == [
        ("train_1", "train_1"), ("my_val", "my_val"), ("names_1", "names_1"), ("train", "train"),
    ]  # fmt: skip
    only = Target((CAT, DOG), photos(["1.jpg"]), subset="my_val")
    assert [one.points for one in read(body, YOLO, only).document.shapes] == [[0, 0, 64, 48]]


def test_datumaro_finds_the_same(tmp_path: Path) -> None:
    frames = photos(NAMES)
    shapes = [
        Shape(type="rectangle", frame=at, points=[10, 20.5, 110 + at, 220], label_id=DOG.id)
        for at in (0, 2)
    ]
    body, _ = export(task(frames, Document(shapes=shapes)), YOLO)
    folder = unpack(body, tmp_path)
    for name in NAMES:
        photograph(folder / "obj_train_data" / name, 640, 480)
    found = Dataset.import_from(str(folder), "yolo")
    boxes = {item.id: item.annotations for item in found}
    assert sorted(boxes) == ["a", "b/c", "b/d & é.v2"]
    assert boxes["b/c"] == []
    for stem, shape in zip(["a", "b/d & é.v2"], shapes, strict=True):
        (box,) = boxes[stem]
        assert box.label == 1
        assert box.points == pytest.approx(shape.points, abs=0.01)


def test_what_datumaro_writes_is_read(tmp_path: Path) -> None:
    boxes = [Bbox(10, 20, 30, 40, label=1), Bbox(0, 0, 640, 480, label=0)]
    items = [
        DatasetItem(id=stem, subset="train", annotations=[box],
                    media=Image.from_file(path=f"{stem}.jpg", size=(480, 640)))
        for stem, box in zip(["a", "b/c"], boxes, strict=True)
    ]  # fmt: skip
    made = Dataset.from_iterable(items, categories=["cat", DOG.name])
    made.export(str(tmp_path), "yolo", save_media=False)
    back = read(pack(tmp_path), YOLO, TARGET).document.shapes
    assert [(one.frame, one.label_id, one.points) for one in back] == [
        (0, DOG.id, [10, 20, 40, 60]),
        (1, CAT.id, [0, 0, 640, 480]),
    ]


def test_frames_of_a_video_are_found_by_number() -> None:
    frames = video(3, start=10, step=5)
    body = zipped(
        {
            "obj.data": "train = data/train.txt\nnames = data/obj.names\n",
            "obj.names": "cat\n",
            "train.txt": "data/obj_train_data/frame_000015.PNG\n",
            "obj_train_data/frame_000015.txt": "0 0.5 0.5 1 1\n",
        }
    )
    back = read(body, YOLO, Target((CAT, DOG), frames, is_video=True)).document.shapes
    assert [one.frame for one in back] == [1]


def test_a_folder_around_the_dataset_makes_no_difference() -> None:
    with zipfile.ZipFile(io.BytesIO(dataset())) as archive:
        body = zipped({f"mine/{name}": archive.read(name) for name in archive.namelist()})
    assert read(body, YOLO, TARGET).report.objects == 1


def test_pictures_are_listed_with_their_subset() -> None:
    body, _ = export(source(images=True), YOLO)
    reader: Reader = registry.importer(YOLO).load()
    assert reader.pictures is not None
    listed = list(reader.pictures(Upload(io.BytesIO(body), "x.zip")))
    assert [(one.subset, one.name) for one in listed] == [("train", one.name) for one in FRAMES]
    assert listed[1].file == "obj_train_data/folder/b.x.png"


REFUSED = {
    "no zip": (b"classes = 2", "is not a YOLO dataset: it has no obj.data"),
    "another format": (zipped({"a.xml": "<annotations/>"}), "is not a YOLO dataset"),
    "cut off": (dataset()[:-30], "is not a complete ZIP archive"),
    "no list": (
        dataset({"obj.data": "train = data/else.txt\nnames = data/obj.names"}),
        "x.zip/obj.data: names else.txt, which is not there",
    ),
    "no names": (
        dataset({"obj.data": "train = data/train.txt\nnames = no.names"}),
        "names no.names, which is not there",
    ),
    "unknown class": (
        dataset({"obj_train_data/a.txt": "\n7 0.5 0.5 1 1"}),
        "x.zip/obj_train_data/a.txt, line 2: there is no class 7: the dataset has 2",
    ),
}  # fmt: skip
LINES = {
    "0 0.5 0.5 1": "a box has 5 fields, not 4",
    "0 0.1 0.2 0.3 0.4 0.5 0.6": "a box has 5 fields, not 7",
    "0 0.5 0.5 1 wide": '"wide" is not a number',
    "0 0.5 nan 1 1": "numbers must be finite",
    "0 inf 0.5 1 1": "numbers must be finite",
    "0 0.5 0.5 -1 1": "a box of negative size",
    "cat 0.5 0.5 1 1": 'class "cat" is not a whole number',
    "-1 0.5 0.5 1 1": "there is no class -1",
}


@pytest.mark.parametrize("line", LINES)
def test_a_bad_line_is_refused_by_file_and_place(line: str) -> None:
    with pytest.raises(BadDataset, match=f"x.zip/obj_train_data/a.txt, line 1.*{LINES[line]}"):
        read(dataset({"obj_train_data/a.txt": line}), YOLO, TARGET, "x.zip")


@pytest.mark.parametrize("case", REFUSED)
def test_another_file_is_refused(case: str) -> None:
    body, message = REFUSED[case]
    with pytest.raises(BadDataset, match=message):
        read(body, YOLO, TARGET, "x.zip")


def test_bad_encodings_are_refused_with_the_place() -> None:
    body = dataset({"obj_train_data/a.txt": b"0 0.5 0.5 1 1\n\xff"})
    with pytest.raises(BadDataset, match=r"x.zip/obj_train_data/a.txt, line 2: is not text"):
        read(body, YOLO, TARGET, "x.zip")


def test_empty_files_have_no_boxes() -> None:
    assert read(dataset({"obj_train_data/a.txt": ""}), YOLO, TARGET).report.objects == 0


def test_an_image_that_is_missing_is_told() -> None:
    body = dataset(
        {"train.txt": "data/obj_train_data/zz.jpg\ndata/obj_train_data/a.jpg",
           "obj_train_data/zz.txt": "0 0.5 0.5 1 1\n"}
    )  # fmt: skip
    back = read(body, YOLO, TARGET)
    assert back.report.objects == 1
    assert back.report.skipped == {"image is not in the task": 1}
    assert back.report.examples["image is not in the task"] == ["zz.jpg"]


@pytest.mark.parametrize("valid", ["train.txt", "valid.txt"])
def test_images_of_several_lists_are_read_once(valid: str) -> None:
    config = f"train = data/train.txt\nvalid = data/{valid}\nnames = data/obj.names\n"
    listed = "data/obj_train_data/a.jpg\n"
    body = dataset({"obj.data": config, valid: listed, "obj_train_data/a.jpg": b"picture"})
    assert read(body, YOLO, TARGET).report.objects == 1
    only = Target((CAT, DOG), photos(NAMES), subset="valid")
    assert read(body, YOLO, only).report.objects == 1
    pictures = registry.importer(YOLO).load().pictures
    found = list(pictures(Upload(io.BytesIO(body), "x.zip")))
    assert [(one.subset, one.name) for one in found] == [("train", "a.jpg")]


@pytest.mark.parametrize("root", ["C:\\darknet\\", "/home/me/darknet/", "../"])
def test_lists_with_paths_of_another_machine(root: str) -> None:
    path = f"{root}data/obj_train_data/a.jpg"
    back = read(
        dataset({"train.txt": path.replace("/", "\\") if ":" in root else path}), YOLO, TARGET
    )
    assert [one.frame for one in back.document.shapes] == [0]


def test_boxes_beyond_the_image_are_kept_and_told() -> None:
    back = read(dataset({"obj_train_data/a.txt": "0 1 0.5 0.5 0.5"}), YOLO, TARGET)
    assert back.document.shapes[0].points == [480, 120, 800, 360]
    assert back.report.examples == {
        "shape beyond the image was kept as it is": ["upload.zip/obj_train_data/a.txt:1"]
    }


def test_boxes_of_unknown_labels_are_left_out_and_told() -> None:
    body = dataset(
        {"obj.names": "cat\ncow", "obj_train_data/a.txt": "0 0.5 0.5 1 1\n1 0.5 0.5 1 1"}
    )
    back = read(body, YOLO, TARGET)
    assert back.report.objects == 1
    assert back.report.labels == {"cow": 1}


def test_a_byte_order_mark_and_other_line_ends_are_no_trouble() -> None:
    body = dataset(
        {"obj.names": "\ufeffcat\r\nx\r\n", "obj_train_data/a.txt": "0 0.5 0.5 1 1\r\n\r\n"}
    )
    assert read(body, YOLO, TARGET).report.objects == 1


@given(st.binary(max_size=200))
def test_noise_is_refused(body: bytes) -> None:
    with pytest.raises(BadDataset):
        read(body, YOLO, TARGET)
