"""ICDAR Localization 1.0: `<subset>/gt_<image>.txt`, images in `<subset>/images/`.

A line is `left top right bottom "text"` of a box, or `x,y,x,y,…,"text"` of a polygon.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import basename, dirname, join

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.icdar.texts import TEXT, note_label, quoted, values_by_name
from chalicelib.formats.exporting.contents import FrameObjects
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.folders import folder_of
from chalicelib.formats.exporting.losses import TRACKS, note_facts
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.geometry.outlines import outline
from chalicelib.formats.report import Report

POLYGON = "turned rectangle became a polygon"
ELLIPSE = "ellipse became a polygon"


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
) -> Iterator[None]:
    """Write boxes and images. See `writing.FramesWriter`."""
    stems = Stems(stretch.placed)
    subset = folder_of(stretch.placed.subset)
    images = stretch.images() if dataset.save_images else None
    for frame, content in stretch.contents():
        stem = stems.of(frame)
        path = join(subset, dirname(stem), f"gt_{basename(stem)}.txt")
        with archive.text(path) as member:
            member.write("".join(_lines(dataset, frame, content, report)).encode())
        if images is not None:
            archive.image(f"{subset}/images/{stems.image(frame)}", next(images))
        yield


# Readers take whatever is beside the subsets for one.
WRITER = Writer(None, write_frames, holds_report=False)


def _lines(dataset: Dataset, frame: Frame, content: FrameObjects, report: Report) -> Sequence[str]:
    written = []
    for item in content.objects:
        geometry = item.geometry
        if geometry.type not in ("rectangle", "polygon", "ellipse"):
            report.skip(f"{geometry.type} cannot be written", frame.name)
            continue
        label = dataset.label_of[item.label_id]
        upright = geometry.type == "rectangle" and not geometry.rotation % 360
        points = geometry.points if upright else outline(geometry)
        between = " " if upright else ","
        fields = [f"{value:.2f}".rstrip("0").rstrip(".") for value in points]
        text = values_by_name(label, geometry.attributes).get(TEXT, "")
        written.append(between.join([*fields, *([quoted(text)] if text else [])]) + "\n")
        report.took(geometry.type)
        note_label(report, frame, label)
        note_facts(report, frame, [item])
        if geometry.type == "rectangle" and not upright:
            report.convert(POLYGON, frame.name)
        elif geometry.type == "ellipse":
            report.convert(ELLIPSE, frame.name)
        if item.track is not None:
            report.convert(TRACKS, frame.name)
    if content.tags:
        report.skip("tag cannot be written", frame.name, len(content.tags))
    report.frames += bool(written)
    return written
