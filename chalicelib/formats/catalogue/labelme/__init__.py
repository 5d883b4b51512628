"""LabelMe, the annotation tool on the web: http://labelme.csail.mit.edu/."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_CODE = "chalicelib.formats.catalogue.labelme"

FORMATS: tuple[Description, ...] = (
    Exporter("LabelMe", "3.0", "ZIP", f"{_CODE}.writer:WRITER"),
    Importer("LabelMe", "3.0", "ZIP", f"{_CODE}.reader:READER"),
)
