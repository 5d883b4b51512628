"""CVAT's own XML: images with shapes, or tracks with a box for every frame."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_HERE = "chalicelib.formats.catalogue.cvat"

FORMATS: tuple[Description, ...] = (
    Exporter("CVAT for images", "1.1", "ZIP", f"{_HERE}.images_writer:WRITER"),
    Exporter("CVAT for video", "1.1", "ZIP", f"{_HERE}.video_writer:WRITER"),
    Importer("CVAT", "1.1", "XML, ZIP", f"{_HERE}.reader:READER"),
)
