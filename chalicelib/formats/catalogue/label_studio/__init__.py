"""Label Studio's JSON: https://labelstud.io/guide/export#Label-Studio-JSON-format."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_CODE = "chalicelib.formats.catalogue.label_studio"

FORMATS: tuple[Description, ...] = (
    Exporter("Label Studio", "1.0", "ZIP", f"{_CODE}.writer:WRITER"),
    Importer("Label Studio", "1.0", "JSON, ZIP", f"{_CODE}.reader:READER"),
)
