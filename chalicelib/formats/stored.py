"""Stored labels and frames as formats see them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from chalicelib.media.frame_list import FrameList
from chalicelib.media.frame_list import load as load_frames
from chalicelib.projects.models import Attribute, Job, Label, Sublabel, Task, TaskData

#: Extension of the pictures that a video's frames are written as.
VIDEO_FRAME = ".PNG"


def label_specs(labels: Iterable[Label]) -> tuple[LabelSpec, ...]:
    """Labels with their attributes and sublabels, in their order."""
    return tuple(
        msgspec.structs.replace(
            _spec(label),
            type=label.type,
            sublabels=tuple(map(_spec, label.sublabels)),
            svg=label.svg,
        )
        for label in labels
    )


def _spec(label: Sublabel) -> LabelSpec:
    return LabelSpec(
        label.id, label.name, label.color, "points", tuple(map(_attribute, label.attributes))
    )


def frames_of(task: Task, data: TaskData, job: Job | None) -> tuple[Frame, ...]:
    """Frames of a task, or of a job's part of it, without deleted ones."""
    listed = load_frames(task.id, data.revision)
    numbers = range(data.size) if job is None else job.frames
    deleted = set(data.deleted_frames)
    return tuple(_frame(listed, data, number) for number in numbers if number not in deleted)


def _frame(listed: FrameList, data: TaskData, number: int) -> Frame:
    name = listed.name_of(number)
    width, height = listed.size_of(number)
    return Frame(
        number=number,
        source_number=data.start_frame + number * data.step,
        name=name,
        file_name=name if listed.video is None else name + VIDEO_FRAME,
        width=width,
        height=height,
    )


def _attribute(attribute: Attribute) -> AttributeSpec:
    return AttributeSpec(
        attribute.id,
        attribute.name,
        attribute.mutable,
        attribute.input_type,
        attribute.default_value,
        tuple(attribute.values),
    )
