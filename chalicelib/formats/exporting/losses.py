"""What simple formats do not tell of an object, for the report."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.annotations.model.document import Track
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.report import Report

ATTRIBUTES = "attributes were left out"
TRACKS = "track became separate shapes"
TURNED = "turned rectangle lost its turn"


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


def skip_shapes(report: Report, frame: Frame, content: FrameObjects) -> None:
    """Note that none of the shapes of a frame can be written."""
    for item in content.objects:
        report.skip(f"{item.kind} cannot be written", frame.name)


def skip_tracks(report: Report, tracks: Iterable[Track]) -> None:
    """Note that no track can be written, where contents are read without them."""
    for track in tracks:
        report.skip(f"{track.shapes[0].type} track cannot be written")
