"""Records of projects, tasks and jobs with the index entries that lists are made from."""

from __future__ import annotations

from chalicelib.platform import keys
from chalicelib.platform.table import Record
from chalicelib.projects.models import Job, Project, Task

PROJECT = "project"
TASK = "task"
JOB = "job"


def project_record(project: Project) -> Record:
    """A new record of a project."""
    record = Record(keys.project(project.id), keys.META, num=project.id)
    index_project(record, project)
    return record.write(project)


def task_record(task: Task) -> Record:
    """A new record of a task."""
    record = Record(keys.task(task.id), keys.META, num=task.id)
    index_task(record, task)
    return record.write(task)


def job_record(job: Job, task: Task) -> Record:
    """A new record of a job."""
    record = Record(keys.task(task.id), keys.job(job.id), num=job.id)
    index_job(record, job, task)
    return record.write(job)


def index_project(record: Record, project: Project) -> None:
    """Set the index entries of a project's record."""
    record.by_kind = keys.kind_of(PROJECT)
    record.by_owner = _owned(PROJECT, project.owner_id)
    record.by_assignee = _owned(PROJECT, project.assignee_id)


def index_task(record: Record, task: Task) -> None:
    """Set the index entries of a task's record."""
    record.by_kind = keys.kind_of(TASK)
    record.by_owner = _owned(TASK, task.owner_id)
    record.by_assignee = _owned(TASK, task.assignee_id)
    record.by_parent = _below(TASK, task.project_id)


def index_job(record: Record, job: Job, task: Task) -> None:
    """Set the index entries of a job's record: its owner is the task's."""
    record.by_kind = keys.kind_of(JOB)
    record.by_owner = _owned(JOB, task.owner_id)
    record.by_assignee = _owned(JOB, job.assignee_id)
    record.by_parent = _below(JOB, task.project_id)


def _owned(kind: str, user_id: int | None) -> str | None:
    return None if user_id is None else keys.owned(kind, user_id)


def _below(kind: str, project_id: int | None) -> str | None:
    return None if project_id is None else keys.child_of(kind, keys.project(project_id))
