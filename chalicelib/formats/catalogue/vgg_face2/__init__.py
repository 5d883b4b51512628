"""VGGFace2: a box and five landmarks of an image, in tables of comma-separated values."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_HERE = "chalicelib.formats.catalogue.vgg_face2"

FORMATS: tuple[Description, ...] = (
    Exporter("VGGFace2", "1.0", "ZIP", f"{_HERE}.writer:WRITER"),
    Importer("VGGFace2", "1.0", "ZIP", f"{_HERE}.reader:READER"),
)
