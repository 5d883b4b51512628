"""Cityscapes 1.0: pictures of labels, of instances and of colours for each image.

`gtFine/<subset>/<image>_gtFine_{color,instanceIds,labelIds}.png`,
`imgsFine/leftImg8bit/<subset>/<image>_leftImg8bit.<ext>`, `label_colors.txt`, whose lines give the
labels' numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from pathlib import PurePosixPath

import numpy as np

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.camvid.label_colors import LABEL_COLORS, LabelNumbers
from chalicelib.formats.catalogue.cityscapes.instances import instance_values
from chalicelib.formats.catalogue.cityscapes.layout import (
    COLOR,
    IMAGE,
    IMAGES,
    INSTANCES,
    LABELS,
    MASKS,
    PER_LABEL,
)
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.geometry.painting import (
    Painted,
    in_colors,
    note_background,
    paint_objects,
    paintable,
    skip_others,
)
from chalicelib.formats.geometry.png import grey
from chalicelib.formats.report import Report


def write_whole(dataset: Dataset, archive: ArchiveWriter, _report: Report) -> None:
    """Write the colours of labels. See `writing.WholeWriter`."""
    with archive.text(LABEL_COLORS) as member:
        member.write(LabelNumbers(dataset).written())


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
) -> Iterator[None]:
    """Write pictures. See `writing.FramesWriter`."""
    numbers, stems = LabelNumbers(dataset), Stems(stretch.placed)
    subset = stretch.placed.subset
    bodies = stretch.images() if dataset.save_images else repeat(b"")
    for (frame, content), body in zip(stretch.contents(), bodies, strict=False):
        skip_others(content, frame, report)
        if items := paintable(content):
            painted = paint_objects(items, frame, report)
            name = f"{MASKS}/{subset}/{stems.of(frame)}"
            _write_pictures(painted, numbers, name, frame, archive, report)
            report.frames += 1
        if dataset.save_images:
            suffix = PurePosixPath(stems.image(frame)).suffix
            archive.image(f"{IMAGES}/{subset}/{stems.of(frame)}{IMAGE}{suffix}", body)
        yield


WRITER = Writer(write_whole, write_frames)


def _write_pictures(
    painted: Painted,
    numbers: LabelNumbers,
    name: str,
    frame: Frame,
    archive: ArchiveWriter,
    report: Report,
) -> None:
    labels = [numbers.of[item.label_id] for item in painted.instances]
    note_background(labels, frame, report)
    classes = painted.with_values(labels, "u1" if len(numbers.palette) <= 256 else "u2")
    archive.image(name + COLOR, in_colors(classes, numbers.palette))
    values = instance_values(labels, PER_LABEL, report, frame.name)
    archive.image(name + INSTANCES, grey(painted.with_values(values, "u2")))
    archive.image(name + LABELS, grey(np.ascontiguousarray(classes)))
