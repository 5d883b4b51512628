"""Parquet 1.0: rows of `annotations.parquet`, ours or made by anyone with the same columns."""

from __future__ import annotations

from math import isfinite
from typing import Any, get_args

import msgspec

from chalicelib.annotations.model.document import Shape, ShapeType, SubShape, Tag
from chalicelib.formats.catalogue.coco.tracks import TrackCollector
from chalicelib.formats.catalogue.parquet.declared import declared
from chalicelib.formats.catalogue.parquet.files import Row, rows, table_files
from chalicelib.formats.catalogue.parquet.tables import OBJECT_COLUMNS
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.imported_masks import SOURCE, MaskTaker
from chalicelib.formats.geometry.outlines import fills_its_box
from chalicelib.formats.importing.reading import Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of
from chalicelib.formats.labels import LabelSpec

BOX = ("xmin", "ymin", "xmax", "ymax")
_LEAST = {"polygon": 6, "polyline": 4, "points": 2}
_EXACTLY = {"rectangle": 4, "ellipse": 4, "cuboid": 16}


class _Element(msgspec.Struct):
    label: str
    x: float
    y: float
    occluded: bool = False
    outside: bool = False


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    reader = _Reader(target, sink)
    columns = [column.name for column in OBJECT_COLUMNS]
    for file in table_files(upload):
        with sink.report.of_file(upload.place(file)):
            rows(upload, file, columns, reader.read)
    reader.finish()


READER = Reader(read, labels=declared)


class _Reader:
    """Gives the objects of one or several tables to a sink."""

    def __init__(self, target: Target, sink: Sink) -> None:
        self._target = target
        self._sink = sink
        self._report = sink.report
        self._names = Vocabulary(target.labels, sink.report)
        self._tracks = TrackCollector(target.frames)
        self._masks = MaskTaker(target, sink)
        self._image: str | None = None
        self._frame: Frame | str = ""

    def read(self, row: Row, place: str) -> None:
        """Take over an object. Raises ValueError."""
        if self._target.subset not in (None, row.get("subset", self._target.subset)):
            return
        label = self._names.label(_text(row, "label"), place)
        if label is None:
            return
        frame = self._found(_text(row, "image"))
        if isinstance(frame, str):
            self._report.skip(frame, _text(row, "image"))
            return
        facts = msgspec.json.decode(row.get("attributes") or "{}", type=dict[str, Any])
        values = self._names.values(label, facts.items())
        kind: Any = row.get("kind") or "rectangle"
        if kind == "tag":
            self._sink.add(
                Tag(frame=frame.number, label_id=label.id, source=SOURCE,
                    group=_group(row), attributes=values_of(values))
            )  # fmt: skip
            return
        if kind not in get_args(ShapeType):
            raise ValueError(f'"{kind}" is no kind of object')
        shape = Shape(
            type=kind,
            frame=frame.number,
            points=_points(row, kind),
            label_id=label.id,
            rotation=_number(row, "rotation", 0.0) % 360,
            occluded=bool(row.get("occluded")),
            z_order=int(_number(row, "z_order", 0)),
            group=_group(row),
            source=SOURCE,
            score=min(max(_number(row, "score", 1.0), 0.0), 1.0),
            elements=self._elements(row, label, frame) if kind == "skeleton" else [],
            attributes=values_of(values),
        )
        if row.get("track_id") is not None:
            keyframe = row.get("keyframe") is not False
            self._tracks.add(row["track_id"], shape, values, keyframe=keyframe)
            return
        for one in self._masks.shapes(shape, frame.name) if kind == "mask" else (shape,):
            self._sink.add(one)

    def finish(self) -> None:
        """Give the tracks to the sink, of which all the pieces are known now."""
        for track in self._tracks.tracks():
            self._sink.add(track)

    def _found(self, image: str) -> Frame | str:
        """The frame of an image, which is that of the row before as a rule."""
        if image != self._image:
            self._image, self._frame = image, self._target.matcher.by_name(image)
        return self._frame

    def _elements(self, row: Row, label: LabelSpec, frame: Frame) -> list[SubShape]:
        listed = msgspec.json.decode(row.get("elements") or "[]", type=list[_Element])
        found = []
        for one in listed:
            sublabel = self._names.sublabel(label, one.label, frame.name)
            if sublabel is not None:
                found.append(
                    SubShape(
                        type="points", frame=frame.number, points=[one.x, one.y],
                        label_id=sublabel.id, occluded=one.occluded, outside=one.outside,
                        source=SOURCE,
                    )
                )  # fmt: skip
        return found


def _points(row: Row, kind: str) -> list[float]:
    points: list[float] = row.get("points") or []
    if not points and kind == "rectangle":
        points = [_number(row, side) for side in BOX]
    if not all(map(isfinite, points)):
        raise ValueError("a point is not finite")
    exactly, least = _EXACTLY.get(kind, len(points)), _LEAST.get(kind, 0)
    if len(points) != exactly or len(points) < least or (kind in _LEAST and len(points) % 2):
        raise ValueError(f"a {kind} of {len(points)} numbers")
    if kind == "mask" and (len(points) < 5 or not fills_its_box(points)):
        raise ValueError("a mask's runs do not fill its box")
    return points


def _group(row: Row) -> int:
    group = int(_number(row, "group_id", 0))
    return group if 0 <= group < 1 << 31 else 0


def _number(row: Row, name: str, default: float | None = None) -> float:
    found = row.get(name)
    if found is None:
        found = default
    if isinstance(found, bool) or not isinstance(found, int | float) or not isfinite(found):
        raise ValueError(f'"{name}" is not a number')
    return found


def _text(row: Row, name: str) -> str:
    found = row[name]
    if not isinstance(found, str):
        raise ValueError(f'"{name}" is not a text')
    return found
