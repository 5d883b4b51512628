"""LFW 1.0: tags of people with their pairs, and landmarks, from CVAT or as published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite
from posixpath import basename, dirname, join

import msgspec

from chalicelib.annotations.model.document import Shape, Tag
from chalicelib.formats.catalogue.lfw.writer import LANDMARKS, NEGATIVE, PAIRS, POSITIVE
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.beside import frame_beside, stem_of
from chalicelib.formats.importing.lines import numbered_lines
from chalicelib.formats.importing.matching import NOT_IN_TASK
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of

SOURCE = "file"
PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")
NO_PERSON = "landmarks of nobody who has a label"


class Face(msgspec.Struct):
    """An image of a person, and names of images that it is paired with."""

    where: str
    positive: list[str] = []
    negative: list[str] = []


#: Images by person and by number or name.
Faces = dict[tuple[str, str], Face]


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    names = Vocabulary(target.labels, sink.report)
    for file in _pair_files(upload):
        subset = basename(dirname(dirname(file)))
        if target.subset not in (None, subset):
            continue
        with sink.report.of_file(upload.place(file)):
            for (person, image), face in _faces(upload, file).items():
                label = names.label(person, face.where)
                frame = _frame(target, person, image)
                if label is None:
                    continue
                if isinstance(frame, str):
                    sink.report.skip(frame, _name(person, image))
                    continue
                pairs = {POSITIVE: ", ".join(face.positive), NEGATIVE: ", ".join(face.negative)}
                given = {name: text for name, text in pairs.items() if text}
                values = values_of(names.values(label, given.items()))
                sink.add(
                    Tag(frame=frame.number, label_id=label.id, source=SOURCE, attributes=values)
                )
        landmarks = join(dirname(file), LANDMARKS)
        if landmarks in upload:
            with sink.report.of_file(upload.place(landmarks)):
                _read_landmarks(upload, landmarks, target, names, sink)


def pictures(upload: Upload) -> Iterator[Picture]:
    """Images in `<subset>/images`, below their people or not. See `reading.Pictures`."""
    for file in _pair_files(upload):
        root = dirname(dirname(file))
        people = {person for person, _ in _faces(upload, file)}
        for image in upload.files(*PICTURES):
            start = join(root, "images/")
            if image.startswith(start):
                path = image.removeprefix(start)
                person, _, name = path.partition("/")
                yield Picture(basename(root), name if person in people else path, image)


READER = Reader(read, pictures)


def _pair_files(upload: Upload) -> list[str]:
    found = [one for one in upload.files(".txt") if f"/{one}".endswith(f"/annotations/{PAIRS}")]
    if not found:
        raise BadDataset(upload.name, f"is not an LFW dataset: it has no annotations/{PAIRS}")
    return found


def _faces(upload: Upload, file: str) -> Faces:
    """Images of a list, each once. Raises BadDataset."""
    faces: Faces = {}

    def face(person: str, image: str) -> Face:
        where = f"{upload.place(file)}:{number}"
        return faces.setdefault((person, image), Face(where))

    for number, line in numbered_lines(upload, file):
        match line.strip().split("\t"):
            case [""] | [_, _]:
                # Nothing, or how many pairs of how many sets there are.
                continue
            case [path] if "/" in path:
                person, _, image = path.partition("/")
                face(person, _short(person, image))
            case [_]:
                # An image of somebody unknown.
                continue
            case [person, one, other]:
                face(person, one).positive.append(_name(person, other))
                face(person, other)
            case [person, one, "-", other]:
                face(person, one).negative.append(other)
            case [person, one, stranger, other]:
                face(person, one).negative.append(_name(stranger, other))
                face(stranger, other)
            case fields:
                raise BadDataset(
                    upload.place(file),
                    f"a line has 1 to 4 fields, not {len(fields)}",
                    f"line {number}",
                )
    return faces


def _name(person: str, image: str) -> str:
    """The path of an image below all people, without extension."""
    if image.isdecimal() and image.isascii():
        return f"{person}/{person}_{int(image):04d}"
    return f"{person}/{image}"


def _short(person: str, image: str) -> str:
    """The number of an image that is named by one."""
    found = re.fullmatch(rf"{re.escape(person)}_(\d{{4,9}})", image, re.ASCII)
    return str(int(found[1])) if found else image


def _frame(target: Target, person: str, image: str) -> Frame | str:
    frame = frame_beside(target.matcher, f"{_name(person, image)}.jpg")
    if frame == NOT_IN_TASK:
        return frame_beside(target.matcher, f"{person}/{image}.jpg")
    return frame


def _read_landmarks(
    upload: Upload, file: str, target: Target, names: Vocabulary, sink: Sink
) -> None:
    """Read points. As published they are named without people, whose names begin the images'."""
    people = {label.name for label in target.labels}
    for number, line in numbered_lines(upload, file):
        if not line.strip():
            continue
        path, *fields = line.strip().split("\t")
        where = f"{upload.place(file)}:{number}"
        try:
            points = list(map(float, fields))
            if not points or len(points) % 2 or not isfinite(sum(points)):
                raise ValueError("is not an image and finite coordinates of points")
        except ValueError as error:
            raise BadDataset(upload.place(file), str(error), f"line {number}") from None
        person, slash, _ = path.partition("/")
        if not slash:
            person = stem_of(path).rpartition("_")[0]
            if person not in people:
                sink.report.skip(NO_PERSON, where)
                continue
        label = names.label(person, where)
        if label is None:
            continue
        frame = frame_beside(target.matcher, path)
        if isinstance(frame, str):
            sink.report.skip(frame, path)
            continue
        sink.add(
            Shape(type="points", frame=frame.number, points=points, label_id=label.id,
                  source=SOURCE)
        )  # fmt: skip
