"""ICDAR Segmentation 1.0: masks of characters, from CVAT or as published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from posixpath import basename

import msgspec

from chalicelib.annotations.model.document import AttributeValue, Shape
from chalicelib.formats.catalogue.icdar.bitmap_file import read_colors
from chalicelib.formats.catalogue.icdar.texts import KNOWN, LABEL
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.imported_masks import MaskTaker
from chalicelib.formats.geometry.masks import masks_of
from chalicelib.formats.importing.beside import frame_beside
from chalicelib.formats.importing.labels_in import always
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import NO_ATTRIBUTE, Vocabulary, values_of

SOURCE = "file"
TEXTS, BITMAPS = "_GT.txt", "_GT.bmp"
WHITE = 0xFFFFFF
#: Bytes of the largest picture.
MAX_BITMAP = 1 << 30
PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")
NO_PIXELS = "character has no pixels in the picture"
NO_LINE = "color in the picture is of no character"
_LINE = re.compile(r'^#?\s*(\d{1,3}) (\d{1,3}) (\d{1,3}) (\S+) (\S+) \S+ \S+ \S+ \S+ (".*"|\S+)$')


class Character(msgspec.Struct):
    """A line. `group`: 0 if it stands alone."""

    line: int
    color: int
    values: dict[str, str]
    group: int


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    names = Vocabulary(target.labels, sink.report)
    taker = MaskTaker(target, sink)
    for file, subset, name in _files(upload):
        if target.subset not in (None, subset):
            continue
        with sink.report.of_file(upload.place(file)):
            groups = taker.groups
            characters = list(_characters(upload, file, groups))
            taker.groups = max([groups, *(one.group for one in characters)])
            frame = frame_beside(target.matcher, name)
            if not characters:
                continue
            if isinstance(frame, str):
                sink.report.skip(frame, name, len(characters))
                continue
            for shape, one in _masks(upload, file, characters, frame, sink):
                where = f"{upload.place(file)}:{one.line}"
                label = names.label(LABEL, where)
                if label is None:
                    continue
                known = {spec.name for spec in label.attributes}
                given = {key: value for key, value in one.values.items() if key in known}
                if "text" not in known:
                    sink.report.convert(NO_ATTRIBUTE, f"{LABEL}: text")
                values: list[AttributeValue] = values_of(names.values(label, given.items()))
                mask = msgspec.structs.replace(shape, label_id=label.id, attributes=values)
                for made in taker.shapes(mask, where):
                    sink.add(made)


def pictures(upload: Upload) -> Iterator[Picture]:
    """Images in `<subset>/images`. See `reading.Pictures`."""
    for file in upload.files(*PICTURES):
        subset, mark, name = f"/{file}".partition("/images/")
        if mark:
            yield Picture(basename(subset), name, file)


READER = Reader(read, pictures, always(LABEL, *KNOWN))


def _files(upload: Upload) -> Iterator[tuple[str, str, str]]:
    """Files of annotations: subset, and the image's name. Raises BadDataset."""
    files = upload.files(TEXTS.lower())
    if not files or files == [""]:
        raise BadDataset(upload.name, f"is not an ICDAR dataset of characters: it has no *{TEXTS}")
    for file in files:
        path = f"{file[: -len(TEXTS)]}.txt"
        subset, slash, name = path.partition("/")
        yield (file, subset, name) if slash else (file, "", path)


def _masks(
    upload: Upload, file: str, characters: list[Character], frame: Frame, sink: Sink
) -> Iterator[tuple[Shape, Character]]:
    """Masks of the characters that can be seen. Raises BadDataset."""
    picture = file[: -len(TEXTS)] + BITMAPS
    if picture not in upload:
        raise BadDataset(upload.place(file), f"has no {basename(picture)} beside it")
    try:
        colors = read_colors(upload.read(picture, MAX_BITMAP), frame.width, frame.height)
    except ValueError as error:
        raise BadDataset(upload.place(picture), str(error)) from None
    found = dict(masks_of(colors, WHITE))
    for one in characters:
        points = found.pop(one.color, None)
        if points is None:
            sink.report.skip(NO_PIXELS, f"{upload.place(file)}:{one.line}")
            continue
        yield (
            Shape(type="mask", frame=frame.number, points=points, label_id=0, group=one.group,
                  source=SOURCE),
            one,
        )  # fmt: skip
    for color in found:
        sink.report.skip(NO_LINE, f"{upload.place(picture)}: #{color:06x}")


def _characters(upload: Upload, file: str, groups: int) -> Iterator[Character]:
    """The lines of a file. Raises BadDataset.

    Args:
        groups: the last number of a group that is taken.
    """
    place = upload.place(file)
    lines = enumerate(upload.text(file).splitlines(), 1)
    seen: set[int] = set()
    index = 0
    for is_word, word in groupby(lines, key=lambda numbered: bool(numbered[1].strip())):
        members = list(word) if is_word else []
        groups += len(members) > 1
        for number, line in members:
            found = _LINE.match(line.strip())
            red, green, blue = map(int, found.groups()[:3]) if found else (256, 0, 0)
            if found is None or max(red, green, blue) > 255:
                trouble = 'is not a character: red green blue x y left top right bottom "text"'
                raise BadDataset(place, trouble, f"line {number}")
            color = red << 16 | green << 8 | blue
            if color in seen:
                raise BadDataset(
                    place, f"color {red} {green} {blue} occurs twice", f"line {number}"
                )
            seen.add(color)
            values = {
                "index": str(index),
                "color": f"{red} {green} {blue}",
                "text": found[6][1:-1] if found[6][0] == '"' else found[6],
                "center": f"{found[4]} {found[5]}",
            }
            index += 1
            yield Character(number, color, values, groups if len(members) > 1 else 0)
