"""YOLO as Darknet has it: a text file of boxes beside every image, lists of images, `obj.data`.

Format: https://github.com/AlexeyAB/darknet#how-to-train-to-detect-your-custom-objects
"""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_HERE = "chalicelib.formats.catalogue.yolo"

FORMATS: tuple[Description, ...] = (
    Exporter("YOLO", "1.1", "ZIP", f"{_HERE}.writer:WRITER"),
    Importer("YOLO", "1.1", "ZIP", f"{_HERE}.reader:READER"),
)
