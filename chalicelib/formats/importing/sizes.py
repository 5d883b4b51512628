"""Images that are larger or smaller in the task than the dataset says."""

from __future__ import annotations

from typing import Any

from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.report import Report

OTHER_SIZE = "image has another size in the task"


def note_size(report: Report, frame: Frame, width: Any, height: Any) -> None:
    """Note that a dataset has another size for an image, if it is so; once for each image.

    Nothing is scaled: whether the image was made smaller or cut is not known.

    Args:
        width, height: as the dataset has them: pixels, as numbers or text. What is no size, such as
            0 or nothing at all, says nothing.
    """
    if width == frame.width and height == frame.height:
        return
    try:
        wide, high = int(width), int(height)
    except (TypeError, ValueError, OverflowError):
        return
    if wide > 0 and high > 0 and frame.width and (wide, high) != (frame.width, frame.height):
        sizes = f"{wide} × {high} → {frame.width} × {frame.height}"
        report.convert(OTHER_SIZE, f"{frame.name}: {sizes}")
