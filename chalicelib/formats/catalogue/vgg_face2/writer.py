"""VGGFace2 1.0: `bb_landmark/loose_bb_<subset>.csv` and `loose_landmark_<subset>.csv`.

An image is `<label>/<name>` in both and has at most one box and five landmarks. A row without
numbers among the landmarks is a tag, or an image of which nothing is known (`no_label`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.folders import NO_LABEL, folder_of, one_line
from chalicelib.formats.exporting.losses import ATTRIBUTES, TURNED, note_losses, note_tags
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.report import Report

BOXES, LANDMARKS = "loose_bb_", "loose_landmark_"
BOX_COLUMNS = ("NAME_ID", "X", "Y", "W", "H")
LANDMARK_COLUMNS = ("NAME_ID", *(f"P{at}{axis}" for at in range(1, 6) for axis in "XY"))
FURTHER_BOX = "further rectangle of an image cannot be written"
FURTHER_POINTS = "further points of an image cannot be written"
NOT_FIVE = "points that are not five cannot be written"

#: Rows about one frame.
Rows = Callable[[Dataset, str, Frame, FrameObjects, Report], Sequence[Sequence[str]]]


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write the tables. See `writing.WholeWriter`."""
    with archive.text("labels.txt") as member:
        names = "".join(f"{one_line(label.name)}\n" for label in dataset.labels)
        member.write(names.encode())
    for subset, parts in dataset.subsets.items():
        name = folder_of(subset)
        for head, columns, rows in (
            (LANDMARKS, LANDMARK_COLUMNS, _landmarks),
            (BOXES, BOX_COLUMNS, _boxes),
        ):
            with archive.text(f"bb_landmark/{head}{name}.csv") as member:
                member.write(_lines([columns]))
                for placed in parts:
                    for found in _found(dataset, placed, rows, report):
                        member.write(_lines(found))


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, _report: Report
) -> Iterator[None]:
    """Write images, one in the folder of each of its labels. See `writing.FramesWriter`."""
    stems = Stems(stretch.placed)
    subset = folder_of(stretch.placed.subset)
    for (frame, content), body in zip(stretch.contents(), stretch.images(), strict=True):
        labels = {tag.label_id for tag in content.tags}
        labels |= {
            item.label_id
            for item in (_first(content, "rectangle"), _first_landmarks(content))
            if item is not None
        }
        names = {folder_of(dataset.label_of[label].name) for label in labels}
        for folder in sorted(names) or [NO_LABEL]:
            archive.image(f"{subset}/{folder}/{stems.image(frame)}", body)
        yield


WRITER = Writer(write, write_frames, annotates_frames=False)


def _found(
    dataset: Dataset, placed: Placed, rows: Rows, report: Report
) -> Iterator[Sequence[Sequence[str]]]:
    stems = Stems(placed)
    for frame, content in placed.contents():
        yield rows(dataset, stems.of(frame), frame, content, report)


def _boxes(
    dataset: Dataset, stem: str, frame: Frame, content: FrameObjects, report: Report
) -> Sequence[Sequence[str]]:
    """The row of the first rectangle; frames and losses of all kinds are noted here."""
    box, points = _first(content, "rectangle"), _first_landmarks(content)
    taken = [item for item in (box, points) if item is not None]
    report.frames += bool(taken or content.tags)
    note_losses(report, frame, taken)
    for item in content.objects:
        if item.kind == "rectangle" and item is not box:
            report.skip(FURTHER_BOX, frame.name)
        elif item.kind == "points" and item is not points:
            report.skip(FURTHER_POINTS if _are_landmarks(item) else NOT_FIVE, frame.name)
        elif item.kind not in ("rectangle", "points"):
            report.skip(f"{item.kind} cannot be written", frame.name)
    if box is None:
        return []
    report.took("rectangle")
    if box.geometry.rotation % 360:
        report.convert(TURNED, frame.name)
    left, top, right, bottom = box.geometry.points
    numbers = (left, top, right - left, bottom - top)
    return [[_name(dataset, box.label_id, stem), *map(_number, numbers)]]


def _landmarks(
    dataset: Dataset, stem: str, frame: Frame, content: FrameObjects, report: Report
) -> Sequence[Sequence[str]]:
    rows: list[Sequence[str]] = []
    points = _first_landmarks(content)
    if points is not None:
        report.took("points")
        rows.append([_name(dataset, points.label_id, stem), *map(_number, points.geometry.points)])
    nothing = [""] * (len(LANDMARK_COLUMNS) - 1)
    for tag in content.tags:
        report.took("tag")
        note_tags(report, frame, [tag])
        if tag.attributes:
            report.convert(ATTRIBUTES, frame.name)
        rows.append([_name(dataset, tag.label_id, stem), *nothing])
    if not rows and _first(content, "rectangle") is None:
        rows.append([f"{NO_LABEL}/{stem}", *nothing])
    return rows


def _first(content: FrameObjects, kind: str) -> ObjectOnFrame | None:
    return next((item for item in content.objects if item.kind == kind), None)


def _first_landmarks(content: FrameObjects) -> ObjectOnFrame | None:
    return next(filter(_are_landmarks, content.objects), None)


def _are_landmarks(item: ObjectOnFrame) -> bool:
    return item.kind == "points" and len(item.geometry.points) == 10


def _name(dataset: Dataset, label: int, stem: str) -> str:
    return f"{folder_of(dataset.label_of[label].name)}/{stem}"


def _number(value: float) -> str:
    return f"{value:.2f}".removesuffix("0")


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
