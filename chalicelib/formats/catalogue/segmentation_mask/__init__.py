"""Segmentation mask: the pictures of PASCAL VOC alone."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_CODE = "chalicelib.formats.catalogue.segmentation_mask"

FORMATS: tuple[Description, ...] = (
    Exporter("Segmentation mask", "1.1", "ZIP", f"{_CODE}.writer:WRITER"),
    Importer("Segmentation mask", "1.1", "ZIP", f"{_CODE}.reader:READER"),
)
