"""What boxes and outlines in lines of text do not tell of an object, for the report."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.formats.exporting.contents import ObjectOnFrame
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.report import Report

ATTRIBUTES = "attributes were left out"
TRACKS = "track became separate shapes"


def note_losses(
    report: Report, frame: Frame, taken: Iterable[ObjectOnFrame], *, tracks: bool = False
) -> None:
    """Count what the objects of a frame lost.

    Args:
        tracks: whether the format tells which shapes are of one track.
    """
    attributes = parts = 0
    for item in taken:
        if item.geometry.attributes:
            attributes += 1
        if item.track is not None:
            parts += 1
    if attributes:
        report.convert(ATTRIBUTES, frame.name, attributes)
    if parts and not tracks:
        report.convert(TRACKS, frame.name, parts)
