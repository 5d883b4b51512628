"""Open Images V6: https://storage.googleapis.com/openimages/web/download_v6.html#df-csv."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_CODE = "chalicelib.formats.catalogue.open_images"

FORMATS: tuple[Description, ...] = (
    Exporter("Open Images V6", "1.0", "ZIP", f"{_CODE}.writer:WRITER"),
    Importer("Open Images V6", "1.0", "ZIP", f"{_CODE}.reader:READER"),
)
