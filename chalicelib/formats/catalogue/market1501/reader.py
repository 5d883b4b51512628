"""Market-1501 1.0: a tag for each image, with what its name tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname, join, splitext

import msgspec

from chalicelib.annotations.model.document import Tag
from chalicelib.formats.catalogue.market1501.names import (
    BOXES,
    DEFAULTS,
    LABEL,
    LISTS,
    QUERY,
    told,
)
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.beside import frame_beside
from chalicelib.formats.importing.labels_in import always
from chalicelib.formats.importing.lines import numbered_lines
from chalicelib.formats.importing.matching import NOT_IN_TASK, FrameMatcher
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of

SOURCE = "file"
PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")
_FOLDER = re.compile(rf"(?:^|.*/)(?:{BOXES}([^/]*)|{QUERY})/(.+)$")


class Named(msgspec.Struct, gc=False):
    """An image. `path`: below the folder of its subset; `file`: of the upload, if it has it."""

    subset: str
    path: str
    file: str
    is_query: bool
    where: str


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    names = Vocabulary(target.labels, sink.report)
    for named in _named(upload):
        known = told(basename(splitext(named.path)[0]))
        if known is None or target.subset not in (None, named.subset):
            continue
        label = names.label(LABEL, named.where)
        if label is None:
            continue
        values, rest = known
        frame = _frame(target.matcher, named.path, rest)
        if isinstance(frame, str):
            sink.report.skip(frame, named.path)
            continue
        query = "true" if named.is_query else "false"
        given = names.values(label, {**values, QUERY: query}.items())
        sink.add(
            Tag(
                frame=frame.number,
                label_id=label.id,
                source=SOURCE,
                attributes=values_of(given),
            )
        )


def pictures(upload: Upload) -> Iterator[Picture]:
    """Images that are there. See `reading.Pictures`."""
    for named in _named(upload):
        if named.file in upload:
            yield Picture(named.subset, named.path, named.file)


READER = Reader(read, pictures, always(LABEL, *DEFAULTS, QUERY))


def _frame(matcher: FrameMatcher, path: str, rest: str) -> Frame | str:
    """The frame of an image: of its whole name, or of what follows what the name tells."""
    frame = frame_beside(matcher, path)
    if frame != NOT_IN_TASK or not rest:
        return frame
    return frame_beside(matcher, join(dirname(path), rest.removeprefix("_") + splitext(path)[1]))


def _named(upload: Upload) -> Iterator[Named]:
    """Images that are listed, or in the folders that the format has. Raises BadDataset."""
    lists = [one for one in upload.files(".txt") if basename(one).startswith(LISTS)]
    images = [file for file in upload.files(*PICTURES) if _FOLDER.match(file)]
    if not lists and not images:
        raise BadDataset(
            upload.name,
            f"is not a Market-1501 dataset: it has no {LISTS}*.txt, and no images in {BOXES}*",
        )
    if not lists:
        for file in images:
            yield _image(file, file, file, None)
    for one in lists:
        folder = dirname(one)
        subset = basename(one).removeprefix(LISTS).removesuffix(".txt")
        for number, line in numbered_lines(upload, one):
            if line.strip():
                where = f"{upload.place(one)}:{number}"
                if not _FOLDER.match(line.strip()):
                    raise BadDataset(
                        upload.place(one), f"is not an image in {BOXES}*", f"line {number}"
                    )
                yield _image(line.strip(), join(folder, line.strip()), where, subset)


def _image(path: str, file: str, where: str, subset: str | None) -> Named:
    found = _FOLDER.match(path)
    assert found is not None
    is_query = found[1] is None
    return Named(subset or found[1] or QUERY, found[2], file, is_query, where)
