"""Market-1501: names of images tell person, camera and time."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_HERE = "chalicelib.formats.catalogue.market1501"

FORMATS: tuple[Description, ...] = (
    Exporter("Market-1501", "1.0", "ZIP", f"{_HERE}.writer:WRITER"),
    Importer("Market-1501", "1.0", "ZIP", f"{_HERE}.reader:READER"),
)
