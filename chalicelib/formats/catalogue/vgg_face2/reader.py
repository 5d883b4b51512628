"""VGGFace2 1.0: a box and five landmarks of an image, from CVAT or as published."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from math import isfinite
from posixpath import basename, dirname

import msgspec

from chalicelib.annotations.model.document import Shape, Tag
from chalicelib.formats.catalogue.vgg_face2.writer import (
    BOX_COLUMNS,
    BOXES,
    LANDMARK_COLUMNS,
    LANDMARKS,
)
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.folders import NO_LABEL
from chalicelib.formats.importing.beside import frame_beside
from chalicelib.formats.importing.lines import numbered_lines
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary

SOURCE = "file"
PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")


class Row(msgspec.Struct):
    """A row of a table. `line`: in the file; `numbers`: none of an image without such a thing."""

    line: int
    label: str
    name: str
    numbers: list[float]


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    names = Vocabulary(target.labels, sink.report)
    for file, subset in _tables(upload).items():
        if target.subset not in (None, subset):
            continue
        with sink.report.of_file(upload.place(file)):
            for row in _rows(upload, file):
                if row.label == NO_LABEL and not row.numbers:
                    continue
                label = names.label(row.label, f"{upload.place(file)}:{row.line}")
                if label is None:
                    continue
                # Names have no extension, but may have dots.
                frame = frame_beside(target.matcher, f"{row.name}.jpg")
                if isinstance(frame, str):
                    sink.report.skip(frame, row.name)
                elif not row.numbers:
                    sink.add(Tag(frame=frame.number, label_id=label.id, source=SOURCE))
                else:
                    shape = Shape(
                        type="points", frame=frame.number, points=row.numbers,
                        label_id=label.id, source=SOURCE,
                    )  # fmt: skip
                    if len(row.numbers) == len(BOX_COLUMNS) - 1:
                        left, top, across, down = row.numbers
                        shape.type = "rectangle"
                        shape.points = [
                            left, top, round(left + across, 2), round(top + down, 2),
                        ]  # fmt: skip
                    sink.add(shape)


def pictures(upload: Upload) -> Iterator[Picture]:
    """Images in `<subset>/<label>`, each once. See `reading.Pictures`."""
    tables = _tables(upload)
    root = dirname(dirname(next(iter(tables))))
    start = f"{root}/" if root else ""
    subsets = set(tables.values())
    seen: set[tuple[str, str]] = set()
    for file in upload.files(*PICTURES):
        subset, _, path = file.removeprefix(start).partition("/")
        name = path.partition("/")[2]
        if file.startswith(start) and subset in subsets and name and (subset, name) not in seen:
            seen.add((subset, name))
            yield Picture(subset, name, file)


READER = Reader(read, pictures)


def _tables(upload: Upload) -> dict[str, str]:
    """Tables with their subsets. Raises BadDataset if there are none."""
    found = {}
    for file in upload.files(".csv"):
        for head in (BOXES, LANDMARKS):
            if basename(file).startswith(head):
                found[file] = basename(file).removeprefix(head)[: -len(".csv")]
    if not found:
        raise BadDataset(
            upload.name,
            "is not a VGGFace2 dataset: it has no bb_landmark/loose_bb_*.csv or "
            "bb_landmark/loose_landmark_*.csv",
        )
    return found


def _rows(upload: Upload, file: str) -> Iterator[Row]:
    """The rows of a table. Raises BadDataset."""
    wanted = BOX_COLUMNS if basename(file).startswith(BOXES) else LANDMARK_COLUMNS
    place = upload.place(file)
    table = csv.reader((line for _, line in numbered_lines(upload, file)), strict=True)
    seen: set[str] = set()
    try:
        if (head := next(table, None)) is None or tuple(head) != wanted:
            raise BadDataset(place, f"its columns are not {', '.join(wanted)}", "line 1")
        for fields in table:
            if not fields:
                continue
            try:
                row = _row(table.line_num, fields, len(wanted))
            except ValueError as error:
                raise BadDataset(place, str(error), f"line {table.line_num}") from None
            if row.numbers and fields[0] in seen:
                trouble = f'image "{fields[0]}" occurs twice'
                raise BadDataset(place, trouble, f"line {table.line_num}")
            if row.numbers:
                seen.add(fields[0])
            yield row
    except csv.Error as error:
        raise BadDataset(place, str(error), f"line {table.line_num}") from None


def _row(line: int, fields: list[str], wanted: int) -> Row:
    label, slash, name = fields[0].partition("/")
    if not slash:
        raise ValueError(f'"{fields[0]}" is not a label and the name of an image')
    if not any(fields[1:]):
        return Row(line, label, name, [])
    if len(fields) != wanted:
        raise ValueError(f"a line has {wanted} fields, not {len(fields)}")
    numbers = list(map(float, fields[1:]))
    if not isfinite(sum(numbers)):
        raise ValueError("numbers must be finite")
    if wanted == len(BOX_COLUMNS) and (numbers[2] < 0 or numbers[3] < 0):
        raise ValueError("a box of negative size")
    return Row(line, label, name, numbers)
