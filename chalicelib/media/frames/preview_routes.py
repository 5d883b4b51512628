"""Previews of projects, tasks and jobs."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.media.frames.previews import deliver_preview
from chalicelib.media.router import routes
from chalicelib.platform import keys, table
from chalicelib.platform.requests import Request
from chalicelib.platform.table import Record
from chalicelib.projects import access
from chalicelib.projects.indexing import TASK
from chalicelib.projects.models import Task


@routes.get("/api/tasks/{id}/preview", status=302)
def task_preview(request: Request, task_id: int) -> Response:
    """A JPEG of at most 256 × 256 of a task's first frame, by redirect"""
    return deliver_preview(request, access.task(request, task_id, "view").task, 0, keep=True)


@routes.get("/api/jobs/{id}/preview", status=302)
def job_preview(request: Request, job_id: int) -> Response:
    """A JPEG of at most 256 × 256 of a job's first frame, by redirect"""
    context = access.job(request, job_id, "view")
    return deliver_preview(request, context.task, context.job.start_frame, keep=True)


@routes.get("/api/projects/{id}/preview", status=302)
def project_preview(request: Request, project_id: int) -> Response:
    """The preview of a project's first task, by redirect"""
    access.project(request, project_id, "view")
    # Not kept: which task is the first one changes.
    return deliver_preview(request, _first_task(project_id), 0)


def _first_task(project_id: int) -> Task | None:
    """The oldest task that has media."""
    below = keys.child_of(TASK, keys.project(project_id))
    for key in reversed(table.listed(Record.parent_index, below)):
        record = table.load(*key)
        task = record.read(Task) if record else None
        if task is not None and task.data is not None:
            return task
    return None
