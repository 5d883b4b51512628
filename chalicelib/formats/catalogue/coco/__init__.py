"""COCO: https://cocodataset.org/#format-data, with CVAT's `attributes` beside each annotation."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

FORMATS: tuple[Description, ...] = (
    Exporter("COCO", "1.0", "ZIP", "chalicelib.formats.catalogue.coco.writer:WRITER"),
    Importer("COCO", "1.0", "JSON, ZIP", "chalicelib.formats.catalogue.coco.reader:READER"),
)
