"""Images inside of records become frames of a project's tasks."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from chalicelib.annotations.model.document import Document
from chalicelib.formats import registry
from chalicelib.formats.catalogue.tfrecord.example import encoded
from chalicelib.formats.catalogue.tfrecord.records import record
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.upload import Upload
from chalicelib.media import files
from functions.dataset_import import pictures
from tests.unit.formats.datasets import export, photos, task
from tests.unit.formats.importing.test_project_dataset import png

NAME = "TFRecord 1.0"
READER = registry.importer(NAME).load()


def example(name: str, image: bytes, kind: bytes = b"png") -> bytes:
    features: dict[str, Any] = {"image/filename": [name.encode()], "image/format": [kind]}
    if image:
        features["image/encoded"] = [image]
    return record(encoded(features))


def zipped(**members: bytes) -> Upload:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return Upload(sink, "dataset.zip")


def copied(upload: Upload, subset: str) -> dict[str, bytes]:
    """Pictures of a subset as they are in the bucket, by name."""
    listed = pictures.by_subset(READER, upload, 1 << 30)[subset]
    found, count = pictures.copy(upload, 7, "attempt", listed)
    assert count == len(listed)
    return {file.name: files.read(file) for file in found}


@pytest.mark.usefixtures("table", "bucket")
def test_images_of_many_examples_in_one_file_are_found() -> None:
    images = {f"{number}.png": png(number) for number in range(5)}
    records = [example(name, image) for name, image in images.items()]
    # An example without an image, and one whose name has no extension.
    records[2:2] = [example("gone.png", b""), example("plain", png(9))]
    shards = {"train.tfrecord-00000-of-00002": records[:4], "train.tfrecord-00001-of-00002":
              records[4:], "val.record": [example("0.png", png(33))]}  # fmt: skip
    upload = zipped(**{name: b"".join(bodies) for name, bodies in shards.items()})
    listed = pictures.by_subset(READER, upload, 1 << 30)
    assert {subset: len(found) for subset, found in listed.items()} == {"train": 6, "val": 1}
    assert copied(upload, "train") == {**images, "plain.png": png(9)}
    assert copied(upload, "val") == {"0.png": png(33)}


@pytest.mark.usefixtures("table", "bucket")
def test_our_own_export_has_all_its_images() -> None:
    frames = photos(["a.jpg", "deep/a.png"])
    source = task(frames, Document(), images=True)
    upload = Upload(io.BytesIO(export(source, NAME)[0]), "dataset.zip")
    assert copied(upload, "default") == {"a.jpg": b"picture 0", "deep/a.png": b"picture 1"}


def test_records_without_images_make_no_task() -> None:
    upload = zipped(**{"train.tfrecord": example("a.png", b"")})
    with pytest.raises(BadDataset, match="has no images in it"):
        pictures.by_subset(READER, upload, 1 << 30)


def test_records_that_are_cut_off_are_refused() -> None:
    upload = zipped(**{"train.tfrecord": example("a.png", png(1))[:-9]})
    with pytest.raises(BadDataset, match=r"dataset.zip/train.tfrecord, record 0: is cut off"):
        pictures.by_subset(READER, upload, 1 << 30)
