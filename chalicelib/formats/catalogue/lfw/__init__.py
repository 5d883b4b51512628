"""Labeled Faces in the Wild: people, and pairs of images of them. Format: http://vis-www.cs.umass.edu/lfw/"""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_HERE = "chalicelib.formats.catalogue.lfw"

FORMATS: tuple[Description, ...] = (
    Exporter("LFW", "1.0", "ZIP", f"{_HERE}.writer:WRITER"),
    Importer("LFW", "1.0", "ZIP", f"{_HERE}.reader:READER"),
)
