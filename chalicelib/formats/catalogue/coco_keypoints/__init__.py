"""COCO's keypoints: https://cocodataset.org/#format-data, section 2."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_CODE = "chalicelib.formats.catalogue.coco_keypoints"

FORMATS: tuple[Description, ...] = (
    Exporter("COCO Keypoints", "1.0", "ZIP", f"{_CODE}.writer:WRITER"),
    Importer("COCO Keypoints", "1.0", "JSON, ZIP", f"{_CODE}.reader:READER"),
)
