"""Boxes of an image: `class x y width height`, middle and size as parts of the image's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite

from chalicelib.annotations.model.document import Shape
from chalicelib.formats.catalogue.yolo.rows import BEYOND, SLACK, Classes, LabelFile, Row
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.reading import Sink
from chalicelib.formats.labels import LabelSpec

SOURCE = "file"

#: Takes the box of a line that has a sixth field, perhaps a seventh, and these.
TakeMore = Callable[[LabelFile, Row, Shape, Sequence[str]], None]


def read_boxes(
    file: LabelFile,
    classes: Classes,
    frame: Frame | str,
    name: str,
    sink: Sink,
    more: TakeMore | None = None,
) -> None:
    """Give the boxes of a file to the sink.

    Args:
        frame: the file's, or why there is none, which is reported for each of its boxes.
        name: of the image, for the report.
        more: whom boxes of six and seven fields go to; without it they are refused.

    Raises:
        BadDataset: a line is no box.
    """
    known = classes.known
    for row in file.rows():
        fields = row.fields
        if len(fields) == 5 and not isinstance(frame, str):
            box = _plain(fields, known, frame)
            if box is not None:
                sink.add(box)
                continue
        if len(fields) != 5 and not (len(fields) in (6, 7) and more):
            file.refuse(row, f"a box has 5 fields, not {len(fields)}")
        label = classes.label(file, row)
        if label is None:
            continue
        if isinstance(frame, str):
            sink.report.skip(frame, name)
            continue
        points = _corners(file, row, frame, sink)
        shape = Shape(
            type="rectangle", frame=frame.number, points=points, label_id=label.id, source=SOURCE
        )
        if len(fields) > 5 and more:
            more(file, row, shape, fields[5:])
        else:
            sink.add(shape)


def _plain(fields: list[str], known: Mapping[str, LabelSpec], frame: Frame) -> Shape | None:
    """The box of a line in the way of nearly all lines; None if it needs a closer look."""
    label = known.get(fields[0])
    if label is None:
        return None
    try:
        x, y = float(fields[1]), float(fields[2])
        across, down = float(fields[3]) / 2, float(fields[4]) / 2
    except ValueError:
        return None
    width, height = frame.width, frame.height
    left, right = (x - across) * width, (x + across) * width
    top, bottom = (y - down) * height, (y + down) * height
    if not (0 <= left <= right <= width and 0 <= top <= bottom <= height):
        return None
    return Shape(
        type="rectangle",
        frame=frame.number,
        # The nearest hundredths, as `round` gives them, in a third of its time.
        points=[
            int(left * 100 + 0.5) / 100,
            int(top * 100 + 0.5) / 100,
            int(right * 100 + 0.5) / 100,
            int(bottom * 100 + 0.5) / 100,
        ],
        label_id=label.id,
        source=SOURCE,
    )


def _corners(file: LabelFile, row: Row, frame: Frame, sink: Sink) -> list[float]:
    """Corners in pixels."""
    try:
        x, y, across, down = map(float, row.fields[1:5])
    except ValueError as error:
        file.refuse(row, str(error))
    width, height = frame.width, frame.height
    left, right = (x - across / 2) * width, (x + across / 2) * width
    top, bottom = (y - down / 2) * height, (y + down / 2) * height
    # What is not a number is neither less nor more than anything, and so is found here as well.
    if not (-SLACK <= left <= right <= width + SLACK and -SLACK <= top <= bottom <= height + SLACK):
        if not isfinite(left + right + top + bottom):
            file.refuse(row, "numbers must be finite")
        if across < 0 or down < 0:
            file.refuse(row, "a box of negative size")
        sink.report.convert(BEYOND, file.where(row))
    return [round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)]
