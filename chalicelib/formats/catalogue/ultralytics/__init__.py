"""What Ultralytics trains on: `data.yaml`, images, text files of labels.

Formats: https://docs.ultralytics.com/datasets/
"""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_HERE = "chalicelib.formats.catalogue.ultralytics"
_KINDS = {
    "Classification": "classification",
    "Detection": "detection",
    "Oriented Bounding Boxes": "oriented_boxes",
    "Pose": "pose",
    "Segmentation": "segmentation",
}

FORMATS: tuple[Description, ...] = (
    *(
        Exporter(f"Ultralytics YOLO {title}", "1.0", "ZIP", f"{_HERE}.{module}_writer:WRITER")
        for title, module in _KINDS.items()
    ),
    *(
        Importer(f"Ultralytics YOLO {title}", "1.0", "ZIP", f"{_HERE}.{module}_reader:READER")
        for title, module in _KINDS.items()
    ),
    Exporter(
        "Ultralytics YOLO Detection Track",
        "1.0",
        "ZIP",
        f"{_HERE}.detection_writer:TRACK_WRITER",
    ),
)
