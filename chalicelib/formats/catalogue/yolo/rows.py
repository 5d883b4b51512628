"""Lines of numbers, the first of them a class, as the whole family of formats has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import NoReturn

import msgspec

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.report import Report

#: Bytes of the largest file of one image's labels.
MAX_LABELS = 16 << 20
#: Pixels that a shape may reach beyond the image without being noted: writers round.
SLACK = 1.0
BEYOND = "shape beyond the image was kept as it is"


class Row(msgspec.Struct, gc=False):
    """A line. `number`: of the line, from 1; `fields`: the class among them."""

    number: int
    fields: list[str]


class LabelFile:
    """A file of an image's labels."""

    def __init__(self, upload: Upload, file: str) -> None:
        self._upload = upload
        self._file = file
        self.place = upload.place(file)

    def rows(self) -> list[Row]:
        """Lines that are not empty. Raises BadDataset."""
        lines = self._upload.text(self._file, MAX_LABELS).split("\n")
        split = enumerate(map(str.split, lines), 1)
        return [Row(number, fields) for number, fields in split if fields]

    def numbers(self, row: Row, fields: Sequence[str]) -> list[float]:
        """Fields of a line as finite numbers. Raises BadDataset."""
        try:
            values = list(map(float, fields))
        except ValueError as error:
            self.refuse(row, str(error))
        if not isfinite(sum(values)):
            self.refuse(row, "numbers must be finite")
        return values

    def refuse(self, row: Row, trouble: str) -> NoReturn:
        """Refuse the dataset because of a line."""
        raise BadDataset(self.place, trouble, f"line {row.number}")

    def where(self, row: Row) -> str:
        """What reports call a line."""
        return f"{self.place}:{row.number}"


class Classes:
    """What the numbers of classes mean.

    Attributes:
        known: labels of the numbers that have been met, as text.
    """

    def __init__(self, names: Mapping[int, str], vocabulary: Vocabulary) -> None:
        self._names = names
        self._vocabulary = vocabulary
        self.known: dict[str, LabelSpec] = {}

    def label(self, file: LabelFile, row: Row) -> LabelSpec | None:
        """The label of a line; without one, the line is reported as left out. Raises BadDataset."""
        text = row.fields[0]
        known = self.known.get(text)
        if known is not None:
            return known
        name = self._names.get(_class(file, row))
        if name is None:
            file.refuse(row, f"there is no class {text}: the dataset has {len(self._names)}")
        found = self._vocabulary.label(name, file.where(row))
        if found is not None:
            self.known[text] = found
        return found


def note_beyond(
    report: Report, points: Sequence[float], width: int, height: int, where: str
) -> None:
    """Note a shape of flat x, y pairs that reaches beyond its image."""
    xs, ys = points[::2], points[1::2]
    if min(xs) < -SLACK or min(ys) < -SLACK or max(xs) > width + SLACK or max(ys) > height + SLACK:
        report.convert(BEYOND, where)


def _class(file: LabelFile, row: Row) -> int:
    text = row.fields[0]
    try:
        return int(text)
    except ValueError:
        # Some tools write all numbers alike.
        whole = text.partition(".")
        if whole[0].isdecimal() and not whole[2].strip("0"):
            return int(whole[0])
        file.refuse(row, f'class "{text}" is not a whole number')
