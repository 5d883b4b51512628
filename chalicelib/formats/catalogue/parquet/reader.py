"""Parquet 1.0: rows of `annotations.parquet`, ours or made by anyone with the same columns."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import isfinite
from tempfile import SpooledTemporaryFile
from typing import IO, Any, get_args

import msgspec

from chalicelib.annotations.model.document import Shape, ShapeType, SubShape, Tag
from chalicelib.formats.archives.zip_writer import SPOOL
from chalicelib.formats.catalogue.coco.tracks import TrackCollector
from chalicelib.formats.catalogue.parquet.table_reader import TableReader
from chalicelib.formats.catalogue.parquet.tables import FRAMES, OBJECT_COLUMNS
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.imported_masks import SOURCE, MaskTaker
from chalicelib.formats.geometry.outlines import fills_its_box
from chalicelib.formats.importing.reading import Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of
from chalicelib.formats.labels import LabelSpec

#: Columns without which a table is none of annotations; boxes may do instead of points.
WANTED = ("image", "label")
BOX = ("xmin", "ymin", "xmax", "ymax")
_LEAST = {"polygon": 6, "polyline": 4, "points": 2}
_EXACTLY = {"rectangle": 4, "ellipse": 4, "cuboid": 16}

Row = Mapping[str, Any]


class _Element(msgspec.Struct):
    label: str
    x: float
    y: float
    occluded: bool = False
    outside: bool = False


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    files = [one for one in upload.wanted(".parquet") if one.rpartition("/")[2] != FRAMES]
    if not files:
        raise BadDataset(upload.name, f"has no .parquet file in it but {FRAMES}")
    reader = _Reader(target, sink)
    for file in files:
        place = upload.place(file)
        with sink.report.of_file(place), _seekable(upload, file) as stream:
            number = 0
            try:
                for number, row in enumerate(_rows(stream)):
                    reader.read(row, f"row {number}")
            except (ValueError, msgspec.MsgspecError) as error:
                raise BadDataset(place, str(error), f"row {number}" if number else "") from None
    reader.finish()


READER = Reader(read)


@contextmanager
def _seekable(upload: Upload, file: str) -> Iterator[IO[bytes]]:
    """A file in which one can go to and fro: members of archives are copied."""
    with upload.open(file) as stream:
        if upload.archive is None:
            yield stream
            return
        with SpooledTemporaryFile(max_size=SPOOL) as copy:
            shutil.copyfileobj(stream, copy, 1 << 20)
            yield copy


def _rows(stream: IO[bytes]) -> Iterator[Row]:
    table = TableReader(stream)
    for name in WANTED:
        if name not in table.columns:
            raise ValueError(f'is not a table of annotations: it has no column "{name}"')
    for group in table.groups([column.name for column in OBJECT_COLUMNS]):
        names = list(group)
        for values in zip(*group.values(), strict=True):
            yield dict(zip(names, values, strict=True))


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
