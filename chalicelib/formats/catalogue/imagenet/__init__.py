"""ImageNet: images in folders of their labels, or lists of images with numbers of labels."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_HERE = "chalicelib.formats.catalogue.imagenet"

FORMATS: tuple[Description, ...] = (
    Exporter("ImageNet", "1.0", "ZIP", f"{_HERE}.writer:WRITER"),
    Importer("ImageNet", "1.0", "ZIP", f"{_HERE}.reader:READER"),
)
