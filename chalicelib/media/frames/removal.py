"""Frames that annotators removed from a task, and restored."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.platform import clock, table
from chalicelib.platform.table import Record
from chalicelib.projects import store, tasks
from chalicelib.projects.models import Task


def delete_frames(task_id: int, own: range, removed: Sequence[int]) -> Task | None:
    """Replace the removed frames among `own` by `removed`; those elsewhere stay as they are.

    Returns the changed task, or None if it is gone.
    """

    def change(task: Task, _: Record) -> None:
        if task.data is not None:
            kept = [number for number in task.data.deleted_frames if number not in own]
            task.data.deleted_frames = sorted({*kept, *removed})
        task.updated_date = clock.iso()

    changed = table.modify(*store.task_key(task_id), Task, change)
    if changed is None:
        return None
    tasks.touch(changed[0])
    return changed[0]
