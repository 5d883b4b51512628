"""Ultralytics YOLO Detection 1.0, with or without tracks."""

from __future__ import annotations

from chalicelib.formats.catalogue.ultralytics.description import Description
from chalicelib.formats.catalogue.ultralytics.reading import Tracks, reader
from chalicelib.formats.catalogue.yolo.boxes import read_boxes
from chalicelib.formats.catalogue.yolo.rows import Classes, LabelFile
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.reading import Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload


class Boxes:
    """Reads boxes. See `reading.Kind`."""

    def __init__(
        self, _upload: Upload, _description: Description, target: Target, sink: Sink
    ) -> None:
        self._sink = sink
        self._tracks = Tracks(target, sink)

    def read(self, file: LabelFile, classes: Classes, frame: Frame | str, name: str) -> None:
        """Read a file. Raises BadDataset."""
        read_boxes(file, classes, frame, name, self._sink, self._tracks.take)

    def finish(self) -> None:
        """Give the tracks."""
        self._tracks.finish()


READER = reader(Boxes)
