"""Ultralytics YOLO Pose 1.0: `class`, the box of a skeleton, its points as `x y visibility`.

Visibility is 2 for a point that is seen, 1 for an occluded one, 0 for one that is not there.
Skeletons with fewer points than the largest one are filled up with points that are not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.annotations.model.document import SubShape
from chalicelib.formats.catalogue.ultralytics.layout import writer
from chalicelib.formats.catalogue.yolo.writer import box_line
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.losses import note_losses
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.report import Report

ABSENT = "0.0 0.0 0"


def skeletons(dataset: Dataset) -> Sequence[LabelSpec]:
    """Labels of skeletons, which alone are classes."""
    return [label for label in dataset.labels if label.sublabels]


def settings(dataset: Dataset) -> Mapping[str, Any]:
    """How many points a line has, and that each has three numbers."""
    return {"kpt_shape": [_most_points(dataset), 3]}


def lines(
    dataset: Dataset, _placed: Placed, frame: Frame, content: FrameObjects, report: Report
) -> Sequence[str]:
    """Skeletons of a frame. See `layout.Lines`."""
    numbers = {label.id: at for at, label in enumerate(skeletons(dataset))}
    most = _most_points(dataset)
    taken: list[ObjectOnFrame] = []
    for item in content.objects:
        if item.geometry.type == "skeleton" and item.elements:
            taken.append(item)
        else:
            report.skip(f"{item.geometry.type} cannot be written", frame.name)
    if content.tags:
        report.skip("tag cannot be written", frame.name, len(content.tags))
    if taken:
        report.frames += 1
        report.took("skeleton", len(taken))
        note_losses(report, frame, taken)
    return [
        f"{box_line(numbers[item.label_id], _bounds(item.elements), frame)} "
        f"{' '.join(_points(dataset.label_of[item.label_id], item, frame, most))}\n"
        for item in taken
    ]


WRITER = writer(lines, skeletons, settings)


def _most_points(dataset: Dataset) -> int:
    return max((len(label.sublabels) for label in dataset.labels), default=0)


def _points(label: LabelSpec, item: ObjectOnFrame, frame: Frame, most: int) -> Sequence[str]:
    known = {element.label_id: element for element in item.elements}
    written = [
        _point(known[part.id], frame) if part.id in known else ABSENT for part in label.sublabels
    ]
    return written + [ABSENT] * (most - len(written))


def _point(element: SubShape, frame: Frame) -> str:
    x, y = element.points[:2]
    visibility = 0 if element.outside else 1 if element.occluded else 2
    return f"{x / frame.width:.6f} {y / frame.height:.6f} {visibility}"


def _bounds(elements: Sequence[SubShape]) -> Sequence[float]:
    """The box around the points that are there; of none, around all."""
    seen = [element for element in elements if not element.outside] or elements
    xs, ys = [one.points[0] for one in seen], [one.points[1] for one in seen]
    return min(xs), min(ys), max(xs), max(ys)
