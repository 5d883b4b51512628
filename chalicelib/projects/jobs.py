"""Changing jobs. A task counts its jobs by status, in the same transaction."""

from __future__ import annotations

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from chalicelib.platform import clock, table
from chalicelib.platform.errors import NotFound
from chalicelib.platform.requests import Request
from chalicelib.platform.table import Lost, Update, Write
from chalicelib.projects import access, changes, people, store, tasks
from chalicelib.projects.bodies import PatchedJobWriteRequest
from chalicelib.projects.indexing import index_job
from chalicelib.projects.models import Job, JobCounts, Project, Status, Task

#: Which right each field of a PATCH needs.
SCOPES = {"assignee": "update:assignee", "stage": "update:stage", "state": "update:state"}


def update(
    request: Request, job_id: int, body: PatchedJobWriteRequest
) -> tuple[Job, Task, Project | None]:
    """Change assignee, stage and state of a job. Raises NotFound, Forbidden, Invalid."""
    given = [field for field in SCOPES if getattr(body, field) is not UNSET]
    context = access.job(request, job_id, *([SCOPES[field] for field in given] or ["view"]))
    people.check(request.principal, assignee=body.assignee)
    for _ in changes.attempts():
        records = store.load_job_records(job_id)
        if records is None:
            raise NotFound
        job, task = records[0].read(Job), records[1].read(Task)
        before = replace(job)
        _edit(job, body)
        index_job(records[0], job, task)
        writes: list[Write] = [Update(records[0].write(job))]
        if recount(task, before, job):
            task.updated_date = job.updated_date
            writes.append(Update(records[1].write(task)))
            writes += tasks.touches(task, job.updated_date)[1:]
        else:
            writes += tasks.touches(task, job.updated_date)
        try:
            table.commit(*writes)
        except Lost:
            continue
        return job, task, context.project
    raise AssertionError("attempts() raises at its end")


def recount(task: Task, before: Job, after: Job) -> bool:
    """Count a changed job anew, and derive the task's status; whether anything changed."""
    counts, status = replace(task.jobs), task.status
    _count(task.jobs, before, -1)
    _count(task.jobs, after, 1)
    task.status = derived_status(task.jobs)
    return (counts, status) != (task.jobs, task.status)


def derived_status(counts: JobCounts) -> Status:
    """A task is where the job that is furthest behind is."""
    if counts.annotation:
        return "annotation"
    return "validation" if counts.validation else "completed"


def _count(counts: JobCounts, job: Job, step: int) -> None:
    setattr(counts, job.status, getattr(counts, job.status) + step)
    if job.stage == "validation":
        counts.in_validation_stage += step


def _edit(job: Job, body: PatchedJobWriteRequest) -> None:
    if not isinstance(body.stage, UnsetType) and body.stage != job.stage:
        job.stage = body.stage
        job.state = "new"
    if not isinstance(body.state, UnsetType):
        job.state = body.state
    people.assign(job, body.assignee)
    job.updated_date = clock.iso()
