"""LabelMe JSON, of the desktop tool: https://github.com/wkentaro/labelme."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_CODE = "chalicelib.formats.catalogue.labelme_json"

FORMATS: tuple[Description, ...] = (
    Exporter("LabelMe JSON", "1.0", "ZIP", f"{_CODE}.writer:WRITER"),
    Importer("LabelMe JSON", "1.0", "JSON, ZIP", f"{_CODE}.reader:READER"),
)
