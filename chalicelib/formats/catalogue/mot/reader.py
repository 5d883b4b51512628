"""MOT 1.1: boxes of tracks frame by frame, from CVAT or as MOTChallenge publishes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from posixpath import dirname
from typing import NoReturn

import msgspec

from chalicelib.annotations.model.document import AttributeValue, Shape
from chalicelib.formats.catalogue.mot.numbering import named_numbers
from chalicelib.formats.catalogue.mot.writer import IGNORED, VISIBILITY
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.appearances import Appearances
from chalicelib.formats.importing.matching import NOT_IN_TASK
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary
from chalicelib.formats.labels import LabelSpec

SOURCE = "file"
#: Bytes of the longest line.
MAX_LINE = 4096
#: Fields that a line has at least: up to the height of its box.
LEAST = 6
#: Classes of MOT16, MOT17 and MOT20, in the order of their numbers, where no file names them.
CLASSES = (
    "pedestrian", "person on vehicle", "car", "bicycle", "motorbike", "non motorized vehicle",
    "static person", "distractor", "occluder", "occluder on the ground", "occluder full",
    "reflection",
)  # fmt: skip
#: What confidence, class and visibility are where a line ends before them.
ENDS = (1.0, -1.0, 1.0)
NO_CLASS = "object has no class"
UNIGNORED = "mark of what to ignore was left out"
PARTLY = "visibility became occluded or not"
PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")


class Line(msgspec.Struct, gc=False):
    """A line. `box`: left, top, width and height in pixels; `number`: of the line, from 1."""

    number: int
    frame: int
    track: int
    box: tuple[float, float, float, float]
    confidence: float
    label: int
    visibility: float


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    file = _truth(upload)
    reader = _Reader(upload, file, target, sink)
    with sink.report.of_file(upload.place(file)):
        for line in _lines(upload, file):
            reader.take(line)
        reader.finish()


def pictures(upload: Upload) -> Iterator[Picture]:
    """Images of the sequence. See `reading.Pictures`."""
    folder = dirname(dirname(_truth(upload)))
    start = f"{folder}/img1/".lstrip("/")
    for file in upload.files(*PICTURES):
        if file.startswith(start):
            yield Picture("", file.removeprefix(start), file)


READER = Reader(read, pictures)


class _Reader:
    """Takes lines and keeps tracks until all their lines are known."""

    def __init__(self, upload: Upload, file: str, target: Target, sink: Sink) -> None:
        self._place = upload.place(file)
        self._sink = sink
        self._labels = target.labels
        self._names = _class_names(upload, file)
        self._vocabulary = Vocabulary(target.labels, sink.report)
        self._known: dict[int, LabelSpec] = {}
        self._frames = _numbered(target)
        self._appearances = Appearances(target.frames)

    def take(self, line: Line) -> None:
        """Take a line. Raises BadDataset."""
        label = self._known.get(line.label) or self._label(line)
        if label is None:
            return
        frame = self._frames.get(line.frame)
        if frame is None:
            self._sink.report.skip(NOT_IN_TASK, f"frame {line.frame}")
            return
        left, top, across, down = line.box
        fixed, mutable = self._values(label, line)
        shape = Shape(
            type="rectangle",
            frame=frame.number,
            points=[left, top, round(left + across, 2), round(top + down, 2)],
            occluded=line.visibility <= 0,
            label_id=label.id,
            source=SOURCE,
            attributes=mutable,
        )
        if line.track <= 0:
            shape.attributes = fixed + mutable
            self._sink.add(shape)
            return
        try:
            self._appearances.add(line.track, shape, fixed)
        except ValueError as error:
            raise BadDataset(self._place, str(error), f"line {line.number}") from None

    def finish(self) -> None:
        """Give the tracks to the sink."""
        for track in self._appearances.tracks():
            self._sink.add(track)

    def _label(self, line: Line) -> LabelSpec | None:
        if line.label <= 0:
            # MOT15 has no classes; where there is one label only, it is meant.
            if len(self._labels) == 1:
                return self._labels[0]
            self._sink.report.skip(NO_CLASS, f"{self._place}:{line.number}")
            return None
        if line.label > len(self._names):
            raise BadDataset(
                self._place,
                f"there is no class {line.label}: the dataset has {len(self._names)}",
                f"line {line.number}",
            )
        found = self._vocabulary.label(self._names[line.label - 1], f"{self._place}:{line.number}")
        if found is not None:
            self._known[line.label] = found
        return found

    def _values(
        self, label: LabelSpec, line: Line
    ) -> tuple[list[AttributeValue], list[AttributeValue]]:
        """Values of the attributes that the format has, if the label has them: fixed, mutable."""
        fixed: list[AttributeValue] = []
        mutable: list[AttributeValue] = []
        told = set()
        for spec in label.attributes:
            if spec.name in (IGNORED, VISIBILITY):
                told.add(spec.name)
                value = f"{line.visibility:g}"
                if spec.name == IGNORED:
                    value = "true" if line.confidence == 0 else "false"
                (mutable if spec.mutable else fixed).append(AttributeValue(spec.id, value))
        where = f"{self._place}:{line.number}"
        if line.confidence == 0 and IGNORED not in told:
            self._sink.report.convert(UNIGNORED, where)
        if 0 < line.visibility < 1 and VISIBILITY not in told:
            self._sink.report.convert(PARTLY, where)
        return fixed, mutable


def _truth(upload: Upload) -> str:
    """The file of annotations. Raises BadDataset."""
    found = [file for file in upload.files(".txt") if f"/{file}".endswith("/gt/gt.txt")]
    if not found:
        raise BadDataset(upload.name, "is not a MOT dataset: it has no gt/gt.txt file")
    if len(found) > 1:
        raise BadDataset(
            upload.name,
            f"has several sequences, a task is one of them: {', '.join(found[:3])}",
        )
    return found[0]


def _class_names(upload: Upload, truth: str) -> Sequence[str]:
    file = f"{dirname(truth)}/labels.txt"
    if file not in upload:
        return CLASSES
    return [line.strip("\r") for line in upload.text(file).split("\n")]


def _numbered(target: Target) -> Mapping[int, Frame]:
    """Frames by the numbers that they have in datasets."""
    named = named_numbers(target.frames)
    if named is not None:
        return named
    return {frame.number - target.start + 1: frame for frame in target.frames}


def _lines(upload: Upload, file: str) -> Iterator[Line]:
    """The lines of a file. Raises BadDataset."""
    with upload.open(file) as stream:
        number = 0
        while raw := stream.readline(MAX_LINE + 1):
            number += 1
            if len(raw) > MAX_LINE:
                _refuse(upload, file, number, f"is longer than {MAX_LINE} bytes")
            if raw.strip(b" \r\n\t\xef\xbb\xbf"):
                yield _line(upload, file, number, raw)


def _line(upload: Upload, file: str, number: int, raw: bytes) -> Line:
    try:
        fields = raw.decode("utf-8-sig").split(",")
        if len(fields) < LEAST:
            _refuse(upload, file, number, f"a line has at least {LEAST} fields, not {len(fields)}")
        left, top, across, down = map(float, fields[2:LEAST])
        # Files of different years end earlier or later.
        more = [float(field) for field in fields[LEAST:9]]
        confidence, label, visibility = (*more, *ENDS[len(more) :])
        frame, track = int(float(fields[0])), int(float(fields[1]))
    except (ValueError, OverflowError) as error:
        _refuse(upload, file, number, str(error))
    if not isfinite(left + top + across + down + confidence + label + visibility):
        _refuse(upload, file, number, "numbers must be finite")
    if across < 0 or down < 0:
        _refuse(upload, file, number, "a box of negative size")
    return Line(
        number, frame, track, (left, top, across, down), confidence, round(label), visibility
    )


def _refuse(upload: Upload, file: str, number: int, trouble: str) -> NoReturn:
    raise BadDataset(upload.place(file), trouble, f"line {number}")
