"""Ultralytics YOLO Oriented Bounding Boxes 1.0: `class` and the four corners of a rectangle."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.formats.catalogue.ultralytics.layout import writer
from chalicelib.formats.catalogue.ultralytics.outlines import outline_line
from chalicelib.formats.exporting.contents import FrameObjects
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.losses import note_losses
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.outlines import corners
from chalicelib.formats.report import Report


def lines(
    dataset: Dataset, _placed: Placed, frame: Frame, content: FrameObjects, report: Report
) -> Sequence[str]:
    """Rectangles of a frame. See `layout.Lines`."""
    taken = [item for item in content.objects if item.geometry.type == "rectangle"]
    for item in content.objects:
        if item.geometry.type != "rectangle":
            report.skip(f"{item.geometry.type} cannot be written", frame.name)
    if content.tags:
        report.skip("tag cannot be written", frame.name, len(content.tags))
    if taken:
        report.frames += 1
        report.took("rectangle", len(taken))
        note_losses(report, frame, taken)
    return [
        outline_line(
            dataset.class_of[item.label_id],
            corners(item.geometry.points, item.geometry.rotation),
            frame,
            report,
        )
        for item in taken
    ]


WRITER = writer(lines)
