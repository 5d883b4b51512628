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
from chalicelib.formats.exporting.losses import note_facts, note_groups
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.colors import Color, voc_color
from chalicelib.formats.geometry.outlines import AREAS
from chalicelib.formats.geometry.painting import BECAME_MASK, COVERED
from chalicelib.formats.geometry.raster import NO_PIXELS, Raster, paint, raster
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.report import Report

CUT = "shape lost the pixels that others cover"
TOO_MANY = "image has more segments than can be told apart"
#: Segments of a frame.
MOST = (1 << 16) - 1
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


def painted(content: FrameObjects, frame: Frame, stuff: Container[int], report: Report) -> Painted:
    """Paint the objects of a frame. What has no pixels goes into the report."""
    picture = np.zeros((frame.height, frame.width), np.uint16)
    parts: dict[tuple[Any, ...], _Parts] = {}
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
        key = _key(item, stuff, len(parts))
        if key not in parts and len(parts) == MOST:
            report.skip(TOO_MANY, frame.name)
            continue
        segment = parts.setdefault(key, _Parts(len(parts) + 1))
        segment.add(item, pixels)
        paint(picture, pixels, segment.place)
    segments = [one.seen(picture, frame, report) for one in parts.values()]
    shapes = (one.leader for one in segments if one and one.leader.track is None)
    note_groups(report, frame, shapes)
    return Painted(picture, segments)


class _Parts:
    """The objects of a segment: their pixels before others cover them, and the box of these."""

    def __init__(self, place: int) -> None:
        self.place = place
        self._items: list[ObjectOnFrame] = []
        self._painted = 0
        self._box = (1 << 30, 1 << 30, 0, 0)

    def add(self, item: ObjectOnFrame, pixels: Raster) -> None:
        self._items.append(item)
        self._painted += int(pixels.box.sum())
        rows, columns = pixels.box.shape
        left, top, right, bottom = self._box
        self._box = (
            min(left, pixels.left), min(top, pixels.top),
            max(right, pixels.left + columns), max(bottom, pixels.top + rows),
        )  # fmt: skip

    def seen(self, picture: Picture, frame: Frame, report: Report) -> Segment | None:
        """What is left of it in the end, which is reported; None if nothing is."""
        left, top, right, bottom = self._box
        pixels = picture[top:bottom, left:right] == self.place
        rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
        if not rows.size:
            report.skip(COVERED, frame.name, len(self._items))
            return None
        area = int(pixels.sum())
        shapes = [item for item in self._items if item.track is None]
        note_facts(report, frame, shapes, "occluded", "group")
        # Groups of tracks are not put together.
        tracked = [item for item in self._items if item.track is not None]
        note_facts(report, frame, tracked, "occluded")
        for item in self._items:
            report.took(item.kind)
            if item.kind in BECAME_MASK:
                report.convert(BECAME_MASK[item.kind], frame.name)
        if area < self._painted:
            report.convert(CUT, frame.name)
        red, green, blue = color_at(self.place)
        box = (
            left + int(columns[0]), top + int(rows[0]),
            int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1,
        )  # fmt: skip
        return Segment(self._items[0], red + (green << 8) + (blue << 16), area, box)


def _key(item: ObjectOnFrame, stuff: Container[int], number: int) -> tuple[Any, ...]:
    if item.label_id in stuff:
        return "stuff", item.label_id
    if item.group and item.track is None:
        return "group", item.group, item.label_id
    return "one", number
