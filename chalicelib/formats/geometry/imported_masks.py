"""Masks that were read, as shapes of a task: masks, or polygons if that is wanted."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.annotations.model.document import Shape
from chalicelib.formats.importing.reading import Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.report import Report

BECAME_POLYGONS = "mask became polygons"
LOST_HOLES = "mask with holes became polygons without them"
TOO_THIN = "mask is too thin for a polygon"
SOURCE = "file"


def as_polygons(mask: Shape, report: Report, where: str) -> list[Shape]:
    """The polygons of a mask; none of one that is too thin. Either is reported."""
    # numpy and OpenCV are needed for masks alone.
    from chalicelib.formats.geometry.masks import mask_as_polygons

    polygons, holes = mask_as_polygons(mask)
    if polygons:
        report.convert(LOST_HOLES if holes else BECAME_POLYGONS, where)
    else:
        report.skip(TOO_THIN, where)
    return polygons


class MaskTaker:
    """Gives masks to the sink. The polygons of one mask are a group.

    Attributes:
        groups: the last number of a group that is taken.
    """

    def __init__(self, target: Target, sink: Sink) -> None:
        self._as_polygons = target.masks_as_polygons
        self._sink = sink
        self.groups = 0

    def shapes(self, shape: Shape, where: str) -> Sequence[Shape]:
        """The shape; if it is a mask and polygons are wanted, its polygons."""
        if shape.type != "mask" or not self._as_polygons:
            return [shape]
        polygons = as_polygons(shape, self._sink.report, where)
        if len(polygons) > 1 and not shape.group:
            self.groups += 1
            for polygon in polygons:
                polygon.group = self.groups
        return polygons

    def take(self, points: list[float], frame: int, label_id: int, where: str) -> None:
        """Add a mask. `where`: what the report calls its place."""
        mask = Shape(type="mask", frame=frame, points=points, label_id=label_id, source=SOURCE)
        for shape in self.shapes(mask, where):
            self._sink.add(shape)
