"""ImageNet 1.0: lists of images with numbers of labels, or images in folders of their labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from chalicelib.annotations.model.document import Tag
from chalicelib.formats.catalogue.imagenet.writer import SYNSETS
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.folders import NO_LABEL
from chalicelib.formats.importing.beside import frame_beside
from chalicelib.formats.importing.lines import numbered_lines
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary

SOURCE = "file"
PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".gif")
_LINE = re.compile(r'^\s*(?:"(?P<stem>[^"]*)"(?P<extension>\S*)|(?P<path>\S+))(?P<numbers>.*)$')


class Shown(msgspec.Struct, gc=False):
    """An image and what it shows.

    Attributes:
        file: of the upload, if it has it.
        where: for messages.
        published: what the image is called if its name begins with its label, as published ones do.
    """

    subset: str
    name: str
    file: str
    labels: Sequence[str]
    where: str
    published: str = ""


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    names = Vocabulary(target.labels, sink.report)
    taken: set[tuple[int, int]] = set()
    for shown in _shown(upload):
        if not shown.labels or target.subset not in (None, shown.subset):
            continue
        frame = frame_beside(target.matcher, shown.name)
        if isinstance(frame, str) and shown.published:
            frame = frame_beside(target.matcher, shown.published)
        for name in shown.labels:
            label = names.label(name, shown.where)
            if label is None:
                continue
            if isinstance(frame, str):
                sink.report.skip(frame, shown.name)
            elif (frame.number, label.id) not in taken:
                taken.add((frame.number, label.id))
                sink.add(Tag(frame=frame.number, label_id=label.id, source=SOURCE))


def pictures(upload: Upload) -> Iterator[Picture]:
    """Images that are there, each once. See `reading.Pictures`."""
    seen: set[str] = set()
    for shown in _shown(upload):
        if shown.file in upload and shown.name not in seen:
            seen.add(shown.name)
            yield Picture(shown.subset, shown.name, shown.file)


READER = Reader(read, pictures)


def _shown(upload: Upload) -> Iterator[Shown]:
    """Images, from lists if there are any. Raises BadDataset if there are neither."""
    synsets = [file for file in upload.files(".txt") if f"/{file}".endswith(f"/{SYNSETS}")]
    if synsets:
        yield from _in_lists(upload, synsets[0])
        return
    images = [file for file in upload.files(*PICTURES) if "/" in file]
    if not images:
        raise BadDataset(
            upload.name,
            f"is not an ImageNet dataset: it has no {SYNSETS}, and no images in folders of labels",
        )
    named = [(file, *_label_and_path(file)) for file in images]
    published = _as_published(upload, named)
    for file, label, path in named:
        name = path if published else path.removeprefix(f"{label}_")
        labels = [] if label == NO_LABEL else [label]
        yield Shown("", name, file, labels, file, path if path != name else "")


def _label_and_path(file: str) -> tuple[str, str]:
    """The folder that an image is named after, whatever is around it, and the path in there."""
    parts = file.split("/")
    for at, (folder, inside) in enumerate(pairwise(parts), 1):
        if inside.startswith(f"{folder}_"):
            return folder, "/".join(parts[at:])
    return parts[0], "/".join(parts[1:])


def _as_published(upload: Upload, named: Sequence[tuple[str, str, str]]) -> bool:
    """Whether labels belong to the names of images: without them, different ones were alike.

    Exports put an image of several labels into the folder of each, where it is as large.
    """
    sizes: dict[str, int] = {}
    for file, label, path in named:
        name, size = path.removeprefix(f"{label}_"), upload.size(file)
        if sizes.setdefault(name, size) != size:
            return True
    return False


def _in_lists(upload: Upload, synsets: str) -> Iterator[Shown]:
    folder = synsets.removesuffix(SYNSETS)
    labels = [line.strip("\r") for line in upload.text(synsets).split("\n")]
    for file in upload.files(".txt"):
        if file == synsets or not file.startswith(folder) or "/" in file.removeprefix(folder):
            continue
        subset = file.removeprefix(folder).removesuffix(".txt")
        for number, line in numbered_lines(upload, file):
            if line.strip():
                name, known = _line(upload, file, number, line, labels)
                where = f"{upload.place(file)}:{number}"
                yield Shown(subset, name, f"{folder}images/{name}", known, where)


def _line(
    upload: Upload, file: str, number: int, line: str, labels: Sequence[str]
) -> tuple[str, Sequence[str]]:
    """The image and the labels of a line. Raises BadDataset."""
    found = _LINE.match(line)
    try:
        if found is None:
            raise ValueError("is not an image and numbers of labels")
        numbers = list(map(int, found["numbers"].split()))
    except ValueError as error:
        raise BadDataset(upload.place(file), str(error), f"line {number}") from None
    strange = [one for one in numbers if not 0 <= one < len(labels) or not labels[one]]
    if strange:
        raise BadDataset(
            upload.place(file), f"there is no label {strange[0]} in {SYNSETS}", f"line {number}"
        )
    name = found["path"] or f"{found['stem']}{found['extension']}"
    return name, [labels[one] for one in numbers]
