"""Ultralytics YOLO Segmentation 1.0."""

from __future__ import annotations

from typing import Any

from chalicelib.formats.catalogue.ultralytics.description import Description
from chalicelib.formats.catalogue.ultralytics.outline_lines import Outlines
from chalicelib.formats.catalogue.ultralytics.reading import reader
from chalicelib.formats.importing.reading import Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload


def polygons(_upload: Upload, _description: Description, target: Target, sink: Sink) -> Outlines:
    """Reads polygons of three corners and more."""
    return Outlines(target, sink, 6, None, polygon)


READER = reader(polygons)


def polygon(points: list[float]) -> dict[str, Any]:
    """A polygon. See `outline_lines.Understand`."""
    return {"type": "polygon", "points": [round(value, 2) for value in points]}
