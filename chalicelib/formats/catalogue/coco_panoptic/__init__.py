"""COCO's panoptic segmentation: https://cocodataset.org/#format-data, section 4."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_CODE = "chalicelib.formats.catalogue.coco_panoptic"

FORMATS: tuple[Description, ...] = (
    Exporter("COCO Panoptic", "1.0", "ZIP", f"{_CODE}.writer:WRITER"),
    Importer("COCO Panoptic", "1.0", "ZIP", f"{_CODE}.reader:READER"),
)
