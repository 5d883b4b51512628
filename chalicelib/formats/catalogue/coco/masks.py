"""Masks that become polygons where that is wanted."""

from __future__ import annotations

from chalicelib.annotations.model.document import Shape
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.target import Target
from chalicelib.formats.report import Report

AS_POLYGONS = "mask became polygons"
TOO_SMALL = "mask is too small for a polygon"


def added_shapes(shape: Shape, target: Target, report: Report, frame: Frame) -> list[Shape]:
    """A shape, or the polygons of a mask if masks are to become polygons."""
    if shape.type != "mask" or not target.masks_as_polygons:
        return [shape]
    # OpenCV is needed for this alone.
    from chalicelib.formats.geometry.masks import mask_as_polygons

    polygons = mask_as_polygons(shape)
    if polygons:
        report.convert(AS_POLYGONS, frame.name)
    else:
        report.skip(TOO_SMALL, frame.name)
    return polygons
