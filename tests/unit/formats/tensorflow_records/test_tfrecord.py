"""TFRecord 1.0: examples of object detection, record by record."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import crc32c as independent
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tfrecord.reader import tfrecord_loader
from tfrecord.writer import TFRecordWriter

from chalicelib.annotations.model.document import Document, Shape, Tag
from chalicelib.formats.catalogue.tfrecord.checksum import crc32c
from chalicelib.formats.catalogue.tfrecord.example import Feature, decoded, encoded
from chalicelib.formats.catalogue.tfrecord.records import record
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.target import Target
from tests.unit.formats import golden
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import DOG as PLAIN
from tests.unit.formats.datasets import export, photos, read, task
from tests.unit.formats.sample import CAT, DOG, FRAMES, HEIGHT, LABELS, WIDTH, source

NAME = "TFRecord 1.0"
TARGET = Target(LABELS, FRAMES)
SIDES = {f"image/object/bbox/{side}": [0.25] for side in ("xmin", "ymin")} | {
    f"image/object/bbox/{side}": [0.5] for side in ("xmax", "ymax")
}


def example(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "image/filename": [b"a.jpg"], "image/object/class/text": [b"dog"], **SIDES,
    }  # fmt: skip
    return found | {key.replace("_", "/"): value for key, value in changes.items()}


def written(*examples: dict[str, Any]) -> bytes:
    return b"".join(record(encoded(one)) for one in examples)


def loaded(body: bytes, folder: Path, file: str) -> list[dict[str, Any]]:
    """Examples of a file of an archive as the package `tfrecord` has them."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        path = archive.extract(file, folder)
    return list(tfrecord_loader(path, None))


def test_the_sample_is_written_as_it_was() -> None:
    body, report = export(source(), NAME)
    golden.check("tfrecord", body)
    assert report.kinds == {"tag": 2, "rectangle": 2, "polygon": 2, "ellipse": 1, "mask": 1}
    assert report.converted["polygon became a mask"] == 2
    assert report.skipped["skeleton cannot be written"] == 1
    assert report.frames == 3


def test_an_independent_reader_finds_the_same(tmp_path: Path) -> None:
    first, second, third, last = loaded(export(source(), NAME)[0], tmp_path, "default.tfrecord")
    assert bytes(first["image/filename"]) == b"a.jpg"
    assert (first["image/width"].item(), first["image/height"].item()) == (WIDTH, HEIGHT)
    assert first["image/object/class/label"].tolist() == [1, 2, 2, 2]
    assert [bytes(one) for one in first["image/object/class/text"]] == [b"cat", b"dog"] + [
        b"dog"
    ] * 2
    assert first["image/object/bbox/xmax"][0] * WIDTH == pytest.approx(12.5)
    assert first["image/object/bbox/ymax"][0] * HEIGHT == pytest.approx(13)
    mask = np.asarray(Image.open(io.BytesIO(bytes(third["image/object/mask"]))))
    assert (mask.shape, mask.sum()) == ((HEIGHT, WIDTH), 5)
    assert "image/object/bbox/xmin" in second
    assert "image/object/bbox/xmin" not in last


def test_with_images_every_frame_has_a_file_with_its_image(tmp_path: Path) -> None:
    body, report = export(source(images=True), NAME)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert [name for name in archive.namelist() if name.endswith(".tfrecord")] == [
            "default/a.tfrecord", "default/folder/b.x.tfrecord", "default/кот.tfrecord",
            "default/empty.tfrecord",
        ]  # fmt: skip
    (one,) = loaded(body, tmp_path, "default/folder/b.x.tfrecord")
    assert bytes(one["image/encoded"]) == b"picture 1"
    assert bytes(one["image/format"]) == b"png"
    without = export(source(), NAME)[1]
    assert (report.kinds, report.frames) == (without.kinds, without.frames)
    assert (
        read(body, NAME, TARGET).document == read(export(source(), NAME)[0], NAME, TARGET).document
    )


def test_what_an_independent_writer_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "train.record"
    writer = TFRecordWriter(str(path))
    kinds = {bytes: "byte", float: "float", int: "int"}
    for one in (example(), example(image_filename=[b"empty.jpg"])):
        writer.write({key: (value, kinds[type(value[0])]) for key, value in one.items()})
    writer.close()
    found = read(path.read_bytes(), NAME, TARGET, "train.record").document.shapes
    assert [(shape.frame, shape.points) for shape in found] == [
        (0, [10, 7.5, 20, 15]), (3, [10, 7.5, 20, 15]),
    ]  # fmt: skip


@given(
    st.lists(strategy.shapes(("rectangle", "mask"), z_order=False), max_size=5),
    st.lists(strategy.frames, max_size=3),
)
def test_tags_boxes_and_masks_are_kept(shapes: list[Shape], tagged: list[int]) -> None:
    for shape in shapes:
        shape.label_id, shape.attributes, shape.rotation = PLAIN.id, [], 0.0
    tags = [Tag(frame=frame, label_id=PLAIN.id, source="file") for frame in sorted(tagged)]
    frames = photos(["a.jpg", "b/c, d.png", "é & ü?.png"])
    body, _ = export(task(frames, Document(tags=tags, shapes=shapes)), NAME)
    found = read(body, NAME, Target((PLAIN,), frames)).document
    assert found.tags == tags
    assert found.shapes == sorted(shapes, key=lambda shape: shape.frame)


@given(st.binary(max_size=5000))
def test_checksums_are_those_of_others(body: bytes) -> None:
    assert crc32c(body) == independent.crc32c(body)


@pytest.mark.parametrize("size", [2047, 2048, 2049, 256 * 9, 100_000, 1 << 20])
def test_checksums_of_pictures_are_those_of_others(size: int) -> None:
    body = np.random.default_rng(size).bytes(size)
    assert crc32c(body) == independent.crc32c(body)


features = st.one_of(
    st.lists(st.binary(max_size=300), min_size=1, max_size=4),
    st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=4),
    st.lists(st.integers(-(1 << 63), (1 << 63) - 1), min_size=1, max_size=4),
)


@given(st.dictionaries(st.text(max_size=20), features, max_size=5))
def test_examples_are_decoded_as_they_were(made: dict[str, Feature]) -> None:
    assert {key: list(value) for key, value in decoded(encoded(made)).items()} == made


def test_lists_that_are_not_packed_are_read() -> None:
    """As writers of old have them: a key before each number."""
    floats = b"\x12\x0a" + b"\x0d" + struct.pack("<f", 0.5) + b"\x0d" + struct.pack("<f", 2)
    wholes = b"\x1a\x04" + b"\x08\x05\x08\x07"
    entries = b""
    for name, feature in ((b"f", floats), (b"w", wholes)):
        pair = b"\x0a\x01" + name + b"\x12" + bytes((len(feature),)) + feature
        entries += b"\x0a" + bytes((len(pair),)) + pair
    body = b"\x0a" + bytes((len(entries),)) + entries
    assert decoded(body) == {"f": [0.5, 2.0], "w": [5, 7]}


def test_classes_may_be_numbers_of_a_label_map() -> None:
    one = example(**{"image/object/class/text": [], "image/object/class/label": [2]})
    del one["image/object/class/text"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "label_map.pbtxt", "item {\n id: 1\n name: 'dog'\n}\nitem {name: \"cat\" id: 2}"
        )
        archive.writestr("data/train.tfrecord-00000-of-00001", written(one))
    (shape,) = read(packed.getvalue(), NAME, TARGET).document.shapes
    assert shape.label_id == CAT.id


def test_only_the_files_of_a_subset_are_read_if_that_is_wanted() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("train.tfrecord", written(example()))
        archive.writestr("val.tfrecord", written(example(image_filename=[b"empty.jpg"])))
    target = Target(LABELS, FRAMES, subset="val")
    (shape,) = read(packed.getvalue(), NAME, target).document.shapes
    assert (shape.frame, shape.label_id) == (3, DOG.id)


def damaged(at: int) -> bytes:
    body = bytearray(written(example(), example()))
    body[at] ^= 1
    return bytes(body)


def sized(length: int) -> bytes:
    head = struct.pack("<Q", length)
    crc = independent.crc32c(head)
    return head + struct.pack("<L", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


BAD = {
    "nothing": (b"", "x.record: is empty"),
    "COCO": (b'{"images": [], "annotations": []}', "record 0: is not a TFRecord file"),
    "a few bytes": (b"abc", "record 0: is not a TFRecord file"),
    "cut off": (written(example(), example())[:-20], "record 1: is cut off"),
    "damaged": (damaged(40), "record 0: is damaged"),
    "damaged later": (damaged(len(written(example())) + 3), "record 1: is damaged"),
    "too long": (sized(1 << 40), "record 0: is longer than 256 MB"),
    "compressed": (gzip.compress(written(example())), "is compressed as a whole"),
    "no example": (record(b"\x0f"), "record 0: a message has a field of a kind"),
    "no image": (written({"image/width": [3]}), "it has no `image/filename`"),
    "unknown class": (
        written(example(**{"image/object/class/text": [b"cow"]})),
        r'none of its labels \("cow"\)',
    ),
    "class without a name": (
        written({"image/filename": [b"a.jpg"], "image/object/class/label": [3]}),
        "class 3 is in no label map",
    ),
    "one side less": (
        written({"image/filename": [b"a.jpg"], "image/object/class/text": [b"dog"]}),
        "xmin`: 0 instead of 1",
    ),
    "turned": (
        written(example(**{"image/object/bbox/xmin": [0.75]})), "a box of negative size",
    ),
    "not finite": (
        written(example(**{"image/object/bbox/xmin": [float("inf")]})), "is not finite",
    ),
    "bad mask": (
        written(example(**{"image/object/mask": [b"no"]})), "is not a picture",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_is_refused(case: str) -> None:
    body, trouble = BAD[case]
    with pytest.raises(BadDataset, match=trouble):
        read(body, NAME, TARGET, "x.record")


def test_an_archive_without_records_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "")
    with pytest.raises(BadDataset, match=r"x.zip: has no .tfrecord or .record file"):
        read(packed.getvalue(), NAME, TARGET, "x.zip")


def test_an_image_that_is_not_in_the_task_is_told() -> None:
    body = written(example(image_filename=[b"z.jpg"]), example())
    found = read(body, NAME, TARGET, "x.record")
    assert found.report.skipped == {"image is not in the task": 1}
    assert len(found.document.shapes) == 1
