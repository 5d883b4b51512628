"""Exporting annotations and datasets, and downloading what was exported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from chalice.app import Response

from chalicelib.activity import request_ids, requests
from chalicelib.activity.models import Operation
from chalicelib.formats import dimensions, registry
from chalicelib.formats.exporting import requested as exports
from chalicelib.formats.exporting.outlets import storage_for
from chalicelib.formats.exporting.requested import ExportInputs, Target
from chalicelib.formats.router import routes
from chalicelib.platform import bucket
from chalicelib.platform.clock import now
from chalicelib.platform.errors import Forbidden, Invalid, NotFound
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import accepted, redirect
from chalicelib.projects import access, store
from chalicelib.projects.models import Task

_ACCESS: dict[Target, Callable[..., Any]] = {
    "project": access.project, "task": access.task, "job": access.job,
}  # fmt: skip
EXPORT_QUERY = ("format", "save_images", "filename", "location", "cloud_storage_id")


class RqId(msgspec.Struct):
    """The background request that was started."""

    rq_id: str


@routes.post("/api/tasks/{id}/dataset/export", response=RqId, status=202, query=EXPORT_QUERY)
def export_task(request: Request, task_id: int) -> Response:
    """Export a task's annotations, with or without images"""
    context = access.task(request, task_id, _scope(request))
    task = _with_data(context.task)
    labels = store.labels_of_task(task)
    operation = Operation(type="", target="task", task_id=task.id, project_id=task.project_id)
    outlet = storage_for(request, task.target_storage)
    return _export(request, "task", task.id, operation, (labels, outlet), [task], outlet)


@routes.post("/api/jobs/{id}/dataset/export", response=RqId, status=202, query=EXPORT_QUERY)
def export_job(request: Request, job_id: int) -> Response:
    """Export a job's annotations, with or without images"""
    context = access.job(request, job_id, _scope(request))
    task = _with_data(context.task)
    labels = store.labels_of_task(task)
    operation = Operation(
        type="", target="job", job_id=job_id, task_id=task.id, project_id=task.project_id
    )
    outlet = storage_for(request, task.target_storage)
    return _export(request, "job", job_id, operation, (labels, outlet), [task], outlet)


@routes.post("/api/projects/{id}/dataset/export", response=RqId, status=202, query=EXPORT_QUERY)
def export_project(request: Request, project_id: int) -> Response:
    """Export the annotations of a project's tasks, with or without images"""
    project = access.project(request, project_id, _scope(request)).project
    tasks = exports.tasks_of_project(project_id)
    labels = store.labels_of_project(project_id)
    operation = Operation(type="", target="project", project_id=project_id)
    outlet = storage_for(request, project.target_storage)
    facts = (project, labels, outlet)
    return _export(request, "project", project_id, operation, facts, tasks, outlet)


@routes.get("/api/tasks/{id}/dataset/download", status=302, query=("rq_id",))
def download_task(request: Request, task_id: int) -> Response:
    """Download what was exported of a task"""
    return _download(request, "task", task_id)


@routes.get("/api/jobs/{id}/dataset/download", status=302, query=("rq_id",))
def download_job(request: Request, job_id: int) -> Response:
    """Download what was exported of a job"""
    return _download(request, "job", job_id)


@routes.get("/api/projects/{id}/dataset/download", status=302, query=("rq_id",))
def download_project(request: Request, project_id: int) -> Response:
    """Download what was exported of a project"""
    return _download(request, "project", project_id)


def _scope(request: Request) -> str:
    return "export:dataset" if request.query_flag("save_images") else "export:annotations"


def _with_data(task: Task) -> Task:
    if task.data is None:
        raise Invalid("The task has no data yet.")
    return task


def _export(
    request: Request,
    target: Target,
    target_id: int,
    operation: Operation,
    facts: tuple[Any, ...],
    tasks: list[Task],
    outlet: int | None,
) -> Response:
    name = request.query("format") or ""
    try:
        exporter = registry.exporter(name)
    except registry.UnknownFormat as error:
        raise Invalid(format=str(error)) from None
    dimensions.check(exporter, (task.data.dimension for task in tasks if task.data))
    save_images = request.query_flag("save_images")
    wanted = request.query("filename")
    inputs = ExportInputs(
        target=target,
        target_id=target_id,
        format=name,
        save_images=save_images,
        filename=exports.checked_filename(wanted)
        if wanted
        else exports.default_filename(target, target_id, name, now(), save_images=save_images),
        signature=exports.signature((*facts, target_id, name, save_images, wanted), tasks),
        base_url=request.base_url,
        cloud_storage_id=outlet,
    )
    what: request_ids.Subresource = "dataset" if save_images else "annotations"
    request_id = request_ids.export(target, target_id, request.principal.id, what, name)
    if exports.reusable(request_id, inputs) is not None:
        return accepted(RqId(request_id))
    operation.type, operation.format = f"export:{what}", name
    requests.start(
        "export",
        request_id=request_id,
        owner=request.principal,
        operation=operation,
        machine="export",
        inputs=msgspec.to_builtins(inputs),
    )
    return accepted(RqId(request_id))


def _download(request: Request, target: Target, target_id: int) -> Response:
    found = requests.load(request.query("rq_id") or "")
    if found is None or found.machine != "export":
        raise NotFound
    if found.owner_id != request.principal.id and not request.principal.is_admin:
        raise Forbidden
    inputs = msgspec.convert(found.inputs, ExportInputs)
    if (inputs.target, inputs.target_id) != (target, target_id) or not found.result_key:
        raise NotFound
    # What was deleted meanwhile is out of reach in every form.
    _ACCESS[target](request, target_id)
    link = bucket.download_link(
        found.result_key,
        request.base_url,
        filename=inputs.filename,
        content_type="application/zip",
    )
    return redirect(link)
