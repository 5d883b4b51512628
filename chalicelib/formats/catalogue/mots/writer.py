"""MOTS PNG 1.0: tracks as pictures of numbers, `1000 × class + track`.

`<subset>/instances/<image>.png`, `<subset>/instances/labels.txt` (the classes in order, from 1),
`<subset>/images/<image>`. Tracks count from 0 within their label. Shapes that are of no track have
no place in the format.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.geometry.outlines import AREAS
from chalicelib.formats.geometry.painting import paint_objects
from chalicelib.formats.geometry.png import grey
from chalicelib.formats.report import Report

#: Tracks of one class, and the last class whose values have 16 bits.
PER_CLASS = 1000
CLASSES = 64
NO_TRACK = "shape without a track cannot be written"
TOO_MANY = "track is beyond the format's 1000 of a label or 64 labels"


def write_whole(dataset: Dataset, archive: ArchiveWriter, _report: Report) -> None:
    """Write the lists of labels. See `writing.WholeWriter`."""
    names = "\n".join(" ".join(label.name.splitlines()) for label in dataset.labels)
    for subset in dataset.subsets:
        with archive.text(f"{subset}/instances/labels.txt") as member:
            member.write(names.encode())


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
) -> Iterator[None]:
    """Write pictures. See `writing.FramesWriter`."""
    placed, stems = stretch.placed, Stems(stretch.placed)
    values = _values(dataset, placed)
    bodies = stretch.images() if dataset.save_images else repeat(b"")
    for (frame, content), body in zip(stretch.contents(), bodies, strict=False):
        items = list(_written(content, values, frame, report))
        if items:
            painted = paint_objects(items, frame, report, tracks=True)
            picture = painted.with_values([values[item.track] for item in painted.instances], "u2")
            archive.image(f"{placed.subset}/instances/{stems.of(frame)}.png", grey(picture))
            report.frames += 1
        if dataset.save_images:
            archive.image(f"{placed.subset}/images/{stems.image(frame)}", body)
        yield


WRITER = Writer(write_whole, write_frames)


def _values(dataset: Dataset, placed: Placed) -> dict[int | None, int]:
    """The value of each track; those that the format has no number for are missing."""
    counted: dict[int, int] = {}
    found: dict[int | None, int] = {}
    for track, one in enumerate(placed.part.tracks()):
        number = counted.get(one.label_id, 0)
        counted[one.label_id] = number + 1
        kind = dataset.class_of[one.label_id] + 1
        if number < PER_CLASS and kind <= CLASSES:
            found[track] = kind * PER_CLASS + number
    return found


def _written(
    content: FrameObjects, values: dict[int | None, int], frame: Frame, report: Report
) -> Iterator[ObjectOnFrame]:
    """Objects that are painted; the others are reported."""
    for item in content.objects:
        if item.kind not in AREAS:
            report.skip(f"{item.kind} cannot be written", frame.name)
        elif item.track is None:
            report.skip(NO_TRACK, frame.name)
        elif item.track not in values:
            report.skip(TOO_MANY, frame.name)
        else:
            yield item
    if content.tags:
        report.skip("tag cannot be written", frame.name, len(content.tags))
