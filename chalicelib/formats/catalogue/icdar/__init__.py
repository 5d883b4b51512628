"""ICDAR's robust reading: words, where words are, which pixels are characters.

Format: https://rrc.cvc.uab.es/?ch=2&com=tasks
"""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_HERE = "chalicelib.formats.catalogue.icdar"
_TASKS = ("Localization", "Recognition", "Segmentation")

FORMATS: tuple[Description, ...] = (
    *(
        Exporter(f"ICDAR {task}", "1.0", "ZIP", f"{_HERE}.{task.lower()}_writer:WRITER")
        for task in _TASKS
    ),
    *(
        Importer(f"ICDAR {task}", "1.0", "ZIP", f"{_HERE}.{task.lower()}_reader:READER")
        for task in _TASKS
    ),
)
