"""Removing what a restoration has made that failed: nothing of it was ever seen."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.annotations import store as annotation_store
from chalicelib.media.ingest import notes
from chalicelib.platform import bucket, keys, table
from chalicelib.platform.table import Key
from chalicelib.projects import label_rules, store


def undo(project_id: int | None, task_ids: Sequence[int]) -> None:
    """Remove drafts with all that belongs to them. May be repeated."""
    for task_id in task_ids:
        _remove_task(task_id)
    if project_id is not None:
        _remove_partition(keys.project(project_id))


def _remove_task(task_id: int) -> None:
    job_ids = [record.number for record in table.children(keys.task(task_id), "JOB#")]
    for job_id in job_ids:
        annotation_store.delete_job(job_id)
    table.delete_many((keys.job(job_id), keys.META) for job_id in job_ids)
    bucket.delete_below(f"tasks/{task_id}/")
    notes.forget(task_id)
    _remove_partition(keys.task(task_id))


def _remove_partition(pk: str) -> None:
    pointers: list[Key] = []
    records = list(table.children(pk))
    for record in records:
        if record.sk == keys.LABELS:
            found = label_rules.ids_of(store.read_labels(record))
            pointers += [(keys.label(label_id), keys.META) for label_id in sorted(found)]
    table.delete_many(pointers)
    table.delete_many(record.key for record in records)
