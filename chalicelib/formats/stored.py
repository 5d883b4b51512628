"""Stored labels and frames as formats see them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import msgspec

from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from chalicelib.media.frame_list import load as load_frames
from chalicelib.media.points.cloud_names import pcd_name
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


def frames_of(task: Task, data: TaskData, job: Job | None) -> StoredFrames:
    """Frames of a task, or of a job's part of it, without deleted ones.

    A view: frames are read, and made, when they are asked for.
    """
    numbers: Sequence[int] = range(data.size) if job is None else job.frames
    if data.deleted_frames:
        deleted = set(data.deleted_frames)
        numbers = array("L", (number for number in numbers if number not in deleted))
    return StoredFrames(task.id, data, numbers)


class StoredFrames(Sequence[Frame]):
    """Frames of a task.

    Attributes:
        numbers: of the frames.
    """

    def __init__(self, task_id: int, data: TaskData, numbers: Sequence[int]) -> None:
        self._task_id, self._data, self.numbers = task_id, data, numbers

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, index: int) -> Frame: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Frame]: ...
    def __getitem__(self, index: int | slice) -> Frame | Sequence[Frame]:
        numbers = self.numbers[index]
        if isinstance(numbers, int):
            return next(self._made((numbers,)))
        return StoredFrames(self._task_id, self._data, numbers)

    def __iter__(self) -> Iterator[Frame]:
        return self._made(self.numbers)

    def _made(self, numbers: Iterable[int]) -> Iterator[Frame]:
        listed = load_frames(self._task_id, self._data.revision)
        start, step = self._data.start_frame, self._data.step
        video, images = listed.video, listed.images
        for number in numbers:
            source = start + number * step
            if video is not None:
                name = listed.name_of(number)
                yield Frame(number, source, name, name + VIDEO_FRAME, video.width, video.height)
                continue
            file = images[number]
            name = pcd_name(file.name) if file.family == "points" else file.name
            shown = file.info
            yield Frame(number, source, name, name, shown.width, shown.height)


def _attribute(attribute: Attribute) -> AttributeSpec:
    return AttributeSpec(
        attribute.id,
        attribute.name,
        attribute.mutable,
        attribute.input_type,
        attribute.default_value,
        tuple(attribute.values),
    )
