"""Parquet 1.0: `annotations.parquet`, a row per object; `frames.parquet`, a row per frame.

Images are below `images/<subset>/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import pi
from tempfile import SpooledTemporaryFile
from typing import Any
from zlib import crc32

from chalicelib.annotations.model.document import Tag
from chalicelib.formats.archives.zip_writer import COPY, SPOOL, ArchiveWriter
from chalicelib.formats.catalogue.coco.document import encode
from chalicelib.formats.catalogue.parquet.columns import Column
from chalicelib.formats.catalogue.parquet.table_writer import TableWriter
from chalicelib.formats.catalogue.parquet.tables import (
    ANNOTATIONS,
    FRAME_COLUMNS,
    FRAMES,
    OBJECT_COLUMNS,
)
from chalicelib.formats.exporting.contents import ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed, safe_path
from chalicelib.formats.exporting.images import below_images, images_only
from chalicelib.formats.exporting.losses import Fact, note_facts
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.writing import Writer
from chalicelib.formats.geometry.coco_text import compressed
from chalicelib.formats.geometry.masks import coco_counts
from chalicelib.formats.geometry.outlines import bounds, fills_its_box, polygon_area
from chalicelib.formats.labels import named_values
from chalicelib.formats.report import Report

#: Rows of a group, and numbers of points after which a group is full as well.
ROWS, POINTS = 20_000, 1 << 20
BROKEN_MASK = "mask does not fill its box"
#: What rows have columns for.
_HELD: tuple[Fact, ...] = ("group", "z_order", "occluded", "source", "score")
_POINTS = [column.name for column in OBJECT_COLUMNS].index("points")


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write both tables. See `writing.WholeWriter`."""
    rows = _Rows(dataset, report)
    counts: list[int] = []
    with _Table(archive, ANNOTATIONS, OBJECT_COLUMNS) as table:
        for placed in dataset.parts:
            for frame, content in placed.contents():
                found = [rows.of_tag(tag, frame, placed) for tag in content.tags]
                found += rows.of_objects(content.objects, frame, placed)
                for row in found:
                    table.add(row, len(row[_POINTS]))
                counts.append(len(found))
                report.frames += bool(found)
    number = iter(counts)
    with _Table(archive, FRAMES, FRAME_COLUMNS) as table:
        for placed in dataset.parts:
            for frame in placed.frames:
                table.add(
                    (placed.subset, placed.meta.id, placed.meta.name, frame.source_number,
                     safe_path(frame.file_name), frame.width, frame.height, next(number))
                )  # fmt: skip


WRITER = Writer(write, images_only(below_images), annotates_frames=False)


class _Table:
    """A table on its way into an archive, in which it is stored as it is."""

    def __init__(self, archive: ArchiveWriter, name: str, columns: Sequence[Column]) -> None:
        self._archive = archive
        self._name = name
        self._columns = columns
        self._rows: list[Sequence[Any]] = []
        self._points = 0
        self._size = self._crc = 0

    def __enter__(self) -> _Table:
        self._file = SpooledTemporaryFile(max_size=SPOOL)
        self._table = TableWriter(self, self._columns, {"writer.format": "Parquet 1.0"})
        return self

    def __exit__(self, failed: object, *_more: object) -> None:
        with self._file:
            if failed is None:
                self._close()

    def add(self, row: Sequence[Any], points: int = 0) -> None:
        """Add a row with so many numbers of points."""
        self._rows.append(row)
        self._points += points
        if len(self._rows) == ROWS or self._points > POINTS:
            self._flush()

    def write(self, data: bytes) -> None:
        """Bytes of the file. See `table_writer.Out`."""
        self._size += len(data)
        self._crc = crc32(data, self._crc)
        self._file.write(data)

    def _flush(self) -> None:
        if self._rows:
            self._table.write_group(list(zip(*self._rows, strict=True)))
            self._rows.clear()
            self._points = 0

    def _close(self) -> None:
        self._flush()
        self._table.close()
        self._archive.begin(self._name, self._size, self._crc)
        self._file.seek(0)
        while piece := self._file.read(COPY):
            self._archive.go_on(piece)


class _Rows:
    """Makes rows in the order of `OBJECT_COLUMNS`."""

    def __init__(self, dataset: Dataset, report: Report) -> None:
        self._labels = dataset.label_of
        self._report = report
        #: Numbers of the tracks of a task go on where those of the one before end.
        self._first_track = 0
        self._next_track = 0
        self._part = -1

    def of_tag(self, tag: Tag, frame: Frame, placed: Placed) -> Sequence[Any]:
        """The row of a tag."""
        self._report.took("tag")
        return (
            *self._place(frame, placed), tag.id, "tag", self._labels[tag.label_id].name, None,
            None, None, None, None, None, 0.0, None, (), None, False, 0, tag.group or 0,
            tag.source, 1.0, self._values(tag.label_id, tag.attributes), None,
        )  # fmt: skip

    def of_objects(
        self, objects: Sequence[ObjectOnFrame], frame: Frame, placed: Placed
    ) -> Iterator[Sequence[Any]]:
        """The rows of shapes."""
        if placed.index != self._part:
            self._part, self._first_track = placed.index, self._next_track
        for item in objects:
            geometry = item.geometry
            if item.kind == "mask" and not fills_its_box(geometry.points):
                self._report.skip(BROKEN_MASK, frame.name)
                continue
            self._report.took(item.kind)
            if item.elements:
                note_facts(self._report, frame, [item], *_HELD)
            track = None
            if item.track is not None:
                track = self._first_track + item.track
                self._next_track = max(self._next_track, track + 1)
            box = _box(item)
            rle = None
            if item.kind == "mask":
                rle = compressed(coco_counts(geometry.points, frame.width, frame.height))
            yield (
                *self._place(frame, placed), item.id, item.kind,
                self._labels[item.label_id].name, track,
                None if track is None else item.keyframe, *box, geometry.rotation, _area(item),
                geometry.points, rle, geometry.occluded, geometry.z_order, item.group,
                item.source, item.score, self._values(item.label_id, geometry.attributes),
                self._elements(item) if item.kind == "skeleton" else None,
            )  # fmt: skip

    @staticmethod
    def _place(frame: Frame, placed: Placed) -> tuple[Any, ...]:
        name = safe_path(frame.file_name)
        number = frame.source_number
        return placed.subset, placed.meta.id, number, name, frame.width, frame.height

    def _values(self, label_id: int, values: Sequence[Any]) -> str:
        label = self._labels[label_id]
        if not label.attributes:
            return "{}"
        return encode({spec.name: value for spec, value in named_values(label, values)}).decode()

    def _elements(self, item: ObjectOnFrame) -> str:
        return encode([
            {
                "label": self._labels[one.label_id].name, "x": one.points[0], "y": one.points[1],
                "occluded": one.occluded, "outside": one.outside,
            }
            for one in item.elements if len(one.points) == 2
        ]).decode()  # fmt: skip


def _box(item: ObjectOnFrame) -> Sequence[float | None]:
    if item.kind == "skeleton":
        seen = [one.points for one in item.elements if not one.outside and len(one.points) == 2]
        if not seen:
            return None, None, None, None
        xs, ys = [x for x, _ in seen], [y for _, y in seen]
        return min(xs), min(ys), max(xs), max(ys)
    return bounds(item.geometry)


def _area(item: ObjectOnFrame) -> float | None:
    points = item.geometry.points
    if item.kind == "rectangle":
        return (points[2] - points[0]) * (points[3] - points[1])
    if item.kind == "polygon":
        return polygon_area(points)
    if item.kind == "ellipse":
        return pi * abs((points[2] - points[0]) * (points[3] - points[1]))
    if item.kind == "mask":
        return float(sum(points[1:-4:2]))
    return None
