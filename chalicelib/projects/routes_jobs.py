"""/api/jobs"""

from __future__ import annotations

from typing import Any

from chalicelib.platform.errors import Invalid
from chalicelib.platform.http import Router
from chalicelib.platform.paging import Page
from chalicelib.platform.requests import Request
from chalicelib.projects import access, jobs, lists, rows, visibility
from chalicelib.projects.bodies import JobWriteRequest, PatchedJobWriteRequest
from chalicelib.projects.views import JobRead, show_job

routes = Router(__name__, tag="jobs")


@routes.get("/api/jobs", response=Page[JobRead], query=(*lists.PAGING, *lists.JOBS.simple))
def list_jobs(request: Request) -> Any:
    """List jobs"""
    return lists.page(
        request,
        visibility.jobs(request),
        rows.load_jobs,
        lists.JOBS,
        lambda row: show_job(row.job, row.task, row.project, request.base_url),
        settled=("task_id", "project_id"),
    )


@routes.post("/api/jobs", body=JobWriteRequest, response=JobRead, status=201)
def create(request: Request, body: JobWriteRequest) -> Any:
    """Create a job besides those of the task's segments"""
    access.task(request, body.task_id, "view")
    raise Invalid(type=f"Jobs of type {body.type!r} cannot be created: segments make the jobs.")


@routes.get("/api/jobs/{id}", response=JobRead)
def retrieve(request: Request, job_id: int) -> Any:
    """Get a job"""
    context = access.job(request, job_id, "view")
    return show_job(context.job, context.task, context.project, request.base_url)


@routes.patch("/api/jobs/{id}", body=PatchedJobWriteRequest, response=JobRead)
def partial_update(request: Request, job_id: int, body: PatchedJobWriteRequest) -> Any:
    """Change assignee, stage or state of a job"""
    return show_job(*jobs.update(request, job_id, body), request.base_url)


@routes.delete("/api/jobs/{id}")
def destroy(request: Request, job_id: int) -> Any:
    """Delete a ground truth job; others end with their task"""
    access.job(request, job_id, "delete")
    raise Invalid("Only ground truth jobs can be deleted; delete the task instead.")
