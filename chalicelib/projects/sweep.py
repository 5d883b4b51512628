"""Deleting projects and tasks.

First the thing becomes invisible: one transaction deletes its record and writes a tombstone. Then
what belonged to it is swept away, job by job; the tombstone goes last, so that an interrupted
sweep is taken up again.
"""

from __future__ import annotations

import logging
import time
from typing import Literal

import msgspec

from chalicelib.annotations import store as annotation_store
from chalicelib.platform import bucket, clock, keys, table
from chalicelib.platform.errors import NotFound
from chalicelib.platform.table import Create, Delete, Key, Lost, Record, Update, Write
from chalicelib.projects import changes, following, label_rules, store
from chalicelib.projects.indexing import TASK
from chalicelib.projects.models import Project, Task

KIND = "gone"
#: A request sweeps for this many seconds; the rest is left to `resume`. An API function of AWS has
#: 29 seconds.
SECONDS_IN_REQUEST = 15.0
#: Jobs whose annotations are looked for in one call to the table.
JOBS_AT_ONCE = 100

log = logging.getLogger("skylabel.projects")


class Gone(msgspec.Struct, kw_only=True):
    """A tombstone. `tasks_left`: tasks of a deleted project that are not deleted yet."""

    kind: Literal["project", "task"]
    id: int
    tasks_left: int = 0


class Hidden(msgspec.Struct):
    """Ids of what is being swept: index entries below them no longer count."""

    projects: set[int]
    tasks: set[int]


class _OutOfTime(Exception):
    pass


def delete_project(project_id: int) -> None:
    """Delete a project with its tasks. Raises NotFound."""
    for _ in changes.attempts():
        record = table.load(*store.project_key(project_id))
        if record is None:
            raise NotFound
        gone = Gone(kind="project", id=project_id, tasks_left=record.read(Project).task_count)
        if _bury(record, gone):
            break
    _try_to_sweep(gone, time.monotonic() + SECONDS_IN_REQUEST)


def delete_task(task_id: int) -> None:
    """Delete a task with its jobs, annotations and media. Raises NotFound."""
    for _ in changes.attempts():
        record = table.load(*store.task_key(task_id))
        if record is None:
            raise NotFound
        gone = Gone(kind="task", id=task_id)
        if _bury(record, gone, *_leave_project(record.read(Task))):
            break
    _try_to_sweep(gone, time.monotonic() + SECONDS_IN_REQUEST)


def resume() -> int:
    """Finish deletions and changes that were interrupted. Returns how many there were.

    One that fails is logged, stays out of sight, and is tried again by the next call.
    """
    graves = table.listed(Record.kind_index, keys.kind_of(KIND))
    for record in table.load_many(graves).values():
        _try_to_sweep(record.read(Gone), deadline=None)
    return len(graves) + following.resume()


def hidden() -> Hidden:
    """What is being swept right now, usually nothing."""
    found = Hidden(set(), set())
    for pk, _ in table.listed(Record.kind_index, keys.kind_of(KIND)):
        _, kind, number = pk.split("#")
        (found.projects if f"{kind}#0" == keys.project(0) else found.tasks).add(int(number))
    for project_id in found.projects:
        found.tasks.update(tasks_of(project_id))
    return found


def tasks_of(project_id: int) -> list[int]:
    """Ids of the tasks of a project, newest first (eventually consistent)."""
    listed = table.listed(Record.parent_index, keys.child_of(TASK, keys.project(project_id)))
    return [int(pk.partition("#")[2]) for pk, _ in listed]


def _bury(record: Record, gone: Gone, *others: Write) -> bool:
    """Replace a record by its tombstone; False if someone changed it meanwhile."""
    grave = Record(keys.gone(record.pk), keys.META, num=gone.id, by_kind=keys.kind_of(KIND)).write(
        gone
    )
    try:
        table.commit(Delete(record.key, int(record.version)), Create(grave), *others)
    except Lost:
        return False
    return True


def _leave_project(task: Task) -> list[Write]:
    record = table.load(*store.project_key(task.project_id)) if task.project_id else None
    if record is None:
        return []
    project = record.read(Project)
    project.task_count -= 1
    project.leave_subset(task.subset)
    project.updated_date = clock.iso()
    return [Update(record.write(project))]


def _try_to_sweep(gone: Gone, deadline: float | None) -> None:
    """Sweep; what fails is left for later, because what was deleted is out of sight already."""
    try:
        _sweep(gone, deadline)
    except _OutOfTime:
        log.info("Sweeping of %s %s goes on later", gone.kind, gone.id)
    except Exception:
        log.exception("Sweeping of %s %s is left for later", gone.kind, gone.id)


def _sweep(gone: Gone, deadline: float | None) -> None:
    if gone.kind == "task":
        _sweep_task(gone.id, deadline)
    else:
        _sweep_project(gone.id, deadline)


def _sweep_project(project_id: int, deadline: float | None) -> None:
    pk = keys.project(project_id)
    for task_id in tasks_of(project_id):
        if _bury_task_of(pk, task_id):
            _sweep_task(task_id, deadline)
    grave = table.load(keys.gone(pk))
    if grave is None or grave.read(Gone).tasks_left > 0:
        # The index does not know the youngest tasks yet: they are found by the next `resume`.
        return
    _sweep_partition(pk)
    table.delete_many([grave.key])


def _bury_task_of(parent: str, task_id: int) -> bool:
    """Replace a task of a deleted project by its tombstone, and count it; whether it has one."""
    for _ in changes.attempts():
        grave = table.load(keys.gone(parent))
        record = table.load(*store.task_key(task_id))
        if grave is None or record is None:
            return record is None
        project = grave.read(Gone)
        project.tasks_left -= 1
        if _bury(record, Gone(kind="task", id=task_id), Update(grave.write(project))):
            return True
    raise AssertionError("attempts() raises at its end")


def _sweep_task(task_id: int, deadline: float | None) -> None:
    pk = keys.task(task_id)
    job_ids = [record.number for record in table.children(pk, "JOB#")]
    for start in range(0, len(job_ids), JOBS_AT_ONCE):
        if deadline is not None and time.monotonic() > deadline:
            raise _OutOfTime
        _sweep_jobs(task_id, job_ids[start : start + JOBS_AT_ONCE], thorough=deadline is None)
    bucket.delete_below(f"tasks/{task_id}/")
    _sweep_partition(pk)
    table.delete_many([(keys.gone(pk), keys.META)])


def _sweep_jobs(task_id: int, job_ids: list[int], *, thorough: bool) -> None:
    """Delete jobs. After an interruption (`thorough`), annotations may be there without a head."""
    for job_id, revision in annotation_store.read_revisions(job_ids).items():
        if revision or thorough:
            annotation_store.delete_job(job_id)
    table.delete_many((keys.job(job_id), keys.META) for job_id in job_ids)
    table.delete_many(store.job_key(task_id, job_id) for job_id in job_ids)


def _sweep_partition(pk: str) -> None:
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
