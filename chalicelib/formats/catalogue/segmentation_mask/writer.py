"""Segmentation mask 1.1: for each image a picture of labels and one of instances.

`SegmentationClass/<image>.png`, `SegmentationObject/<image>.png`, `JPEGImages/<image>`,
`ImageSets/Segmentation/<subset>.txt`, `labelmap.txt`. Shapes are painted in their z-order; those of
a group that have the same label are one instance.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.voc import labelmap
from chalicelib.formats.catalogue.voc.layout import IMAGES, Names
from chalicelib.formats.catalogue.voc.lists import write_lists
from chalicelib.formats.catalogue.voc.segmentation import SegmentationWriter
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.geometry.outlines import AREAS
from chalicelib.formats.geometry.painting import skip_others
from chalicelib.formats.report import Report


def write_whole(dataset: Dataset, archive: ArchiveWriter, _report: Report) -> None:
    """Write lists and the map of labels. See `writing.WholeWriter`."""
    pictures = SegmentationWriter(dataset, AREAS)
    with archive.text(labelmap.LABELMAP) as member:
        member.write(labelmap.written(pictures.colors))
    write_lists(dataset, pictures, archive, only_painted=True)


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
) -> Iterator[None]:
    """Write pictures. See `writing.FramesWriter`."""
    pictures, names = SegmentationWriter(dataset, AREAS), Names(dataset)
    placed = stretch.placed
    bodies = stretch.images() if dataset.save_images else repeat(b"")
    for (frame, content), body in zip(stretch.contents(), bodies, strict=False):
        pictures.write(content, frame, names.item(placed, frame), archive, report)
        skip_others(content, frame, report)
        report.frames += pictures.paints(content)
        if dataset.save_images:
            archive.image(f"{IMAGES}/{names.image(placed, frame)}", body)
        yield


WRITER = Writer(write_whole, write_frames)
