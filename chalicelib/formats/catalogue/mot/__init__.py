"""Multiple Object Tracking: one line for every object on every frame.

Format: https://arxiv.org/abs/1906.04567, section 3.3, and https://motchallenge.net/instructions
"""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_HERE = "chalicelib.formats.catalogue.mot"

FORMATS: tuple[Description, ...] = (
    Exporter("MOT", "1.1", "ZIP", f"{_HERE}.writer:WRITER"),
    Importer("MOT", "1.1", "ZIP", f"{_HERE}.reader:READER"),
)
