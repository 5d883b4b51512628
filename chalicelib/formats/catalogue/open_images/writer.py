"""Open Images V6 1.0, in the layout in which CVAT writes it.

Tables below `annotations/`, masks as pictures below `masks/<subset>/`, images below
`images/<subset>/`. Tables without rows are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice

import msgspec
import numpy as np

from chalicelib.formats.archives.zip_writer import ArchiveWriter, CompressedText
from chalicelib.formats.catalogue.open_images import layout
from chalicelib.formats.catalogue.open_images.rows import Mask, Rows, quoted
from chalicelib.formats.exporting.contents import FrameObjects
from chalicelib.formats.exporting.dataset import Dataset, Placed, safe_path
from chalicelib.formats.exporting.images import below_images
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.geometry.png import grey
from chalicelib.formats.report import Report

#: Rows that are joined before they are compressed.
_JOINED = 256


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write the tables. See `writing.WholeWriter`."""
    _write_classes(dataset, archive)
    for subset, parts in dataset.subsets.items():
        name = _file_name(subset)
        with ExitStack() as files:
            images, labels, boxes, masks = (
                _Table(files, archive, f"{layout.FOLDER}/{name}{ending}", columns)
                for ending, columns in layout.TABLES
            )
            for rows, frame, content in _contents(dataset, parts):
                images.add([f"{rows.image_id(frame)},{quoted(name)}{',' * 10}\n"])
                before = report.objects
                labels.add(rows.tags(content, frame, report))
                boxes.add(rows.boxes(content, frame, report))
                found = rows.masks(content, frame, report)
                masks.add(rows.mask_row(one, frame) for one in found)
                report.frames += report.objects > before
            for table in (images, labels, boxes, masks):
                table.flush()
    _write_sizes(dataset, archive)


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, _report: Report
) -> Iterator[None]:
    """Write the masks of each frame, and its image. See `writing.FramesWriter`."""
    rows = Rows(dataset, stretch.placed)
    images = stretch.images() if dataset.save_images else None
    folder = f"masks/{_file_name(stretch.placed.subset)}"
    for frame, content in stretch.contents():
        if images is not None:
            archive.image(below_images(dataset, stretch.placed, frame), next(images))
        # What is left out was said of the tables.
        for mask in rows.masks(content, frame, Report()):
            archive.image(f"{folder}/{mask.file}", _picture(mask, frame))
        yield


WRITER = Writer(write, write_frames)


class _Table:
    """A table that is written once it has a row."""

    def __init__(
        self, files: ExitStack, archive: ArchiveWriter, name: str, columns: Sequence[str]
    ) -> None:
        """`files`: ends the table."""
        self._files, self._archive, self._name = files, archive, name
        self._out: CompressedText | None = None
        self._rows = [",".join(columns) + "\n"]

    def add(self, rows: Iterable[str]) -> None:
        self._rows.extend(rows)
        if len(self._rows) > _JOINED:
            self.flush()

    def flush(self) -> None:
        """Write what was added, if there is any."""
        if self._out is None:
            if len(self._rows) == 1:
                return
            self._out = self._files.enter_context(self._archive.text(self._name))
        self._out.write("".join(self._rows).encode())
        self._rows.clear()


def _picture(mask: Mask, frame: Frame) -> bytes:
    picture = np.zeros((frame.height, frame.width), np.uint8)
    rows, columns = mask.pixels.shape
    target = picture[mask.top : mask.top + rows, mask.left : mask.left + columns]
    np.multiply(mask.pixels, 255, out=target)
    return grey(picture)


def _write_classes(dataset: Dataset, archive: ArchiveWriter) -> None:
    names = [label.name for label in dataset.labels]
    with archive.text(f"{layout.FOLDER}/{layout.CLASSES}") as out:
        out.write("".join(f"{quoted(name)},{quoted(name)}\n" for name in names).encode())
    number = 0
    while f"/m/{number}" in names:
        number += 1
    # Labels have no order of kinds here, so all of them are outside of the tree.
    tree = {"LabelName": f"/m/{number}", "Subcategory": []}
    with archive.text(f"{layout.FOLDER}/{layout.HIERARCHY}") as out:
        out.write(msgspec.json.format(msgspec.json.encode(tree), indent=4) + b"\n")


def _write_sizes(dataset: Dataset, archive: ArchiveWriter) -> None:
    def lines() -> Iterator[str]:
        for placed in dataset.parts:
            stems = Stems(placed)
            for frame in placed.frames:
                stem = stems.of(frame).replace("\\", "\\\\").replace('"', '\\"')
                yield f'"{stem}" {frame.height} {frame.width}\n'

    with archive.text(f"{layout.FOLDER}/{layout.SIZES}") as out:
        following = lines()
        while some := list(islice(following, _JOINED)):
            out.write("".join(some).encode())


def _contents(
    dataset: Dataset, parts: Sequence[Placed]
) -> Iterator[tuple[Rows, Frame, FrameObjects]]:
    for part in parts:
        rows = Rows(dataset, part)
        for frame, content in part.contents():
            yield rows, frame, content


def _file_name(subset: str) -> str:
    return safe_path(subset).replace("/", "_")
