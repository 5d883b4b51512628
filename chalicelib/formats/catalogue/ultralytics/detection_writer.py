"""Ultralytics YOLO Detection 1.0, and with tracks: `class x y width height [track]`."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.formats.catalogue.ultralytics.layout import writer
from chalicelib.formats.catalogue.yolo.writer import box_line, boxes, upright
from chalicelib.formats.exporting.contents import FrameObjects
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.losses import note_losses
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.report import Report


def lines(
    dataset: Dataset, _placed: Placed, frame: Frame, content: FrameObjects, report: Report
) -> Sequence[str]:
    """Boxes of a frame. See `layout.Lines`."""
    return boxes(dataset.class_of, frame, content, report)


def tracked_lines(
    dataset: Dataset, placed: Placed, frame: Frame, content: FrameObjects, report: Report
) -> Sequence[str]:
    """The same; boxes of tracks end with the number of their track."""
    taken = upright(frame, content, report)
    note_losses(report, frame, taken, tracks=True)
    written = []
    for item in taken:
        line = box_line(dataset.class_of[item.label_id], item.geometry.points, frame)
        if item.track is not None:
            # No two tasks have the same number; of one task, the numbers are those of its tracks.
            line = f"{line} {item.track * len(dataset.parts) + placed.index}"
        written.append(f"{line}\n")
    return written


WRITER = writer(lines)
TRACK_WRITER = writer(tracked_lines)
