"""What exporters are given of stored tasks, jobs and projects."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from chalicelib.annotations import store as annotation_store
from chalicelib.annotations.model.document import (
    Objects,
    Shape,
    SubShape,
    SubTrack,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.annotations.revisions.changes import Change
from chalicelib.formats.exporting.requested import ExportInputs
from chalicelib.projects import store
from functions.export.source import open_source

GONE = 999


@pytest.mark.parametrize("target", ["task", "job"])
def test_objects_whose_label_was_deleted_beside_their_save_are_left_out(
    task: dict[str, Any], target: Literal["task", "job"]
) -> None:
    """Else no export of the task would ever end well."""
    job = store.task_jobs(task["id"])[0]
    label = _label(task["id"])
    tags = [Tag(frame=0, label_id=label), Tag(frame=0, label_id=GONE)]
    # Whether it is a skeleton's or a sublabel's id is the same to what is left behind.
    ids = (label, GONE)
    points = [SubShape(type="points", frame=0, label_id=one, points=[1, 2]) for one in ids]
    drawn = [Shape(type="skeleton", frame=0, label_id=one, elements=points) for one in ids]
    keyframe = TrackedShape(type="skeleton", frame=0)
    moved = [
        SubTrack(
            frame=0, label_id=one, shapes=[TrackedShape(type="points", frame=0, points=[1, 2])]
        )
        for one in ids
    ]
    tracks = [Track(frame=0, label_id=one, shapes=[keyframe], elements=moved) for one in ids]
    objects = Objects(tags=tags, shapes=drawn, tracks=tracks)
    annotation_store.save(annotation_store.Save(job_id=job.id, change=Change(create=objects)))
    source = open_source(
        ExportInputs(
            target=target,
            target_id=task["id"] if target == "task" else job.id,
            format="COCO 1.0",
            save_images=False,
            filename="x.zip",
            signature="",
            base_url="http://localhost",
        )
    )
    (part,) = source.parts
    (content, *_) = part.contents(part.frames())
    assert [tag.label_id for tag in content.tags] == [label]
    assert [one.label_id for one in content.objects] == [label, label]
    assert [[point.label_id for point in one.elements] for one in content.objects] == [[label]] * 2


def _label(task_id: int) -> int:
    (label,) = store.labels_at(f"TASK#{task_id}")
    return label.id
