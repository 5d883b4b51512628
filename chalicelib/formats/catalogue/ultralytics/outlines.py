"""Lines of outlines: `class x1 y1 x2 y2 …`, parts of the image's width and height."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.report import Report

#: Parts of the image by which a corner may lie beyond it before Ultralytics leaves the image out.
TOLERATED = 0.01
BEYOND = "shape beyond the image, which Ultralytics refuses, was kept as it is"


def outline_line(number: int, points: Sequence[float], frame: Frame, report: Report) -> str:
    """The line of an outline of flat x, y pairs in pixels."""
    xs = [x / frame.width for x in points[::2]]
    ys = [y / frame.height for y in points[1::2]]
    if (
        min(xs) < -TOLERATED
        or min(ys) < -TOLERATED
        or max(xs) > 1 + TOLERATED
        or max(ys) > 1 + TOLERATED
    ):
        report.convert(BEYOND, frame.name)
    pairs = " ".join(f"{x:.6f} {y:.6f}" for x, y in zip(xs, ys, strict=True))
    return f"{number} {pairs}\n"
