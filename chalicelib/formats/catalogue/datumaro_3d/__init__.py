"""Datumaro's own format for point clouds: the same JSON, with cuboids in space."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_WRITER = "chalicelib.formats.catalogue.datumaro_3d.writer:WRITER"
_READER = "chalicelib.formats.catalogue.datumaro.reader:READER"

FORMATS: tuple[Description, ...] = (
    Exporter("Datumaro 3D", "1.0", "ZIP", _WRITER, "3d"),
    Importer("Datumaro 3D", "1.0", "JSON, ZIP", _READER, "3d"),
)
