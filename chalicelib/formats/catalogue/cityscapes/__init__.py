"""Cityscapes: https://www.cityscapes-dataset.com/."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_CODE = "chalicelib.formats.catalogue.cityscapes"

FORMATS: tuple[Description, ...] = (
    Exporter("Cityscapes", "1.0", "ZIP", f"{_CODE}.writer:WRITER"),
    Importer("Cityscapes", "1.0", "ZIP", f"{_CODE}.reader:READER"),
)
