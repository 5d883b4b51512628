"""Projects of Supervisely: https://docs.supervisely.com/data-organization/00_ann_format_navi"""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_HERE = "chalicelib.formats.catalogue.supervisely"

FORMATS: tuple[Description, ...] = (
    Exporter("Supervisely", "1.0", "ZIP", f"{_HERE}.writer:WRITER"),
    Importer("Supervisely", "1.0", "ZIP", f"{_HERE}.reader:READER"),
)
