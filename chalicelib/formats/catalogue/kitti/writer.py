"""KITTI 1.0: boxes as lines of text, other areas as pictures of labels and of instances.

`<subset>/label_2/<image>.txt`, `<subset>/instance/<image>.png` (label × 256 + instance),
`<subset>/semantic/<image>.png`, `<subset>/semantic_rgb/<image>.png`, `<subset>/image_2/<image>`,
`label_colors.txt`, whose lines give the labels' numbers. A turned rectangle is painted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.camvid.label_colors import LABEL_COLORS, LabelNumbers
from chalicelib.formats.catalogue.cityscapes.instances import instance_values
from chalicelib.formats.catalogue.kitti.boxes import TRUNCATED, line_of
from chalicelib.formats.exporting.contents import ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.losses import note_facts
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.geometry.painting import (
    ATTRIBUTES,
    TRACKS,
    Painted,
    in_colors,
    note_background,
    paint_objects,
    paintable,
    skip_others,
)
from chalicelib.formats.geometry.png import grey
from chalicelib.formats.report import Report

#: What an instance's value is, over that of its label.
PER_LABEL = 256


def write_whole(dataset: Dataset, archive: ArchiveWriter, _report: Report) -> None:
    """Write the colours of labels. See `writing.WholeWriter`."""
    with archive.text(LABEL_COLORS) as member:
        member.write(LabelNumbers(dataset).written())


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
) -> Iterator[None]:
    """Write lines and pictures. See `writing.FramesWriter`."""
    numbers, stems = LabelNumbers(dataset), Stems(stretch.placed)
    subset = stretch.placed.subset
    bodies = stretch.images() if dataset.save_images else repeat(b"")
    for (frame, content), body in zip(stretch.contents(), bodies, strict=False):
        skip_others(content, frame, report)
        items = paintable(content)
        boxes = [item for item in items if _is_box(item)]
        name = stems.of(frame)
        if boxes:
            with archive.text(f"{subset}/label_2/{name}.txt") as member:
                labels = (dataset.label_of[item.label_id] for item in boxes)
                lines = (
                    line_of(item, label, numbers.spelled[label.name])
                    for item, label in zip(boxes, labels, strict=True)
                )
                member.write("".join(lines).encode())
            _note(boxes, dataset, frame, report)
        if len(items) > len(boxes):
            shapes = [item for item in items if not _is_box(item)]
            painted = paint_objects(shapes, frame, report)
            _write_pictures(painted, numbers, (subset, name), frame, archive, report)
        report.frames += bool(items)
        if dataset.save_images:
            archive.image(f"{subset}/image_2/{stems.image(frame)}", body)
        yield


WRITER = Writer(write_whole, write_frames)


def _is_box(item: ObjectOnFrame) -> bool:
    return item.kind == "rectangle" and not item.geometry.rotation


def _note(boxes: Sequence[ObjectOnFrame], dataset: Dataset, frame: Frame, report: Report) -> None:
    """Count boxes and what they lose."""
    report.took("rectangle", len(boxes))
    note_facts(report, frame, boxes, "occluded", "score")
    specs = dataset.attribute_of
    for item in boxes:
        told = (specs[one.spec_id] for one in item.geometry.attributes if one.spec_id in specs)
        if any(spec.name != TRUNCATED for spec in told):
            report.convert(ATTRIBUTES, frame.name)
        if item.track is not None:
            report.convert(TRACKS, frame.name)


def _write_pictures(
    painted: Painted,
    numbers: LabelNumbers,
    place: tuple[str, str],
    frame: Frame,
    archive: ArchiveWriter,
    report: Report,
) -> None:
    subset, name = place
    labels = [numbers.of[item.label_id] for item in painted.instances]
    note_background(labels, frame, report)
    classes = painted.with_values(labels, "u1" if len(numbers.palette) <= 256 else "u2")
    archive.image(f"{subset}/semantic_rgb/{name}.png", in_colors(classes, numbers.palette))
    archive.image(f"{subset}/semantic/{name}.png", grey(classes))
    values = instance_values(labels, PER_LABEL, report, frame.name)
    archive.image(f"{subset}/instance/{name}.png", grey(painted.with_values(values, "u2")))
