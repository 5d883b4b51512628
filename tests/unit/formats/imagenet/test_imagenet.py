"""ImageNet 1.0: lists and folders, what is kept, what other programs read and write."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from datumaro import Dataset, DatasetItem, Image, Label
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model.document import Document, Tag
from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import LabelSpec
from tests.unit.formats import golden
from tests.unit.formats.datasets import CAT, DOG, export, photos, read, task
from tests.unit.formats.sample import FRAMES, LABELS, SHAPES, TAGS, source
from tests.unit.formats.unpacked import pack, photograph, unpack, zipped

NAME = "ImageNet 1.0"
NAMES = ["a.jpg", "b/c d.png", "e.x.png"]
TARGET = Target((CAT, DOG), photos(NAMES))


def facts(tags: list[Tag]) -> list[tuple[int, int]]:
    return [(one.frame, one.label_id) for one in tags]


def test_the_sample() -> None:
    body, report = export(source(), NAME)
    golden.check("imagenet", body)
    assert report.objects == len(TAGS)
    assert sum(report.skipped.values()) == len(SHAPES)
    assert report.converted == {"attributes were left out": 1}
    found = read(golden.archived("imagenet"), NAME, Target(LABELS, FRAMES))
    assert facts(found.document.tags) == facts(TAGS)


def test_images_are_in_the_folders_of_their_labels() -> None:
    tags = [Tag(frame=0, label_id=label) for label in (CAT.id, DOG.id)]
    body, report = export(task(photos(NAMES), Document(tags=tags), images=True), NAME)
    folder = DOG.name
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert sorted(archive.namelist()) == sorted([
            "cat/cat_a.jpg", f"{folder}/{folder}_a.jpg", "no_label/no_label_b/c d.png",
            "no_label/no_label_e.x.png",
        ])  # fmt: skip
        assert archive.read("cat/cat_a.jpg") == b"picture 0"
    assert report.objects == 2
    pictures = registry.importer(NAME).load().pictures
    listed = sorted(one.name for one in pictures(Upload(io.BytesIO(body), "x.zip")))
    assert listed == sorted(NAMES)


@pytest.mark.parametrize("images", [False, True])
@given(st.sets(st.tuples(st.integers(0, 2), st.sampled_from([CAT.id, DOG.id]))))
def test_tags_are_kept(images: bool, tags: set[tuple[int, int]]) -> None:
    document = Document(tags=[Tag(frame=at, label_id=label) for at, label in sorted(tags)])
    body, _ = export(task(photos(NAMES), document, images=images), NAME)
    back = read(body, NAME, TARGET)
    assert set(facts(back.document.tags)) == tags
    assert back.report.objects == len(tags)


def test_datumaro_finds_the_same(tmp_path: Path) -> None:
    document = Document(tags=[Tag(frame=0, label_id=DOG.id), Tag(frame=2, label_id=CAT.id)])
    body, _ = export(task(photos(NAMES), document), NAME)
    folder = unpack(body, tmp_path / "lists")
    (folder / "report.json").unlink(missing_ok=True)
    found = Dataset.import_from(str(folder), "imagenet_txt")
    assert {item.id: [one.label for one in item.annotations] for item in found} == {
        "a": [1], "b/c d": [], "e.x": [0],
    }  # fmt: skip
    body, _ = export(task(photos(["a.jpg", "b.jpg"]), document, images=True), NAME)
    folder = unpack(body, tmp_path / "folders")
    for path in folder.rglob("*.jpg"):
        photograph(path, 64, 48)
    found = Dataset.import_from(str(folder), "imagenet")
    assert sorted(item.id for item in found) == sorted(
        [f"{DOG.name}:{DOG.name}_a", "no_label:no_label_b"]
    )


@pytest.mark.parametrize("name", ["imagenet", "imagenet_txt"])
def test_what_datumaro_writes_is_read(name: str, tmp_path: Path) -> None:
    blank = Image.from_numpy(np.zeros((48, 64, 3), np.uint8))
    items = [DatasetItem(id="a", subset="train", media=blank, annotations=[Label(1)])]
    made = Dataset.from_iterable(items, categories=["cat", DOG.name])
    made.export(str(tmp_path), name, save_media=True)
    assert facts(read(pack(tmp_path), NAME, TARGET).document.tags) == [(0, DOG.id)]


@pytest.mark.parametrize("around", ["", "ILSVRC/Data/CLS-LOC/train/", "train/"])
def test_published_folders(around: str) -> None:
    """Names of images begin with the number of their class, as names of CVAT's exports do."""
    names = ["n01440764_10026.JPEG", "n01443537_10007.JPEG"]
    body = zipped({f"{around}{name.partition('_')[0]}/{name}": b"picture" for name in names})
    labels = (LabelSpec(1, "n01440764"), LabelSpec(2, "n01443537"))
    found = read(body, NAME, Target(labels, photos(names)))
    assert [(one.frame, one.label_id) for one in found.document.tags] == [(0, 1), (1, 2)]


def test_images_that_differ_in_their_label_alone_are_kept_apart() -> None:
    body = zipped({"n01/n01_7.JPEG": b"a fish", "n02/n02_7.JPEG": b"another fish"})
    pictures = registry.importer(NAME).load().pictures
    names = [one.name for one in pictures(Upload(io.BytesIO(body), "x.zip"))]
    assert names == ["n01_7.JPEG", "n02_7.JPEG"]
    labels = (LabelSpec(1, "n01"), LabelSpec(2, "n02"))
    assert facts(read(body, NAME, Target(labels, photos(names))).document.tags) == [(0, 1), (1, 2)]


REFUSED = {
    "no zip": (b"a.jpg 1", "is not an ImageNet dataset: it has no synsets.txt"),
    "another format": (zipped({"obj.data": "", "x/a.txt": ""}), "is not an ImageNet dataset"),
    "cut off": (zipped({"synsets.txt": "cat", "a.txt": "a.jpg 0"})[:-30], "not a complete ZIP"),
    "unknown number": (
        zipped({"synsets.txt": "cat", "train.txt": "a.jpg 0\nb.jpg 1"}),
        r"x\.zip/train\.txt, line 2: there is no label 1 in synsets\.txt",
    ),
    "no number": (
        zipped({"synsets.txt": "cat", "train.txt": "a.jpg cat"}), "cat. is not a whole number",
    ),
    "unknown label": (
        zipped({"synsets.txt": "cow", "train.txt": "a.jpg 0"}), 'none of its labels \\("cow"\\)',
    ),
    "not UTF-8": (
        zipped({"synsets.txt": "cat", "train.txt": b"a.jpg 0\n\xff 0"}), "line 2: is not text",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_another_file_is_refused(case: str) -> None:
    body, message = REFUSED[case]
    with pytest.raises(BadDataset, match=message):
        read(body, NAME, TARGET, "x.zip")


def test_images_that_are_missing_are_told() -> None:
    body = zipped({"synsets.txt": "cat", "train.txt": "zz.jpg 0\na.jpg 0 0\n"})
    found = read(body, NAME, TARGET)
    assert (found.report.objects, found.report.examples) == (
        1, {"image is not in the task": ["zz.jpg"]},
    )  # fmt: skip


@given(st.binary(max_size=200))
def test_noise_is_refused(body: bytes) -> None:
    with pytest.raises(BadDataset):
        read(body, NAME, TARGET)
