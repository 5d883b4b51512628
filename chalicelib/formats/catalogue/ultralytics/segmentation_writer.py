"""Ultralytics YOLO Segmentation 1.0: `class` and the corners of a polygon."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.annotations.model.document import Geometry, Shape
from chalicelib.formats.catalogue.ultralytics.layout import writer
from chalicelib.formats.catalogue.ultralytics.outlines import outline_line
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.losses import note_losses
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.outlines import outline
from chalicelib.formats.report import Report

ELLIPSE = "ellipse became a polygon"
MASK = "mask became polygons"
LOST_HOLES = "mask with holes became polygons without them"


def lines(
    dataset: Dataset, _placed: Placed, frame: Frame, content: FrameObjects, report: Report
) -> Sequence[str]:
    """Polygons of a frame. See `layout.Lines`."""
    written: list[str] = []
    taken: list[ObjectOnFrame] = []
    for item in content.objects:
        polygons = _polygons(item.geometry, frame, report)
        if not polygons:
            report.skip(f"{item.geometry.type} cannot be written", frame.name)
            continue
        taken.append(item)
        report.took(item.kind)
        number = dataset.class_of[item.label_id]
        written += (outline_line(number, points, frame, report) for points in polygons)
    if content.tags:
        report.skip("tag cannot be written", frame.name, len(content.tags))
    if taken:
        report.frames += 1
        note_losses(report, frame, taken)
    return written


WRITER = writer(lines)


def _polygons(geometry: Geometry, frame: Frame, report: Report) -> Sequence[Sequence[float]]:
    """Outlines of a shape; none if it has none that the format knows."""
    if geometry.type == "polygon":
        return [geometry.points]
    if geometry.type == "ellipse":
        report.convert(ELLIPSE, frame.name)
        return [outline(geometry)]
    if geometry.type == "mask":
        # OpenCV is needed for masks alone.
        from chalicelib.formats.geometry.masks import mask_as_polygons

        mask = Shape(type="mask", frame=geometry.frame, points=geometry.points, label_id=0)
        polygons, holes = mask_as_polygons(mask)
        if polygons:
            report.convert(LOST_HOLES if holes else MASK, frame.name)
        return [polygon.points for polygon in polygons]
    return []
