"""CamVid 1.0: a picture of labels for each image, and a list of both for each subset.

`<subset>annot/<image>.png`, `<subset>/<image>`, `<subset>.txt`, `label_colors.txt`. Instances are
not told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.camvid.label_colors import LABEL_COLORS, LabelNumbers
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.geometry.outlines import AREAS
from chalicelib.formats.geometry.painting import (
    in_colors,
    note_background,
    paint_objects,
    paintable,
    skip_others,
)
from chalicelib.formats.report import Report


def write_whole(dataset: Dataset, archive: ArchiveWriter, _report: Report) -> None:
    """Write the lists. See `writing.WholeWriter`."""
    with archive.text(LABEL_COLORS) as member:
        member.write(LabelNumbers(dataset).written())
    for subset, parts in dataset.subsets.items():
        with archive.text(f"{subset}.txt") as member:
            for placed in parts:
                stems = Stems(placed)
                for frame, content in placed.contents():
                    painted = any(item.kind in AREAS for item in content.objects)
                    mask = f"{subset}annot/{stems.of(frame)}.png" if painted else ""
                    image = f"/{subset}/{stems.image(frame)}"
                    if len(image.split()) > 1 or len(mask.split()) > 1:
                        image, mask = f'"{image}"', f'"{mask}"'
                    member.write(f"{image} {mask}\n".encode())


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
            painted = paint_objects(items, frame, report, instances_told=False)
            values = [numbers.of[item.label_id] for item in painted.instances]
            note_background(values, frame, report)
            classes = painted.with_values(values, "u1" if len(numbers.palette) <= 256 else "u4")
            archive.image(
                f"{subset}annot/{stems.of(frame)}.png", in_colors(classes, numbers.palette)
            )
            report.frames += 1
        if dataset.save_images:
            archive.image(f"{subset}/{stems.image(frame)}", body)
        yield


WRITER = Writer(write_whole, write_frames)
