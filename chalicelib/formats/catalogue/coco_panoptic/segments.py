"""Segments of a frame: what can be seen of each object, and the numbers they are painted with.

Every pixel belongs to one segment. Objects are painted in their order, so what is covered is not
part of a segment, and what is covered altogether has none. Objects of one group and label are one
segment; of a label that is stuff (sky, road), all objects of a frame are one.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

import msgspec
import numpy as np

from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.colors import Color, voc_color
from chalicelib.formats.geometry.outlines import AREAS
from chalicelib.formats.geometry.painting import BECAME_MASK, COVERED
from chalicelib.formats.geometry.raster import NO_PIXELS, paint, raster
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.report import Report

CUT = "shape lost the pixels that others cover"
IS_THING = "isthing"

Picture = np.ndarray[Any, Any]


class Segment(msgspec.Struct):
    """A segment of a frame.

    Attributes:
        leader: the object that gives label and attributes.
        number: in the picture; its colour as COCO counts, red + 256 green + 65536 blue.
        area: in pixels.
        box: left, top, width, height in pixels.
    """

    leader: ObjectOnFrame
    number: int
    area: int
    box: tuple[int, int, int, int]


class Painted(msgspec.Struct):
    """A frame: `picture` has the place of its segment in the list, from 1, or 0 at each pixel."""

    picture: Picture
    segments: list[Segment | None]

    def colors(self) -> Picture:
        """The picture in colours, uint8 of shape (height, width, 3)."""
        palette = np.array([color_at(at) for at in range(len(self.segments) + 1)], np.uint8)
        return palette[self.picture]


def is_thing(label: LabelSpec) -> bool:
    """Whether the objects of a label are counted.

    All are, unless the label has an attribute `isthing` that is false by default.
    """
    for spec in label.attributes:
        if spec.name == IS_THING:
            return spec.default_value.lower() not in ("false", "0", "no")
    return True


def color_at(at: int) -> Color:
    """The colour of a segment: those of PASCAL VOC, which can be told apart."""
    return voc_color(at)


def painted(
    content: FrameObjects, frame: Frame, stuff: Container[int], report: Report
) -> Painted:  # fmt: skip
    """Paint the objects of a frame. What has no pixels goes into the report."""
    picture = np.zeros((frame.height, frame.width), np.uint32)
    places: dict[tuple[Any, ...], int] = {}
    members: list[list[ObjectOnFrame]] = []
    sizes: list[int] = []
    for _ in content.tags:
        report.skip("tag cannot be written", frame.name)
    for item in content.objects:
        if item.kind not in AREAS:
            report.skip(f"{item.kind} cannot be written", frame.name)
            continue
        pixels = raster(item.geometry, frame.width, frame.height)
        if pixels is None:
            report.skip(NO_PIXELS, frame.name)
            continue
        place = places.setdefault(_key(item, stuff, len(members)), len(members) + 1)
        if place > len(members):
            members.append([])
            sizes.append(0)
        members[place - 1].append(item)
        sizes[place - 1] += int(pixels.box.sum())
        paint(picture, pixels, place)
    areas = np.bincount(picture.reshape(-1), minlength=len(members) + 1)[1:].tolist()
    for items, area, size in zip(members, areas, sizes, strict=True):
        _report(items, area, size, frame, report)
    return Painted(picture, [
        _segment(items[0], at, area, picture) if area else None
        for at, (items, area) in enumerate(zip(members, areas, strict=True), 1)
    ])  # fmt: skip


def _key(item: ObjectOnFrame, stuff: Container[int], number: int) -> tuple[Any, ...]:
    if item.label_id in stuff:
        return "stuff", item.label_id
    if item.group and item.track is None:
        return "group", item.group, item.label_id
    return "one", number


def _report(items: list[ObjectOnFrame], area: int, size: int, frame: Frame, report: Report) -> None:
    """Say what became of the objects of a segment of which `area` of `size` pixels are left."""
    if not area:
        report.skip(COVERED, frame.name, len(items))
        return
    for item in items:
        report.took(item.kind)
        if item.kind in BECAME_MASK:
            report.convert(BECAME_MASK[item.kind], frame.name)
    if area < size:
        report.convert(CUT, frame.name)


def _segment(leader: ObjectOnFrame, at: int, area: int, picture: Picture) -> Segment:
    red, green, blue = color_at(at)
    return Segment(leader, red + (green << 8) + (blue << 16), area, _box(picture == at))


def _box(pixels: Picture) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    left, top = int(columns[0]), int(rows[0])
    return left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top
