"""Objects of a frame as rows of Open Images' tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.formats.catalogue.open_images.layout import FACTS
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.losses import note_facts, note_tags
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.geometry.outlines import AREAS, Box
from chalicelib.formats.geometry.painting import ATTRIBUTES, BECAME_MASK, TRACKS
from chalicelib.formats.geometry.raster import NO_PIXELS, Pixels, raster
from chalicelib.formats.labels import named_values
from chalicelib.formats.report import Report


class Mask(NamedTuple):
    """A mask: its file's name, its object, its pixels and the box it belongs to, in pixels."""

    file: str
    number: str
    item: ObjectOnFrame
    left: int
    top: int
    pixels: Pixels
    box: Box


class Rows:
    """Makes rows, already as text, and says what is lost."""

    def __init__(self, dataset: Dataset, placed: Placed) -> None:
        self._labels = dataset.label_of
        self._stems = Stems(placed)
        self._names = {label.id: quoted(label.name) for label in dataset.labels}

    def image_id(self, frame: Frame) -> str:
        """What the dataset calls the image of a frame."""
        return quoted(self._stems.of(frame))

    def tags(self, content: FrameObjects, frame: Frame, report: Report) -> list[str]:
        """Rows of what the image as a whole shows."""
        for tag in content.tags:
            report.took("tag")
            if tag.attributes:
                report.convert(ATTRIBUTES, frame.name)
        note_tags(report, frame, content.tags)
        name = self.image_id(frame)
        return [f"{name},,{self._names[tag.label_id]},1\n" for tag in content.tags]

    def boxes(self, content: FrameObjects, frame: Frame, report: Report) -> Iterator[str]:
        """Rows of boxes."""
        name = self.image_id(frame)
        for item in content.objects:
            if not is_box(item):
                continue
            report.took("rectangle")
            note_facts(report, frame, [item], "occluded", "score")
            attributes = self._labels[item.label_id].attributes
            lost = any(spec.name not in FACTS for spec in attributes)
            self._tell_lost(item, lost, frame, report)
            left, top, right, bottom = item.geometry.points
            wide, high = frame.width or 1, frame.height or 1
            yield (
                f"{name},,{self._names[item.label_id]},{item.score:g},{left / wide:.8f},"
                f"{right / wide:.8f},{top / high:.8f},{bottom / high:.8f},"
                f"{item.geometry.occluded:d},{self._facts(item)}\n"
            )

    def masks(self, content: FrameObjects, frame: Frame, report: Report) -> Iterator[Mask]:
        """What is no box, pixel by pixel."""
        boxes = {one.group: one for one in content.objects if one.group and is_box(one)}
        stem = file_part(self._stems.of(frame))
        number = 0
        for item in content.objects:
            if is_box(item):
                continue
            if item.kind not in AREAS:
                report.skip(f"{item.kind} cannot be written", frame.name)
                continue
            found = raster(item.geometry, frame.width, frame.height)
            if found is None:
                report.skip(NO_PIXELS, frame.name)
                continue
            report.took(item.kind)
            note_facts(report, frame, [item])
            if item.kind in BECAME_MASK:
                report.convert(BECAME_MASK[item.kind], frame.name)
            self._tell_lost(item, bool(item.geometry.attributes), frame, report)
            label = file_part(self._labels[item.label_id].name)
            key = f"{frame.source_number:05x}{number:03x}"
            number += 1
            left, top, pixels = found
            rows, columns = pixels.shape
            box: Box = (left, top, left + columns, top + rows)
            beside = boxes.get(item.group)
            if beside is not None and beside.label_id == item.label_id:
                box = tuple(beside.geometry.points)  # type: ignore[assignment]  # four of them
            yield Mask(f"{stem}_{label}_{key}.png", key, item, left, top, pixels, box)

    def mask_row(self, mask: Mask, frame: Frame) -> str:
        """The row of a mask."""
        left, top, right, bottom = mask.box
        wide, high = frame.width, frame.height
        return (
            f"{quoted(mask.file)},{self.image_id(frame)},{self._names[mask.item.label_id]},"
            f"{mask.number},{left / wide:.8f},{right / wide:.8f},{top / high:.8f},"
            f"{bottom / high:.8f},,\n"
        )

    def _facts(self, item: ObjectOnFrame) -> str:
        label = self._labels[item.label_id]
        if not label.attributes:
            return "-1,-1,-1,-1"
        values = {spec.name: value for spec, value in named_values(label, item.geometry.attributes)}
        known = {"true": "1", "false": "0"}
        return ",".join(known.get(values.get(name, "").lower(), "-1") for name in FACTS)

    @staticmethod
    def _tell_lost(item: ObjectOnFrame, attributes: bool, frame: Frame, report: Report) -> None:
        if attributes:
            report.convert(ATTRIBUTES, frame.name)
        if item.track is not None:
            report.convert(TRACKS, frame.name)


def is_box(item: ObjectOnFrame) -> bool:
    """Whether an object is a box that is not turned; turned ones are masks, as in CVAT."""
    return item.geometry.type == "rectangle" and not item.geometry.rotation


def quoted(text: str) -> str:
    """A text as a cell of a table."""
    if any(mark in text for mark in ',"\n\r'):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text


def file_part(text: str) -> str:
    """A text as a part of a file's name."""
    return "".join("_" if mark in '/\\:*?"<>|' or not mark.isprintable() else mark for mark in text)
