"""Tasks and projects that are being restored, which nobody sees until all of them are complete.

A task whose project is not there is shown to nobody. So the tasks of a project are made before
their project; and a task of its own belongs, until it is complete, to a project that there never
is.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace

from chalicelib.platform import clock, ids, keys, table
from chalicelib.platform.errors import Invalid
from chalicelib.platform.table import Create, Lost, Record, Update
from chalicelib.projects import jobs as job_rules
from chalicelib.projects import labels, store
from chalicelib.projects.bodies import PatchedLabelRequest
from chalicelib.projects.indexing import index_job, index_task, project_record
from chalicelib.projects.models import Job, JobCounts, Label, Project, Stage, State, Task, TaskData

#: Id of no project: ids begin with 1.
NOWHERE = 0
#: Jobs of one transaction.
AT_ONCE = 90


def reserve(count: int, *, project: bool) -> tuple[int | None, list[int]]:
    """Ids of a project, if there is to be one, and of tasks."""
    project_id = ids.allocate("project").start if project else None
    return project_id, list(ids.allocate("task", count)) if count else []


def make_labels(parent: str, asked: Sequence[PatchedLabelRequest]) -> list[Label]:
    """Labels below the `pk` of a project or task. May be repeated. Raises Invalid."""
    known = store.labels_at(parent)
    if known or not asked:
        return known
    with suppress(Lost):  # made by another call meanwhile
        labels.create(parent, asked).commit_with()
    return store.labels_at(parent)


def make_task(task: Task) -> None:
    """Store a task that is to get media and annotations. May be repeated."""
    hidden = NOWHERE if task.project_id is None else task.project_id
    record = Record(keys.task(task.id), keys.META, num=task.id)
    with suppress(Lost):
        table.commit(Create(record.write(replace(task, project_id=hidden))))


class JobState(NamedTuple):
    """Stage and state of a job."""

    stage: Stage
    state: State


def settle(task_id: int, owner_id: int, data: TaskData, states: Sequence[JobState]) -> None:
    """Give a task the facts of its data, an owner, and its jobs their states. May be repeated.

    Args:
        states: of the jobs, in the order of their segments.
    """
    record = table.load(*store.task_key(task_id))
    assert record is not None
    task = record.read(Task)
    task.owner_id, task.data = owner_id, data
    listed = replace(task, project_id=task.project_id or None)
    jobs: list[Job] = []
    found = sorted(table.children(keys.task(task_id), "JOB#"), key=lambda one: one.number)
    for job_record, wanted in zip(found, states, strict=True):
        job = job_record.read(Job)
        job.stage, job.state = wanted.stage, wanted.state
        jobs.append(job)
        index_job(job_record.write(job), job, listed)
    task.jobs = _counts(jobs)
    task.status = job_rules.derived_status(task.jobs)
    if task.project_id != NOWHERE:
        index_task(record, task)
    waiting = iter([Update(one) for one in found])
    while some := list(islice(waiting, AT_ONCE)):
        table.commit(*some)
    table.commit(Update(record.write(task)))


def is_shown(project_id: int | None, task_ids: Sequence[int]) -> bool:
    """Whether what was restored can be seen already."""
    if project_id is not None:
        return store.load_project(project_id) is not None
    task = store.load_task(task_ids[0])
    return task is not None and task.project_id != NOWHERE


def show_task(task_id: int) -> None:
    """Let a task be seen, with everything in it. May be repeated."""

    def appear(task: Task, record: Record) -> None:
        if task.project_id == NOWHERE:
            task.project_id = None
        index_task(record, task)

    if table.modify(*store.task_key(task_id), Task, appear) is None:
        raise Invalid(f"Task {task_id} was deleted while it was restored.")


def show_project(project: Project, task_ids: Sequence[int]) -> None:
    """Let a project be seen, with its tasks. May be repeated."""
    moment = clock.iso()
    project.created_date = project.updated_date = moment
    records = table.load_many(store.task_key(task_id) for task_id in task_ids)
    for record in records.values():
        task = record.read(Task)
        project.task_count += 1
        project.enter_subset(task.subset)
        if task.data is not None:
            project.dimension = project.dimension or task.data.dimension
    try:
        table.commit(Create(project_record(project)))
    except Lost:
        return


def _counts(jobs: Sequence[Job]) -> JobCounts:
    counts = JobCounts(count=len(jobs))
    for job in jobs:
        setattr(counts, job.status, getattr(counts, job.status) + 1)
        counts.in_validation_stage += job.stage == "validation"
    return counts
