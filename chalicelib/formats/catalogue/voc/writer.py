"""PASCAL VOC 1.1: boxes as XML, other areas as pictures, tags as lists of classes.

`Annotations/<image>.xml`, `SegmentationClass/<image>.png`, `SegmentationObject/<image>.png`,
`JPEGImages/<image>`, `ImageSets/{Main,Segmentation,Layout,Action}/<subset>.txt`, `labelmap.txt`.
Coordinates are pixels from 0, with two decimals, as CVAT has them (not from 1, as VOC once had).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.voc import labelmap
from chalicelib.formats.catalogue.voc.document import DocumentWriter
from chalicelib.formats.catalogue.voc.layout import ANNOTATIONS, IMAGES, Names
from chalicelib.formats.catalogue.voc.lists import write_lists
from chalicelib.formats.catalogue.voc.segmentation import SegmentationWriter
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.losses import note_facts, note_tags
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.report import Report

#: Shapes that become pixels; boxes have elements of their own.
PAINTED = ("polygon", "ellipse", "mask")
ATTRIBUTES = "attributes were left out"
WRITTEN = {"rectangle", *PAINTED}


def write_whole(dataset: Dataset, archive: ArchiveWriter, _report: Report) -> None:
    """Write lists and the map of labels. See `writing.WholeWriter`."""
    pictures = SegmentationWriter(dataset, PAINTED)
    with archive.text(labelmap.LABELMAP) as member:
        member.write(labelmap.written(pictures.colors))
    write_lists(dataset, pictures, archive, only_painted=False)


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
) -> Iterator[None]:
    """Write documents and pictures. See `writing.FramesWriter`."""
    documents, pictures = DocumentWriter(dataset), SegmentationWriter(dataset, PAINTED)
    placed, names = stretch.placed, Names(dataset)
    bodies = stretch.images() if dataset.save_images else repeat(b"")
    for (frame, content), body in zip(stretch.contents(), bodies, strict=False):
        name, image = names.item(placed, frame), names.image(placed, frame)
        boxes = [item for item in content.objects if item.kind == "rectangle"]
        painted = pictures.paints(content)
        with archive.text(f"{ANNOTATIONS}/{name}.xml") as member:
            text = documents.text(name, image, frame, boxes, painted=painted)
            member.write(text.encode())
        if boxes:
            report.took("rectangle", len(boxes))
            note_facts(report, frame, boxes, "occluded")
        if painted:
            pictures.write(content, frame, name, archive, report)
        if len(boxes) < len(content.objects):
            for item in content.objects:
                if item.kind not in WRITTEN:
                    report.skip(f"{item.kind} cannot be written", frame.name)
        if content.tags:
            report.took("tag", len(content.tags))
            note_tags(report, frame, content.tags)
            if with_values := sum(bool(tag.attributes) for tag in content.tags):
                report.convert(ATTRIBUTES, frame.name, with_values)
        report.frames += bool(content.objects or content.tags)
        if dataset.save_images:
            archive.image(f"{IMAGES}/{image}", body)
        yield


WRITER = Writer(write_whole, write_frames)
