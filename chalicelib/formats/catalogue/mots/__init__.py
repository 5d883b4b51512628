"""MOTS PNG: https://www.vision.rwth-aachen.de/page/mots."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_CODE = "chalicelib.formats.catalogue.mots"

FORMATS: tuple[Description, ...] = (
    Exporter("MOTS PNG", "1.0", "ZIP", f"{_CODE}.writer:WRITER"),
    Importer("MOTS PNG", "1.0", "ZIP", f"{_CODE}.reader:READER"),
)
