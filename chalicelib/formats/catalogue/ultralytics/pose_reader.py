"""Ultralytics YOLO Pose 1.0: skeletons whose points are told by their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalicelib.annotations.model.document import Shape, SubShape
from chalicelib.formats.catalogue.ultralytics.declared import skeletons
from chalicelib.formats.catalogue.ultralytics.description import Description
from chalicelib.formats.catalogue.ultralytics.reading import Tracks, reader
from chalicelib.formats.catalogue.yolo.rows import Classes, LabelFile, note_beyond
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.reading import Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import LabelSpec

SOURCE = "file"
NO_SKELETON = "label is no skeleton"
TOO_FEW = "skeleton has fewer points than its label"
TOO_MANY = "point is not the skeleton's"


class Skeletons:
    """Reads skeletons. See `reading.Kind`."""

    def __init__(
        self, upload: Upload, description: Description, target: Target, sink: Sink
    ) -> None:
        """Raises BadDataset if the dataset does not say how many points there are."""
        self._sink = sink
        self._tracks = Tracks(target, sink)
        self._points, self._numbers = _shape(upload, description)

    def read(self, file: LabelFile, classes: Classes, frame: Frame | str, name: str) -> None:
        """Read a file. Raises BadDataset."""
        wanted = 5 + self._points * self._numbers
        for row in file.rows():
            if not wanted <= len(row.fields) <= wanted + 2:
                file.refuse(row, f"a skeleton has {wanted} fields, not {len(row.fields)}")
            label = classes.label(file, row)
            if label is None:
                continue
            if isinstance(frame, str):
                self._sink.report.skip(frame, name)
                continue
            trouble = self._misfit(label)
            if trouble:
                self._sink.report.skip(trouble, file.where(row))
                continue
            values = file.numbers(row, row.fields[5:wanted])
            elements = list(self._elements(label, values, frame, file.where(row)))
            shape = Shape(
                type="skeleton",
                frame=frame.number,
                label_id=label.id,
                source=SOURCE,
                elements=elements,
            )
            if len(row.fields) > wanted:
                self._tracks.take(file, row, shape, row.fields[wanted:])
            else:
                self._sink.add(shape)

    def finish(self) -> None:
        """Give the tracks."""
        self._tracks.finish()

    def _misfit(self, label: LabelSpec) -> str | None:
        """Why skeletons of a label cannot be taken, if they cannot."""
        if not label.sublabels:
            return NO_SKELETON
        return TOO_FEW if len(label.sublabels) > self._points else None

    def _elements(
        self, label: LabelSpec, values: Sequence[float], frame: Frame, where: str
    ) -> Iterator[SubShape]:
        """The points of a skeleton; the line may have more, which fill it up."""
        for at in range(self._points):
            x, y, *seen = values[at * self._numbers : (at + 1) * self._numbers]
            visibility = seen[0] if seen else 2
            if at >= len(label.sublabels):
                if visibility:
                    self._sink.report.skip(TOO_MANY, where)
                continue
            points = [round(x * frame.width, 2), round(y * frame.height, 2)]
            if visibility:
                note_beyond(self._sink.report, points, frame.width, frame.height, where)
            yield SubShape(
                type="points",
                frame=frame.number,
                points=points,
                label_id=label.sublabels[at].id,
                source=SOURCE,
                outside=visibility == 0,
                occluded=visibility == 1,
            )


READER = reader(Skeletons, skeletons)


def _shape(upload: Upload, description: Description) -> tuple[int, int]:
    """Points of a line, and numbers of a point."""
    place = upload.place(description.file)
    shape = description.settings.get("kpt_shape")
    if shape is None:
        raise BadDataset(place, "is not a dataset of poses: it has no kpt_shape")
    if (
        not isinstance(shape, list)
        or len(shape) != 2
        or not all(type(number) is int for number in shape)
        or shape[0] < 0
        or shape[1] not in (2, 3)
    ):
        raise BadDataset(place, "its kpt_shape is not a number of points and 2 or 3")
    return shape[0], shape[1]
