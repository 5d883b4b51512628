"""Masks that were read, as shapes of a task: masks, or polygons if that is wanted."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.annotations.model.document import Shape
from chalicelib.formats.geometry.masks import mask_as_polygons
from chalicelib.formats.importing.reading import Sink
from chalicelib.formats.importing.target import Target

BECAME_POLYGONS = "mask became polygons"
TOO_THIN = "mask is too thin for a polygon"
SOURCE = "file"


class MaskTaker:
    """Gives masks to the sink. The polygons of one mask are a group."""

    def __init__(self, target: Target, sink: Sink) -> None:
        self._as_polygons = target.masks_as_polygons
        self._sink = sink
        self.groups = 0

    def shapes(self, mask: Shape, where: str) -> Sequence[Shape]:
        """The mask, or its polygons; none is left of one that is too thin, which is reported."""
        if not self._as_polygons:
            return [mask]
        polygons = mask_as_polygons(mask)
        if not polygons:
            self._sink.report.skip(TOO_THIN, where)
        else:
            self._sink.report.convert(BECAME_POLYGONS, where)
        if len(polygons) > 1 and not mask.group:
            self.groups += 1
            for polygon in polygons:
                polygon.group = self.groups
        return polygons

    def take(self, points: list[float], frame: int, label_id: int, where: str) -> None:
        """Add a mask. `where`: what the report calls its place."""
        mask = Shape(type="mask", frame=frame, points=points, label_id=label_id, source=SOURCE)
        for shape in self.shapes(mask, where):
            self._sink.add(shape)
