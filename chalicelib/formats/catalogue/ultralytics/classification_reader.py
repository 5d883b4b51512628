"""Ultralytics YOLO Classification 1.0: the folder of an image says what it shows.

Where CVAT's `labels.json` is beside the folders of a subset, it says so instead, also of images
that are not in the archive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from chalicelib.annotations.model.document import Tag
from chalicelib.formats.catalogue.ultralytics.classification_writer import (
    LABELS_FILE,
    Labelled,
)
from chalicelib.formats.catalogue.ultralytics.listing import PICTURES
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.folders import NO_LABEL
from chalicelib.formats.importing.beside import frame_beside
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary

SOURCE = "file"
#: Bytes of the largest `labels.json`.
MAX_JSON = 128 << 20
#: Folders that tell which level of folders subsets are.
SPLITS = frozenset({"train", "val", "test", "valid"})

_decoder = msgspec.json.Decoder(dict[str, Labelled])


class Shown(msgspec.Struct, gc=False):
    """An image and what it shows. `file`: of the upload, which may lack it."""

    subset: str
    name: str
    file: str
    labels: list[str]


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    names = Vocabulary(target.labels, sink.report)
    for shown in _shown(upload):
        if target.subset not in (None, shown.subset) or not shown.labels:
            continue
        frame = frame_beside(target.matcher, shown.name)
        for name in shown.labels:
            label = names.label(name, shown.file)
            if label is None:
                continue
            if isinstance(frame, str):
                sink.report.skip(frame, shown.name)
            else:
                sink.add(Tag(frame=frame.number, label_id=label.id, source=SOURCE))


def pictures(upload: Upload) -> Iterator[Picture]:
    """Images that are there. See `reading.Pictures`."""
    for shown in _shown(upload):
        if shown.file in upload:
            yield Picture(shown.subset, shown.name, shown.file)


READER = Reader(read, pictures)


def _shown(upload: Upload) -> Iterator[Shown]:
    """Images of all subsets. Raises BadDataset if there is nothing of the kind."""
    listed = [file for file in upload.files(".json") if file.rpartition("/")[2] == LABELS_FILE]
    folders = tuple(file.removesuffix(LABELS_FILE) for file in listed)
    images = [
        file
        for file in upload.files(*PICTURES)
        if file.count("/") >= 2 and not (folders and file.startswith(folders))
    ]
    depth = _depth(images)
    images = [file for file in images if file.count("/") >= depth + 2]
    if not listed and not images:
        raise BadDataset(
            upload.name,
            "is not a dataset for classification: it has no images in folders of subsets and "
            f"labels, and no {LABELS_FILE}",
        )
    for file in listed:
        yield from _in_file(upload, file)
    yield from _in_folders(images, depth)


def _in_file(upload: Upload, file: str) -> Iterator[Shown]:
    try:
        content = _decoder.decode(upload.read(file, MAX_JSON))
    except msgspec.ValidationError as error:
        raise BadDataset(upload.place(file), f"does not list images: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadDataset(upload.place(file), f"is not JSON: {error}") from None
    folder = file.removesuffix(LABELS_FILE)
    subset = folder.rstrip("/").rpartition("/")[2]
    for shown in content.values():
        name = shown.path.partition("/")[2]
        yield Shown(subset, name, folder + shown.path, shown.labels)


def _in_folders(images: Sequence[str], depth: int) -> Iterator[Shown]:
    for file in images:
        subset, label, name = file.split("/", depth + 2)[depth:]
        yield Shown(subset, name, file, [] if label == NO_LABEL else [label])


def _depth(images: Sequence[str]) -> int:
    """Folders around those of the subsets, as archives of a whole dataset's folder have them."""
    folders = [file.split("/")[:-1] for file in images]
    for depth in range(min(map(len, folders), default=0)):
        level = {one[depth] for one in folders}
        if level <= SPLITS:
            return depth
        if len(level) > 1:
            break
    return 0
