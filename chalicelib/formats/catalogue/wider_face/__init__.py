"""WIDER FACE: boxes listed below their images. Format: http://shuoyang1213.me/WIDERFACE/"""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_HERE = "chalicelib.formats.catalogue.wider_face"

FORMATS: tuple[Description, ...] = (
    Exporter("WiderFace", "1.0", "ZIP", f"{_HERE}.writer:WRITER"),
    Importer("WiderFace", "1.0", "ZIP", f"{_HERE}.reader:READER"),
)
