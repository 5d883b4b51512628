"""Reading projects, tasks, jobs and labels from the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
import zstandard

from chalicelib.platform import keys, table
from chalicelib.platform.table import Key, Record
from chalicelib.projects.models import (
    Job,
    JobPointer,
    Label,
    LabelPointer,
    Labels,
    Project,
    Task,
)

Dated = TypeVar("Dated", Project, Task, Job)

#: Which task a job belongs to never changes and ids are never used again, so what a process has
#: read once stays true; a deleted job is missed when its record is read.
_task_of_job: dict[int, int] = {}
_REMEMBERED_JOBS = 100_000
#: Where a task was when it was read last, so that one call reads it with its project and labels.
#: A guess: what was read in the wrong place is read again.
_project_of_task: dict[int, int] = {}


class Family(msgspec.Struct, frozen=True):
    """Records that were read together.

    Attributes:
        job: None if only the task was asked for.
        project: None if the task has none, or if the project is being deleted.
        labels: None if they were not asked for, or there are none.
        found: what else was asked for and is there.
    """

    job: Record | None
    task: Record
    project: Record | None
    labels: Record | None
    found: dict[Key, Record]


def decode(record: Record, struct: type[Dated]) -> Dated:
    """The struct of a record, with the later of its two update times."""
    value = record.read(struct)
    if record.updated and record.updated > value.updated_date:
        value.updated_date = record.updated
    return value


def project_key(project_id: int) -> Key:
    return keys.project(project_id), keys.META


def task_key(task_id: int) -> Key:
    return keys.task(task_id), keys.META


def job_key(task_id: int, job_id: int) -> Key:
    return keys.task(task_id), keys.job(job_id)


def load_project(project_id: int) -> Project | None:
    """A project, or None."""
    record = table.load(*project_key(project_id))
    return decode(record, Project) if record else None


def load_task(task_id: int) -> Task | None:
    """A task, or None."""
    record = table.load(*task_key(task_id))
    return decode(record, Task) if record else None


def load_job(job_id: int) -> Job | None:
    """A job, or None."""
    found = load_job_records(job_id)
    return decode(found[0], Job) if found else None


def load_job_records(job_id: int) -> tuple[Record, Record] | None:
    """Records of a job and of its task, in one call to the table; None unless both are there."""
    task_id = task_of_job(job_id)
    if task_id is None:
        return None
    job, task = job_key(task_id, job_id), task_key(task_id)
    found = table.load_many([job, task])
    return (found[job], found[task]) if len(found) == 2 else None


def load_family(
    task_id: int, job_id: int | None = None, *, labels: bool = False, also: Sequence[Key] = ()
) -> Family | None:
    """A task, its project, and whatever else is asked for of them, in one call to the table.

    One more is needed where this process does not know yet to which project the task belongs.
    None unless task and job are there.
    """
    task, job = task_key(task_id), job_key(task_id, job_id or 0)
    above = _above(_project_of_task.get(task_id), task_id, labels=labels)
    found = table.load_many([task, *([job] if job_id else []), *above, *also])
    if task not in found or (job_id and job not in found):
        return None
    project_id = found[task].read(_Belonging).project_id
    right = _above(project_id, task_id, labels=labels)
    if right != above:
        found |= table.load_many(right)
    _remember_project(task_id, project_id)
    return Family(
        job=found.get(job),
        task=found[task],
        project=found.get(project_key(project_id)) if project_id else None,
        labels=found.get((_labels_at(project_id, task_id), keys.LABELS)) if labels else None,
        found={key: found[key] for key in also if key in found},
    )


def _remember_project(task_id: int, project_id: int | None) -> None:
    if project_id is None:
        _project_of_task.pop(task_id, None)
        return
    if len(_project_of_task) >= _REMEMBERED_JOBS:
        _project_of_task.clear()
    _project_of_task[task_id] = project_id


class _Belonging(msgspec.Struct):
    """What a task's record says of its project."""

    project_id: int | None = None


def _above(project_id: int | None, task_id: int, *, labels: bool) -> list[Key]:
    return [
        *([project_key(project_id)] if project_id else []),
        *([(_labels_at(project_id, task_id), keys.LABELS)] if labels else []),
    ]


def _labels_at(project_id: int | None, task_id: int) -> str:
    return keys.project(project_id) if project_id else keys.task(task_id)


def task_of_job(job_id: int) -> int | None:
    """Id of the task that a job was created in, even if the job is gone by now."""
    known = _task_of_job.get(job_id)
    if known is not None:
        return known
    record = table.load(keys.job(job_id))
    if record is None:
        return None
    if len(_task_of_job) >= _REMEMBERED_JOBS:
        _task_of_job.clear()
    _task_of_job[job_id] = record.read(JobPointer).task_id
    return _task_of_job[job_id]


def task_jobs(task_id: int) -> list[Job]:
    """Jobs of a task in order of their ids, which is that of their segments."""
    records = table.children(keys.task(task_id), "JOB#")
    return sorted((decode(record, Job) for record in records), key=lambda job: job.id)


def labels_parent(task: Task) -> str:
    """`pk` under which the labels of a task are kept: its project's, if it has one."""
    return _labels_at(task.project_id, task.id)


def labels_of_task(task: Task) -> list[Label]:
    """Labels that a task uses: its project's, if it has one."""
    return labels_at(labels_parent(task))


def labels_of_project(project_id: int) -> list[Label]:
    """Labels of a project."""
    return labels_at(keys.project(project_id))


def labels_at(parent: str) -> list[Label]:
    """Labels kept under the `pk` of a project or task."""
    record = table.load(parent, keys.LABELS)
    return read_labels(record) if record else []


def parent_of_label(label_id: int) -> str | None:
    """`pk` of the project or task that a label or sublabel was created in."""
    record = table.load(keys.label(label_id))
    return record.read(LabelPointer).parent if record else None


def read_labels(record: Record) -> list[Label]:
    """Labels of a `LABELS` record."""
    packed: Any = record.blob
    return msgspec.json.decode(zstandard.decompress(packed), type=Labels).labels


def pack_labels(labels: list[Label]) -> bytes:
    """What `read_labels` reads. Compressed: a thousand labels must fit one item of 400 KB."""
    return zstandard.compress(msgspec.json.encode(Labels(labels=labels)), 6)
