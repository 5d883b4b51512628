"""ICDAR Localization 1.0: boxes and polygons around words, from CVAT or as published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite
from posixpath import basename, dirname, join

from chalicelib.annotations.model.document import Shape
from chalicelib.formats.catalogue.icdar.texts import LABEL, TEXT, unquoted
from chalicelib.formats.catalogue.yolo.rows import note_beyond
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.beside import frame_beside
from chalicelib.formats.importing.labels_in import always
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of

SOURCE = "file"
START = "gt_"
PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")
_NUMBER = re.compile(r"\s*(-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)(?:\s*,|\s+|$)")


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    names = Vocabulary(target.labels, sink.report)
    for file, subset, name in _files(upload):
        if target.subset not in (None, subset):
            continue
        place = upload.place(file)
        frame = frame_beside(target.matcher, name)
        with sink.report.of_file(place):
            for number, line in enumerate(upload.text(file).splitlines(), 1):
                if not line.strip():
                    continue
                try:
                    points, text = _line(line)
                except ValueError as error:
                    raise BadDataset(place, str(error), f"line {number}") from None
                label = names.label(LABEL, f"{place}:{number}")
                if label is None:
                    continue
                if isinstance(frame, str):
                    sink.report.skip(frame, name)
                    continue
                where = f"{place}:{number}"
                note_beyond(sink.report, points, frame.width, frame.height, where)
                values = names.values(label, [(TEXT, text)] if text else [])
                sink.add(
                    Shape(
                        type="rectangle" if len(points) == 4 else "polygon",
                        frame=frame.number,
                        points=points,
                        label_id=label.id,
                        source=SOURCE,
                        attributes=values_of(values),
                    )
                )


def pictures(upload: Upload) -> Iterator[Picture]:
    """Images in `<subset>/images`. See `reading.Pictures`."""
    for file in upload.files(*PICTURES):
        subset, mark, name = f"/{file}".partition("/images/")
        if mark:
            yield Picture(basename(subset), name, file)


READER = Reader(read, pictures, always(LABEL, TEXT))


def _files(upload: Upload) -> Iterator[tuple[str, str, str]]:
    """Files of annotations: subset, and the image's name. Raises BadDataset."""
    files = [file for file in upload.files(".txt") if basename(file).startswith(START)]
    if not files:
        raise BadDataset(
            upload.name, f"is not an ICDAR dataset of places of words: it has no {START}*.txt"
        )
    for file in files:
        path = join(dirname(file), basename(file).removeprefix(START))
        subset, slash, name = path.partition("/")
        yield (file, subset, name) if slash else (file, "", path)


def _line(line: str) -> tuple[list[float], str]:
    """Points and text of a line: four numbers of a box, eight or another even number of a polygon.

    Where the text has no quotes, a polygon has four corners.
    """
    head, quote, rest = line.strip().partition('"')
    numbers, after = _numbers(head)
    if quote:
        if after.strip():
            raise ValueError("is not numbers and a text")
        text = unquoted(quote + rest)
    elif not after and len(numbers) >= 4 and not len(numbers) % 2:
        text = ""
    else:
        # Of a text without quotes, numbers may be the beginning.
        count = 8 if len(numbers) >= 8 else 4
        text = _after(head, count)
        numbers = numbers[:count]
    if len(numbers) < 4 or len(numbers) % 2:
        raise ValueError(f"a box has 4 numbers and a polygon 6, 8, or more, not {len(numbers)}")
    if not isfinite(sum(numbers)):
        raise ValueError("numbers must be finite")
    if len(numbers) == 4 and (numbers[2] < numbers[0] or numbers[3] < numbers[1]):
        raise ValueError("a box of negative size")
    return numbers, text


def _numbers(text: str) -> tuple[list[float], str]:
    """Numbers at the beginning of a text, and what follows them."""
    numbers: list[float] = []
    at = 0
    while found := _NUMBER.match(text, at):
        if found.end() == at:
            break
        numbers.append(float(found[1]))
        at = found.end()
    return numbers, text[at:]


def _after(text: str, count: int) -> str:
    """What follows so many numbers."""
    at = 0
    for _ in range(count):
        found = _NUMBER.match(text, at)
        if found is None:
            break
        at = found.end()
    return text[at:].strip()
