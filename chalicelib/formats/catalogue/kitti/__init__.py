"""KITTI: http://www.cvlibs.net/datasets/kitti/, boxes and segmentations."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_CODE = "chalicelib.formats.catalogue.kitti"

FORMATS: tuple[Description, ...] = (
    Exporter("KITTI", "1.0", "ZIP", f"{_CODE}.writer:WRITER"),
    Importer("KITTI", "1.0", "ZIP", f"{_CODE}.reader:READER"),
)
