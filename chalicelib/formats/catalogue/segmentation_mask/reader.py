"""Segmentation mask 1.1, from CVAT or any other dataset with VOC's pictures."""

from __future__ import annotations

from chalicelib.formats.catalogue.voc.labelmap import LABELMAP
from chalicelib.formats.catalogue.voc.pictures import pictures_of
from chalicelib.formats.catalogue.voc.segmentation_reader import (
    read_segmentations,
    segmentations,
)
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.empty import is_empty_export
from chalicelib.formats.importing.reading import Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload

NOT_MASKS = (
    "is not a Segmentation mask dataset: it has no pictures in SegmentationClass or "
    "SegmentationObject"
)


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    pictures = list(segmentations(upload))
    if not pictures:
        if is_empty_export(upload, LABELMAP):
            return
        raise BadDataset(upload.name, NOT_MASKS)
    read_segmentations(upload, target, sink, pictures)


READER = Reader(read, pictures_of)
