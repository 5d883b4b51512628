"""The objects of a frame as one picture: what is drawn later covers what was drawn before.

painted = paint_objects(content, frame, report)
if painted is not None:
    classes = painted.with_values([number_of[each.label_id] for each in painted.instances])
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any, NamedTuple

import numpy as np

from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.losses import note_facts, note_groups
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.colors import Color
from chalicelib.formats.geometry.outlines import AREAS
from chalicelib.formats.geometry.png import colored, indexed
from chalicelib.formats.geometry.raster import NO_PIXELS, Raster, paint, raster
from chalicelib.formats.report import Report

ATTRIBUTES = "attributes were left out"
TRACKS = "track became separate shapes"
BECAME_BACKGROUND = "shape of the label background became background"
COVERED = "shape is covered by others on top of it"
BECAME_MASK = {kind: f"{kind} became a mask" for kind in AREAS if kind != "mask"}

Picture = np.ndarray[Any, Any]
Place = tuple[int, int]


class Painted(NamedTuple):
    """What can be seen on a frame.

    Attributes:
        numbers: of instances, counted from 1, shape (height, width); 0 where there is none.
        instances: the first object of each; the others of its group have the same label.
    """

    numbers: Picture
    instances: list[ObjectOnFrame]

    def with_values(self, values: Sequence[int], kind: str = "u1") -> Picture:
        """The same picture with another number for each instance, and 0 where there is none."""
        if kind == "u1" and self.numbers.dtype == np.uint8:
            # Python's own table of bytes is several times faster than numpy's indexing.
            table = bytes([0, *values]).ljust(256, b"\0")
            translated = self.numbers.tobytes().translate(table)
            return np.frombuffer(translated, np.uint8).reshape(self.numbers.shape)
        return np.array([0, *values], kind).take(self.numbers)


def paint_objects(
    items: Sequence[ObjectOnFrame],
    frame: Frame,
    report: Report,
    *,
    tracks: bool = False,
    instances_told: bool = True,
) -> Painted:
    """Paint shapes of `AREAS`, in their order.

    Those of a group that have the same label are one instance. What is painted is counted in the
    report, and so is what cannot be seen, and what is lost.

    Args:
        tracks: whether tracks are kept apart, as they are in formats that tell which shapes are
            of one track; then groups are not put together.
        instances_told: whether the format tells instances apart, and so what is one group.
    """
    kind = np.uint8 if len(items) < 256 else np.uint16 if len(items) < 1 << 16 else np.uint32
    numbers = np.zeros((frame.height, frame.width), kind)
    instances: list[ObjectOnFrame] = []
    of_group: dict[tuple[int, int], int] = {}
    drawn: list[tuple[ObjectOnFrame, int, Place]] = []
    for item in items:
        pixels = raster(item.geometry, frame.width, frame.height)
        if pixels is None:
            report.skip(NO_PIXELS, frame.name)
            continue
        joined = item.group and not tracks
        number = of_group.get((item.group, item.label_id), 0) if joined else 0
        if not number:
            instances.append(item)
            number = len(instances)
            of_group[item.group, item.label_id] = number
        paint(numbers, pixels, number)
        drawn.append((item, number, _first(pixels)))
    taken: list[ObjectOnFrame] = []
    for item, number, place in drawn:
        if numbers[place] == number or _shows(numbers, item, number):
            report.took(item.kind)
            taken.append(item)
            if item.kind in BECAME_MASK:
                report.convert(BECAME_MASK[item.kind], frame.name)
            if item.geometry.attributes:
                report.convert(ATTRIBUTES, frame.name)
            if item.track is not None and not tracks:
                report.convert(TRACKS, frame.name)
        else:
            report.skip(COVERED, frame.name)
    if tracks or not instances_told:
        note_facts(report, frame, taken)
    else:
        note_facts(report, frame, taken, "group")
        note_groups(report, frame, instances)
    return Painted(numbers, instances)


def paintable(content: FrameObjects, kinds: Container[str] = AREAS) -> list[ObjectOnFrame]:
    """The shapes of a frame that have pixels; of some kinds only, if that is said."""
    return [item for item in content.objects if item.kind in kinds]


def skip_others(
    content: FrameObjects, frame: Frame, report: Report, kinds: Container[str] = AREAS
) -> None:
    """Report what is on a frame and is neither of some kinds nor can be painted."""
    for item in content.objects:
        if item.kind not in kinds:
            report.skip(f"{item.kind} cannot be written", frame.name)
    if content.tags:
        report.skip("tag cannot be written", frame.name, len(content.tags))


def in_colors(numbers: Picture, colors: Sequence[Color]) -> bytes:
    """A PNG of numbers in their colours: with a palette if it holds them, otherwise of colours."""
    if len(colors) <= 256:
        return indexed(numbers.astype(np.uint8, copy=False), colors)
    return colored(np.array(colors, np.uint8)[numbers])


def note_background(values: Sequence[int], frame: Frame, report: Report) -> None:
    """Report instances whose label is the background itself, so that nothing is left of them.

    Args:
        values: numbers of the instances' labels.
    """
    if hidden := sum(not value for value in values):
        report.convert(BECAME_BACKGROUND, frame.name, hidden)


def _first(pixels: Raster) -> Place:
    """Row and column of the first pixel of a shape, which can be seen still, as a rule."""
    row, column = divmod(int(pixels.box.argmax()), pixels.box.shape[1])
    return pixels.top + row, pixels.left + column


def _shows(numbers: Picture, item: ObjectOnFrame, number: int) -> bool:
    """Whether any pixel of a shape has its number still."""
    height, width = numbers.shape
    pixels = raster(item.geometry, width, height)
    if pixels is None:
        return False
    left, top, box = pixels
    rows, columns = box.shape
    seen = numbers[top : top + rows, left : left + columns]
    return bool(((seen == number) & box.view(np.bool_)).any())
