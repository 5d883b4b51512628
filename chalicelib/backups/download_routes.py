"""Making backups of tasks and projects, and downloading them."""

from __future__ import annotations

from typing import Any

import msgspec
from chalice.app import Response

from chalicelib.activity import request_ids, requests
from chalicelib.activity.models import Operation
from chalicelib.backups import requested as backups
from chalicelib.backups.requested import BackupInputs, Target
from chalicelib.backups.router import routes
from chalicelib.formats.exporting.outlets import storage_for
from chalicelib.formats.exporting.routes import RqId
from chalicelib.platform import bucket
from chalicelib.platform.clock import now
from chalicelib.platform.errors import Forbidden, Invalid, NotFound
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import accepted, redirect
from chalicelib.projects import access, store
from chalicelib.projects.models import Task

SCOPE = "export:backup"
BACKUP_QUERY = ("filename", "lightweight", "location", "cloud_storage_id")


@routes.post("/api/tasks/{id}/backup/export", response=RqId, status=202, query=BACKUP_QUERY)
def back_up_task(request: Request, task_id: int) -> Response:
    """Make a backup of a task"""
    task = access.task(request, task_id, SCOPE).task
    if task.data is None:
        raise Invalid("The task has no data yet: there is nothing to back up.")
    facts = (store.labels_of_task(task),)
    operation = Operation(
        type="export:backup", target="task", task_id=task.id, project_id=task.project_id
    )
    outlet = storage_for(request, task.target_storage)
    return _back_up(request, "task", task.name, task_id, operation, facts, [task], outlet)


@routes.post("/api/projects/{id}/backup/export", response=RqId, status=202, query=BACKUP_QUERY)
def back_up_project(request: Request, project_id: int) -> Response:
    """Make a backup of a project with its tasks"""
    project = access.project(request, project_id, SCOPE).project
    facts = (project, store.labels_of_project(project_id))
    operation = Operation(type="export:backup", target="project", project_id=project_id)
    tasks = backups.tasks_of_project(project_id)
    outlet = storage_for(request, project.target_storage)
    return _back_up(request, "project", project.name, project_id, operation, facts, tasks, outlet)


@routes.get("/api/tasks/{id}/backup/download", status=302, query=("rq_id",))
def download_task_backup(request: Request, task_id: int) -> Response:
    """Download a backup of a task"""
    access.task(request, task_id, SCOPE)
    return _download(request, "task", task_id)


@routes.get("/api/projects/{id}/backup/download", status=302, query=("rq_id",))
def download_project_backup(request: Request, project_id: int) -> Response:
    """Download a backup of a project"""
    access.project(request, project_id, SCOPE)
    return _download(request, "project", project_id)


def _back_up(
    request: Request,
    target: Target,
    name: str,
    target_id: int,
    operation: Operation,
    facts: tuple[Any, ...],
    tasks: list[Task],
    storage_id: int | None,
) -> Response:
    lightweight = request.query_flag("lightweight")
    wanted = request.query("filename")
    inputs = BackupInputs(
        target=target,
        target_id=target_id,
        lightweight=lightweight,
        filename=backups.checked_filename(wanted)
        if wanted
        else backups.default_filename(target, name, now(), lightweight=lightweight),
        signature=backups.signature((*facts, target_id, lightweight, wanted, storage_id), tasks),
        cloud_storage_id=storage_id,
    )
    request_id = request_ids.export(target, target_id, request.principal.id, "backup")
    if backups.reusable(request_id, inputs):
        return accepted(RqId(request_id))
    operation.lightweight = lightweight
    requests.start(
        "export",
        request_id=request_id,
        owner=request.principal,
        operation=operation,
        machine=backups.WRITING,
        inputs=msgspec.to_builtins(inputs),
    )
    return accepted(RqId(request_id))


def _download(request: Request, target: Target, target_id: int) -> Response:
    found = requests.load(request.query("rq_id") or "")
    if found is None or found.machine != backups.WRITING:
        raise NotFound
    if found.owner_id != request.principal.id and not request.principal.is_admin:
        raise Forbidden
    inputs = msgspec.convert(found.inputs, BackupInputs)
    if (inputs.target, inputs.target_id) != (target, target_id) or not found.result_key:
        raise NotFound
    link = bucket.download_link(
        found.result_key,
        request.base_url,
        filename=inputs.filename,
        content_type="application/zip",
    )
    return redirect(link)
