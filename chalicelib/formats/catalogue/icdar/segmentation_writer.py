"""ICDAR Segmentation 1.0: `<subset>/<image>_GT.bmp` and `_GT.txt`, images in `<subset>/images/`.

A line is `red green blue x y left top right bottom "text"` of a character: its colour in the
picture, its middle ("- -" if that is not known), its box of inclusive pixels. Characters of a word,
which have a group, stand together, with an empty line before and after.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.icdar.bitmap_file import bmp
from chalicelib.formats.catalogue.icdar.texts import KNOWN, TEXT, note_label, values_by_name
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.folders import folder_of, one_line
from chalicelib.formats.exporting.losses import TRACKS, note_facts
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.geometry.colors import Color, voc_color
from chalicelib.formats.geometry.raster import Raster, paint, raster
from chalicelib.formats.report import Report

MASK = "shape became a mask"
WHITE: Color = (255, 255, 255)
BLACK: Color = (0, 0, 0)


class Character(msgspec.Struct):
    """A shape with the pixels that it covers."""

    item: ObjectOnFrame
    pixels: Raster
    values: dict[str, str]


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
) -> Iterator[None]:
    """Write characters and images. See `writing.FramesWriter`."""
    stems = Stems(stretch.placed)
    subset = folder_of(stretch.placed.subset)
    images = stretch.images() if dataset.save_images else None
    for frame, content in stretch.contents():
        characters = _characters(dataset, frame, content, report)
        colors = _colors(characters)
        path = f"{subset}/{stems.of(frame)}_GT"
        with archive.text(f"{path}.txt") as member:
            member.write(_lines(characters, colors).encode())
        if characters:
            with archive.text(f"{path}.bmp") as member:
                member.write(_picture(frame, characters, colors))
        if images is not None:
            archive.image(f"{subset}/images/{stems.image(frame)}", next(images))
        yield


# Readers take whatever is beside the subsets for one.
WRITER = Writer(None, write_frames, holds_report=False)


def _characters(
    dataset: Dataset, frame: Frame, content: FrameObjects, report: Report
) -> list[Character]:
    """Shapes that cover pixels: by index, those of a group together."""
    found: list[Character] = []
    for item in content.objects:
        pixels = raster(item.geometry, frame.width, frame.height)
        if pixels is None:
            report.skip(f"{item.kind} cannot be written", frame.name)
            continue
        label = dataset.label_of[item.label_id]
        values = values_by_name(label, item.geometry.attributes)
        found.append(Character(item, pixels, dict(values)))
        report.took(item.kind)
        note_label(report, frame, label, KNOWN)
        note_facts(report, frame, [item], "group")
        if item.kind != "mask":
            report.convert(MASK, frame.name)
        if item.track is not None:
            report.convert(TRACKS, frame.name)
    if content.tags:
        report.skip("tag cannot be written", frame.name, len(content.tags))
    report.frames += bool(found)
    found.sort(key=lambda one: int(one.values["index"]) if _is_index(one) else 0)
    first: dict[int, int] = {}
    for at, one in enumerate(found):
        first.setdefault(one.item.group or -1 - at, at)
    order = {id(one): first[one.item.group or -1 - at] for at, one in enumerate(found)}
    return sorted(found, key=lambda one: order[id(one)])


def _is_index(character: Character) -> bool:
    index = character.values.get("index", "")
    return index.isdecimal() and index.isascii() and len(index) < 9


def _colors(characters: Sequence[Character]) -> Sequence[Color]:
    """A colour for each: its own if it has one that no other has."""
    colors: list[Color] = []
    taken = {WHITE, BLACK}
    number = 0
    for character in characters:
        fields = character.values.get("color", "").split()
        color = WHITE
        if len(fields) == 3 and all(one.isdecimal() and int(one) < 256 for one in fields):
            red, green, blue = map(int, fields)
            color = (red, green, blue)
        while color in taken:
            number += 1
            color = voc_color(number)
        taken.add(color)
        colors.append(color)
    return colors


def _lines(characters: Sequence[Character], colors: Sequence[Color]) -> str:
    lines: list[str] = []
    before = 0
    for character, color in zip(characters, colors, strict=True):
        group = character.item.group
        if lines and (not group or group != before):
            lines.append("\n")
        before = group
        text = character.values.get(TEXT, "")
        center = character.values.get("center", "")
        left, top, box = character.pixels
        columns, rows = np.flatnonzero(box.any(axis=0)), np.flatnonzero(box.any(axis=1))
        fields = [
            " ".join(map(str, color)),
            center if len(center.split()) == 2 else "- -",
            f"{left + columns[0]} {top + rows[0]} {left + columns[-1]} {top + rows[-1]}",
            f'"{one_line(text)}"',
        ]
        lines.append(f"{'#' if text == ' ' else ''}{' '.join(fields)}\n")
    return "".join(lines)


def _picture(frame: Frame, characters: Sequence[Character], colors: Sequence[Color]) -> bytes:
    """The picture; what is drawn above covers what is below."""
    numbers = np.zeros((frame.height, frame.width), np.uint16)
    drawn = sorted(range(len(characters)), key=lambda at: characters[at].item.geometry.z_order)
    for at in drawn:
        paint(numbers, characters[at].pixels, at + 1)
    return bmp(numbers, np.array([WHITE, *colors], np.uint8))
