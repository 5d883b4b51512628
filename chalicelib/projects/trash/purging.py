"""Removing for good what was deleted: labels, media, annotations; the entry goes last."""

from __future__ import annotations

from chalicelib.annotations import store as annotation_store
from chalicelib.platform import bucket, keys, table
from chalicelib.platform.table import Key, Record
from chalicelib.projects import label_rules, store
from chalicelib.projects.trash import entries
from chalicelib.projects.trash.entries import TRASH, Entry
from chalicelib.projects.trash.pace import Pace

#: Jobs whose annotations are looked for in one call to the table.
JOBS_AT_ONCE = 100


def doom(entry: Entry) -> bool:
    """Take something out of the trash to be removed for good; nobody sees it any more.

    Returns whether it could be: not while it is being restored.

    Raises:
        Lost: someone changed the entry meanwhile.
    """
    match entry.deletion.state:
        case "restoring":
            return False
        case "hiding" if not entry.deletion.doomed:
            # It is purged after that: its tasks must be known first.
            table.commit(entry.becoming(doomed=True))
        case "kept":
            table.commit(entry.becoming(doomed=True, state="purging"))
    return True


def purge(entry: Entry, pace: Pace) -> None:
    """Do what is left of removing something. May be repeated. Raises Lost, OutOfTime."""
    if entry.deletion.kind == "task":
        _purge_task(entry.deletion.id, pace)
    else:
        _doom_tasks_deleted_before(entry.pk)
        for child in entries.tasks_of(entry):
            _purge_task(child.number, pace)
            table.delete_many([child.key])
    _purge_partition(entry.pk)
    table.delete_many([entry.record.key])


def _doom_tasks_deleted_before(project_pk: str) -> None:
    """What was deleted from a project before cannot come back without the project's labels."""
    found = table.listed(Record.parent_index, keys.child_of(TRASH, project_pk))
    for task in entries.load_many(found).values():
        doom(task)


def _purge_task(task_id: int, pace: Pace) -> None:
    pk = keys.task(task_id)
    job_ids = [record.number for record in table.children(pk, "JOB#")]
    for start in range(0, len(job_ids), JOBS_AT_ONCE):
        pace.check()
        _purge_jobs(task_id, job_ids[start : start + JOBS_AT_ONCE], thorough=pace.endless)
    bucket.delete_below(f"tasks/{task_id}/")
    _purge_partition(pk)


def _purge_jobs(task_id: int, job_ids: list[int], *, thorough: bool) -> None:
    """Delete jobs. After an interruption (`thorough`), annotations may be there without a head."""
    for job_id, revision in annotation_store.read_revisions(job_ids).items():
        if revision or thorough:
            annotation_store.delete_job(job_id)
    table.delete_many((keys.job(job_id), keys.META) for job_id in job_ids)
    table.delete_many(store.job_key(task_id, job_id) for job_id in job_ids)


def _purge_partition(pk: str) -> None:
    """Delete labels, their pointers, notes, and whatever else is kept under `pk`."""
    labels: list[Key] = []
    records = list(table.children(pk))
    for record in records:
        if record.sk == keys.LABELS:
            ids = label_rules.ids_of(store.read_labels(record))
            labels += [(keys.label(label_id), keys.META) for label_id in sorted(ids)]
    notes = [record.key for record in table.children(keys.moved(pk))]
    table.delete_many(labels)
    table.delete_many([*notes, *(record.key for record in records)])
