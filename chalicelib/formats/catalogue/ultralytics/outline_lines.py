"""Reading lines of a class and flat x, y pairs, parts of the image's width and height."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.annotations.model.document import Shape
from chalicelib.formats.catalogue.ultralytics.reading import Tracks, is_track
from chalicelib.formats.catalogue.yolo.rows import Classes, LabelFile, Row, note_beyond
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.reading import Sink
from chalicelib.formats.importing.target import Target

SOURCE = "file"

#: What a line's points in pixels are: type, points, rotation of a shape.
Understand = Callable[[list[float]], dict[str, Any]]


class Outlines:
    """Reads files of such lines. See `reading.Kind`."""

    def __init__(
        self, target: Target, sink: Sink, least: int, most: int | None, understand: Understand
    ) -> None:
        """`least`, `most`: coordinates of a line."""
        self._sink = sink
        self._tracks = Tracks(target, sink)
        self._least = least
        self._most = most
        self._understand = understand

    def read(self, file: LabelFile, classes: Classes, frame: Frame | str, name: str) -> None:
        """Read a file. Raises BadDataset."""
        for row in file.rows():
            given = len(row.fields) - 1
            count = self._coordinates(row)
            if count < self._least or given > count + 2:
                file.refuse(row, f"after the class come {self._wanted()} numbers, not {given}")
            label = classes.label(file, row)
            if label is None:
                continue
            if isinstance(frame, str):
                self._sink.report.skip(frame, name)
                continue
            points = self._pixels(file, row, count, frame)
            shape = Shape(
                frame=frame.number, label_id=label.id, source=SOURCE, **self._understand(points)
            )
            if given > count:
                self._tracks.take(file, row, shape, row.fields[1 + count :])
            else:
                self._sink.add(shape)

    def finish(self) -> None:
        """Give the tracks."""
        self._tracks.finish()

    def _coordinates(self, row: Row) -> int:
        """How many of a line's numbers are coordinates."""
        given = len(row.fields) - 1
        if self._most is not None:
            return min(given - given % 2, self._most)
        if given % 2:
            return given - 1
        # After a score, what else would be a corner far below the image is a track's number.
        last = row.fields[-1]
        tracked = is_track(last) and last.lstrip("0") not in ("", "1")
        return given - 2 if tracked and given - 2 >= self._least else given

    def _wanted(self) -> str:
        return f"at least {self._least}" if self._most is None else f"{self._least}"

    def _pixels(self, file: LabelFile, row: Row, count: int, frame: Frame) -> list[float]:
        points = file.numbers(row, row.fields[1 : 1 + count])
        points[::2] = [x * frame.width for x in points[::2]]
        points[1::2] = [y * frame.height for y in points[1::2]]
        note_beyond(self._sink.report, points, frame.width, frame.height, file.where(row))
        return points
