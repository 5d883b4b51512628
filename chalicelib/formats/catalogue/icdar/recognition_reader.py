"""ICDAR Recognition 1.0: what is written on whole images."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname, join

import msgspec

from chalicelib.annotations.model.document import Tag
from chalicelib.formats.catalogue.icdar.texts import LABEL, TEXT, unquoted
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.beside import frame_beside
from chalicelib.formats.importing.labels_in import always
from chalicelib.formats.importing.lines import numbered_lines
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of

SOURCE = "file"
LISTS = "gt.txt"
_LINE = re.compile(r"^(?P<image>.*?\.\w+)\s*,\s*(?P<text>.*)$")


class Word(msgspec.Struct, gc=False):
    """A line. `file`: of the image; `text`: "" if nothing is known."""

    subset: str
    name: str
    file: str
    text: str
    where: str


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    names = Vocabulary(target.labels, sink.report)
    for word in _words(upload):
        if not word.text or target.subset not in (None, word.subset):
            continue
        label = names.label(LABEL, word.where)
        if label is None:
            continue
        frame = frame_beside(target.matcher, word.name)
        if isinstance(frame, str):
            sink.report.skip(frame, word.name)
            continue
        values = values_of(names.values(label, [(TEXT, word.text)]))
        sink.add(Tag(frame=frame.number, label_id=label.id, source=SOURCE, attributes=values))


def pictures(upload: Upload) -> Iterator[Picture]:
    """Images that are listed and there. See `reading.Pictures`."""
    seen: set[str] = set()
    for word in _words(upload):
        if word.file in upload and word.file not in seen:
            seen.add(word.file)
            yield Picture(word.subset, word.name, word.file)


READER = Reader(read, pictures, always(LABEL, TEXT))


def _words(upload: Upload) -> Iterator[Word]:
    """Lines of all lists. Raises BadDataset."""
    files = [file for file in upload.files(".txt") if basename(file) == LISTS]
    if not files:
        raise BadDataset(upload.name, f"is not an ICDAR dataset of words: it has no {LISTS}")
    for file in files:
        subset = basename(dirname(file))
        for number, line in numbered_lines(upload, file):
            if not line.strip():
                continue
            found = _LINE.match(line.strip())
            if found is None:
                raise BadDataset(upload.place(file), "is not an image and a text", f"line {number}")
            image = join(dirname(file), "images", found["image"])
            where = f"{upload.place(file)}:{number}"
            yield Word(subset, found["image"], image, unquoted(found["text"]), where)
