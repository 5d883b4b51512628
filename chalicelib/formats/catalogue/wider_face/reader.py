"""WiderFace 1.0: boxes below the paths of their images."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import isfinite

import msgspec

from chalicelib.annotations.model.document import Shape, Tag
from chalicelib.formats.catalogue.wider_face.writer import FACE, KNOWN
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.folders import NO_LABEL
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.beside import frame_beside
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of
from chalicelib.formats.labels import LabelSpec

SOURCE = "file"
PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")
_LISTS = re.compile(r"(?:^|/)wider_face_split/(?:wider_face_)?(.+?)(?:_bbx_gt|_filelist)?\.txt$")
_IMAGES = re.compile(r"(?:^|/)WIDER_([^/]+)/images/([^/]+)/(.+)$")
#: How attributes are written: levels, flags, or nothing.
_LEVEL = re.compile(r"^(?:-|True|False|-?\d+(?:\.\d+)?)$")


class Image(msgspec.Struct):
    """An image of a list. `boxes`: numbers of their lines, and their fields."""

    line: int
    path: str
    boxes: list[tuple[int, list[str]]]


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    lists = {file: found[1] for file in upload.files(".txt") if (found := _LISTS.search(file))}
    if not lists:
        raise BadDataset(
            upload.name, "is not a WIDER FACE dataset: it has no wider_face_split/*.txt"
        )
    reader = _Reader(target, sink)
    told = {subset for file, subset in lists.items() if file.endswith("_bbx_gt.txt")}
    for file, subset in lists.items():
        # Beside the boxes of a subset there may be a plain list of the same images.
        plain = subset in told and not file.endswith("_bbx_gt.txt")
        if target.subset in (None, subset) and not plain:
            with sink.report.of_file(upload.place(file)):
                for image in _images(upload, file):
                    reader.take(upload.place(file), image)


def pictures(upload: Upload) -> Iterator[Picture]:
    """Images of all subsets. See `reading.Pictures`."""
    for file in upload.files(*PICTURES):
        if found := _IMAGES.search(file):
            yield Picture(found[1], found[3], file)


READER = Reader(read, pictures)


class _Reader:
    def __init__(self, target: Target, sink: Sink) -> None:
        self._matcher = target.matcher
        self._sink = sink
        self._names = Vocabulary(target.labels, sink.report)

    def take(self, place: str, image: Image) -> None:
        """Take an image. Raises BadDataset."""
        folder, _, name = image.path.partition("/")
        frame = frame_beside(self._matcher, name)
        if folder != NO_LABEL:
            self._tag(f"{place}:{image.line}", folder.partition("--")[2] or folder, name, frame)
        for line, fields in image.boxes:
            try:
                points = _points(fields)
            except ValueError as error:
                raise BadDataset(place, str(error), f"line {line}") from None
            told, rest = fields[4:10], fields[10:]
            if len(told) < len(KNOWN) or not all(map(_LEVEL.match, told)):
                told, rest = [], fields[4:]
            label = self._names.label(" ".join(rest) or FACE, f"{place}:{line}")
            if label is None:
                continue
            if isinstance(frame, str):
                self._sink.report.skip(frame, name)
            else:
                self._sink.add(self._box(label, points, told, frame))

    def _tag(self, where: str, label_name: str, name: str, frame: Frame | str) -> None:
        label = self._names.label(label_name, where)
        if label is None:
            return
        if isinstance(frame, str):
            self._sink.report.skip(frame, name)
        else:
            self._sink.add(Tag(frame=frame.number, label_id=label.id, source=SOURCE))

    def _box(
        self, label: LabelSpec, points: list[float], told: Sequence[str], frame: Frame
    ) -> Shape:
        given = {name: value for name, value in zip(KNOWN, told, strict=False) if value != "-"}
        occluded = given.get("occluded", "0") not in ("0", "False")
        if all(spec.name != "occluded" for spec in label.attributes):
            given.pop("occluded", None)
        return Shape(
            type="rectangle",
            frame=frame.number,
            points=points,
            occluded=occluded,
            label_id=label.id,
            source=SOURCE,
            attributes=values_of(self._names.values(label, given.items())),
        )


def _points(fields: Sequence[str]) -> list[float]:
    if len(fields) < 4:
        raise ValueError(f"a box has at least 4 fields, not {len(fields)}")
    left, top, across, down = map(float, fields[:4])
    if not isfinite(left + top + across + down):
        raise ValueError("numbers must be finite")
    if across < 0 or down < 0:
        raise ValueError("a box of negative size")
    return [left, top, round(left + across, 2), round(top + down, 2)]


def _images(upload: Upload, file: str) -> Iterator[Image]:
    """The images of a list. Raises BadDataset."""
    lines = [line.strip() for line in upload.text(file).split("\n")]
    at = 0
    while at < len(lines):
        path = lines[at].replace("\\", "/")
        at += 1
        if not path:
            continue
        image = Image(at, path, [])
        if at < len(lines) and lines[at].isdecimal():
            count = int(lines[at])
            at += 1
            if count > len(lines) - at:
                raise BadDataset(upload.place(file), f"ends before its {count} boxes", f"line {at}")
            image.boxes = [(at + one + 1, lines[at + one].split()) for one in range(count)]
            at += count
            # Images without a box have a line of zeros all the same.
            if count == 0 and at < len(lines) and not lines[at].replace("0", "").strip():
                at += 1
        elif "/" not in path:
            raise BadDataset(upload.place(file), "is not the path of an image", f"line {at}")
        yield image
