"""What exporters are given of stored tasks, jobs and projects."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from chalicelib.annotations import store as annotation_store
from chalicelib.annotations.model.document import Objects, Tag
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
    annotation_store.save(
        annotation_store.Save(job_id=job.id, change=Change(create=Objects(tags=tags)))
    )
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


def _label(task_id: int) -> int:
    (label,) = store.labels_at(f"TASK#{task_id}")
    return label.id
