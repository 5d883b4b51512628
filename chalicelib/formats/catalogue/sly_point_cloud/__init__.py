"""Supervisely's projects of point clouds, as CVAT and datumaro write them."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_HERE = "chalicelib.formats.catalogue.sly_point_cloud"

FORMATS: tuple[Description, ...] = (
    Exporter("Sly Point Cloud Format", "1.0", "ZIP", f"{_HERE}.writer:WRITER", "3d"),
    Importer("Sly Point Cloud Format", "1.0", "ZIP", f"{_HERE}.reader:READER", "3d"),
)
