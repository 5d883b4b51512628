"""TFRecord 1.0: an example per frame with its boxes, masks and tags, and with its image.

Without images, `<subset>.tfrecord`. With images, a file of one record per frame, so that the work
can be divided: `<subset>/<frame>.tfrecord`. Classes are in `label_map.pbtxt`, numbered from 1.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.coco.document import quoted
from chalicelib.formats.catalogue.tfrecord import layout
from chalicelib.formats.catalogue.tfrecord.example import Feature, encoded
from chalicelib.formats.catalogue.tfrecord.records import record
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, safe_path
from chalicelib.formats.exporting.losses import note_facts, note_tags
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.geometry.outlines import AREAS
from chalicelib.formats.geometry.painting import ATTRIBUTES, BECAME_MASK, TRACKS
from chalicelib.formats.geometry.png import grey
from chalicelib.formats.geometry.raster import NO_PIXELS, Raster, raster
from chalicelib.formats.report import Report


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write the classes, and the examples if they are without images. See `WholeWriter`."""
    with archive.text(layout.LABEL_MAP) as out:
        for label, number in dataset.class_of.items():
            name = quoted(dataset.label_of[label].name)
            out.write(f"item {{\n  id: {number + 1}\n  name: {name}\n}}\n".encode())
    if dataset.save_images:
        return
    examples = _Examples(dataset)
    for subset, parts in dataset.subsets.items():
        with archive.text(f"{safe_path(subset)}.tfrecord") as out:
            for placed in parts:
                for frame, content in placed.contents():
                    out.write(record(encoded(examples.features(frame, content, report))))


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
) -> Iterator[None]:
    """Write the example of each frame with its image. See `writing.FramesWriter`."""
    examples = _Examples(dataset)
    folder, stems = safe_path(stretch.placed.subset), Stems(stretch.placed)
    for (frame, content), image in zip(stretch.contents(), stretch.images(), strict=True):
        features = examples.features(frame, content, report)
        kind = frame.file_name.rpartition(".")[2].lower()
        features[layout.IMAGE] = [image]
        features[layout.IMAGE_FORMAT] = [b"jpeg" if kind == "jpg" else kind.encode()]
        archive.image(f"{folder}/{stems.of(frame)}.tfrecord", record(encoded(features)))
        yield


WRITER = Writer(write, write_frames, annotates_frames=False)


class _Examples:
    """Makes examples and says what is lost."""

    def __init__(self, dataset: Dataset) -> None:
        self._numbers = {label: number + 1 for label, number in dataset.class_of.items()}
        self._names = {label.id: label.name.encode() for label in dataset.labels}

    def features(self, frame: Frame, content: FrameObjects, report: Report) -> dict[str, Feature]:
        """Everything of a frame but its image."""
        name = safe_path(frame.file_name).encode()
        before = report.objects
        found: dict[str, Feature] = {
            layout.HEIGHT: [frame.height],
            layout.WIDTH: [frame.width],
            layout.NAME: [name],
            layout.SOURCE_ID: [name],
            layout.TAG_NAMES: [self._names[tag.label_id] for tag in content.tags],
            layout.TAG_NUMBERS: [self._numbers[tag.label_id] for tag in content.tags],
        }
        for tag in content.tags:
            report.took("tag")
            if tag.attributes:
                report.convert(ATTRIBUTES, frame.name)
        note_tags(report, frame, content.tags)
        drawn = list(_drawn(content, frame, report))
        if drawn:
            found |= self._objects(drawn, frame)
        report.frames += report.objects > before
        return found

    def _objects(
        self, drawn: list[tuple[ObjectOnFrame, Raster | None]], frame: Frame
    ) -> dict[str, Feature]:
        items = [item for item, _ in drawn]
        boxes = [_box(item, pixels) for item, pixels in drawn]
        found: dict[str, Feature] = {
            layout.LEFT: [box[0] / (frame.width or 1) for box in boxes],
            layout.TOP: [box[1] / (frame.height or 1) for box in boxes],
            layout.RIGHT: [box[2] / (frame.width or 1) for box in boxes],
            layout.BOTTOM: [box[3] / (frame.height or 1) for box in boxes],
            layout.CLASS_NAMES: [self._names[item.label_id] for item in items],
            layout.CLASS_NUMBERS: [self._numbers[item.label_id] for item in items],
            layout.OCCLUDED: [int(item.geometry.occluded) for item in items],
        }
        if any(item.group for item in items):
            found[layout.GROUPS] = [item.group for item in items]
        if any(item.score != 1 for item in items):
            found[layout.SCORES] = [float(item.score) for item in items]
        if any(pixels is not None for _, pixels in drawn):
            kinds = (b"rectangle" if pixels is None else b"mask" for _, pixels in drawn)
            found[layout.KINDS] = list(kinds)
            found[layout.MASKS] = [_picture(item, pixels, frame) for item, pixels in drawn]
        return found


def _drawn(
    content: FrameObjects, frame: Frame, report: Report
) -> Iterator[tuple[ObjectOnFrame, Raster | None]]:
    """What is written: boxes, and other shapes with their pixels."""
    for item in content.objects:
        pixels = None
        if item.kind not in AREAS:
            report.skip(f"{item.kind} cannot be written", frame.name)
            continue
        if item.kind != "rectangle" or item.geometry.rotation:
            pixels = raster(item.geometry, frame.width, frame.height)
            if pixels is None:
                report.skip(NO_PIXELS, frame.name)
                continue
            if item.kind in BECAME_MASK:
                report.convert(BECAME_MASK[item.kind], frame.name)
        report.took(item.kind)
        note_facts(report, frame, [item], "group", "occluded", "score")
        if item.geometry.attributes:
            report.convert(ATTRIBUTES, frame.name)
        if item.track is not None:
            report.convert(TRACKS, frame.name)
        yield item, pixels


def _box(item: ObjectOnFrame, pixels: Raster | None) -> tuple[float, float, float, float]:
    if pixels is None:
        left, top, right, bottom = item.geometry.points
        return left, top, right, bottom
    rows, columns = pixels.box.shape
    return pixels.left, pixels.top, pixels.left + columns, pixels.top + rows


def _picture(item: ObjectOnFrame, pixels: Raster | None, frame: Frame) -> bytes:
    """The mask of an object over the frame; of a box among masks, all its pixels."""
    picture = np.zeros((frame.height, frame.width), np.uint8)
    found = pixels or raster(item.geometry, frame.width, frame.height)
    if found is not None:
        rows, columns = found.box.shape
        picture[found.top : found.top + rows, found.left : found.left + columns] = found.box
    return grey(picture)
