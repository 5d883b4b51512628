"""Datumaro's own format: a JSON file a subset, with every kind of annotation.

Read and written as datumaro 1.13 does: https://github.com/open-edge-platform/datumaro
"""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_HERE = "chalicelib.formats.catalogue.datumaro"

FORMATS: tuple[Description, ...] = (
    Exporter("Datumaro", "1.0", "ZIP", f"{_HERE}.writer:WRITER"),
    Importer("Datumaro", "1.0", "JSON, ZIP", f"{_HERE}.reader:READER"),
)
