"""Datumaro's own format for point clouds: the same JSON, with cuboids in space."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_HERE = "chalicelib.formats.catalogue.datumaro_3d"

FORMATS: tuple[Description, ...] = (
    Exporter("Datumaro 3D", "1.0", "ZIP", f"{_HERE}.writer:WRITER", "3d"),
    Importer("Datumaro 3D", "1.0", "JSON, ZIP", f"{_HERE}.reader:READER", "3d"),
)
