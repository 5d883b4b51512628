"""Market-1501 1.0: what names tell, what is kept, what other programs read and write."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from datumaro import Dataset, DatasetItem, Image
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model.document import AttributeValue, Document, Tag
from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from tests.unit.formats import golden
from tests.unit.formats.datasets import NOW, export, part, photos, read
from tests.unit.formats.sample import source
from tests.unit.formats.unpacked import pack, photograph, unpack, zipped

NAME = "Market-1501 1.0"
NAMES = ["a.jpg", "b/7.png", "0002_c1s1_000451_03.jpg", "e.jpg"]
FRAMES = photos(NAMES)
NUMBERS = ("camera_id", "track_id", "frame_id", "bbox_id")
LABEL = LabelSpec(
    1, "market-1501", attributes=(
        AttributeSpec(10, "person_id"),
        *(AttributeSpec(11 + at, name, input_type="number") for at, name in enumerate(NUMBERS)),
        AttributeSpec(15, "query", input_type="checkbox", default_value="false"),
    ),
)  # fmt: skip
OTHER = LabelSpec(2, "other")
TARGET = Target((LABEL, OTHER), FRAMES)


def tag(frame: int, person: str, *numbers: int, query: bool = False) -> Tag:
    values = [person, *map(str, numbers), "true" if query else "false"]
    return Tag(
        frame=frame, label_id=1, source="file",
        attributes=[AttributeValue(10 + at, value) for at, value in enumerate(values)],
    )  # fmt: skip


def of(tags: list[Tag], *, images: bool = False) -> Source:
    return Source("task", (LABEL, OTHER), [part(FRAMES, Document(tags=tags))], images, NOW)


def paths(body: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return archive.read("images_default.txt").decode().splitlines()


TAGS = [tag(0, "12", 3, 4, 5, 6), tag(1, "-1", 0, 1, 2, 3, query=True),
        tag(2, "0002", 0, 1, 451, 3)]  # fmt: skip


def test_the_sample() -> None:
    body, report = export(of(TAGS), NAME)
    golden.check("market1501", body)
    assert paths(body) == [
        "bounding_box_default/12_c4s4_000005_06a.jpg",
        "query/b/-1_c1s1_000002_03_7.png",
        "bounding_box_default/0002_c1s1_000451_03.jpg",
        "bounding_box_default/e.jpg",
    ]
    assert (report.objects, report.converted, report.skipped) == (3, {}, {})
    assert read(golden.archived("market1501"), NAME, TARGET).document.tags == TAGS


def test_what_else_there_is_is_told() -> None:
    _, report = export(source(), NAME)
    assert report.objects == 0
    assert sum(report.skipped.values()) == 12
    broken = [tag(0, "somebody", 1, 1, 1, 1), Tag(frame=1, label_id=2)]
    body, report = export(of(broken), NAME)
    assert paths(body)[0] == "bounding_box_default/a.jpg"
    assert report.skipped == {
        "tag whose attributes are no numbers cannot be written": 1, "tag cannot be written": 1,
    }  # fmt: skip


number = st.integers(0, 10_000)


@given(
    st.dictionaries(
        st.integers(0, 3),
        st.tuples(st.integers(-1, 2000), number, number, number, number, st.booleans()),
    )
)
def test_tags_are_kept(given_values: dict[int, tuple[int, int, int, int, int, bool]]) -> None:
    tags = [
        tag(at, str(person), *numbers, query=query)
        for at, (person, *numbers, query) in sorted(given_values.items())
    ]
    back = read(export(of(tags), NAME)[0], NAME, TARGET).document.tags
    # The third name tells of itself, whether it has a tag or not.
    kept = [one for one in back if one.frame != 2 or 2 in given_values]
    assert sorted(kept, key=lambda one: one.frame) == tags


def test_images_have_the_names_that_are_listed() -> None:
    body, _ = export(of(TAGS, images=True), NAME)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert [archive.read(path) for path in paths(body)] == [
            f"picture {at}".encode() for at in range(4)
        ]
    pictures = registry.importer(NAME).load().pictures
    assert len(list(pictures(Upload(io.BytesIO(body), "x.zip")))) == 4


def test_datumaro_finds_the_same(tmp_path: Path) -> None:
    folder = unpack(export(of(TAGS, images=True), NAME)[0], tmp_path)
    for path in (*folder.rglob("*.jpg"), *folder.rglob("*.png")):
        photograph(path, 64, 128)
    (folder / "images_default.txt").unlink()
    found = {item.id: item for item in Dataset.import_from(str(folder), "market1501")}
    assert found["a"].attributes == {
        "person_id": "12", "camera_id": 3, "track_id": 4, "frame_id": 5, "bbox_id": 6,
        "query": False,
    }  # fmt: skip
    assert found["b/_7"].attributes["query"] is True
    assert found["0002_c1s1_000451_03"].attributes["frame_id"] == 451


def test_what_datumaro_writes_is_read(tmp_path: Path) -> None:
    blank = Image.from_numpy(np.zeros((48, 64, 3), np.uint8))
    attributes = {"person_id": "0002", "camera_id": 0, "track_id": 1, "frame_id": 451,
                  "bbox_id": 3, "query": False}  # fmt: skip
    items = [DatasetItem(id="x", subset="train", media=blank, attributes=attributes)]
    Dataset.from_iterable(items).export(str(tmp_path), "market1501", save_media=True)
    assert read(pack(tmp_path), NAME, TARGET).document.tags == [tag(2, "0002", 0, 1, 451, 3)]


def test_the_layout_as_published() -> None:
    names = ["0002_c1s1_000451_03.jpg", "-1_c2s1_000001_00.jpg", "0003_c6s3_000001_01.jpg"]
    body = zipped({f"Market-1501-v15.09.15/bounding_box_train/{names[0]}": b"",
                   f"Market-1501-v15.09.15/bounding_box_test/{names[1]}": b"",
                   f"Market-1501-v15.09.15/query/{names[2]}": b""})  # fmt: skip
    found = read(body, NAME, Target((LABEL,), photos(names))).document.tags
    assert sorted(found, key=lambda one: one.frame) == [
        tag(0, "0002", 0, 1, 451, 3), tag(1, "-1", 1, 1, 1, 0),
        tag(2, "0003", 5, 3, 1, 1, query=True),
    ]  # fmt: skip
    only = Target((LABEL,), photos(names), subset="test")
    assert [one.frame for one in read(body, NAME, only).document.tags] == [1]


REFUSED = {
    "no zip": (b"a.jpg", "is not a Market-1501 dataset: it has no images_"),
    "another format": (zipped({"train/a.jpg": b""}), "is not a Market-1501 dataset"),
    "cut off": (zipped({"images_a.txt": "query/a.jpg"})[:-30], "is not a complete ZIP archive"),
    "no path": (
        zipped({"images_a.txt": "query/a.jpg\na.jpg"}),
        r"x\.zip/images_a\.txt, line 2: is not an image in bounding_box_",
    ),
    "not UTF-8": (zipped({"images_a.txt": b"\xff"}), "line 1: is not text in UTF-8"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_another_file_is_refused(case: str) -> None:
    body, message = REFUSED[case]
    with pytest.raises(BadDataset, match=message):
        read(body, NAME, TARGET, "x.zip")


def test_labels_and_images_that_are_missing_are_told() -> None:
    body = zipped({"images_a.txt": "query/1_c1s1_000001_00.jpg\n"})
    found = read(body, NAME, TARGET)
    assert found.report.examples == {"image is not in the task": ["1_c1s1_000001_00.jpg"]}
    with pytest.raises(BadDataset, match='none of its labels \\("market-1501"\\)'):
        read(body, NAME, Target((OTHER,), FRAMES))


@given(st.binary(max_size=200))
def test_noise_is_refused(body: bytes) -> None:
    with pytest.raises(BadDataset):
        read(body, NAME, TARGET)
