"""Importing annotations: CVAT's `Upload-*` steps around a TUS upload."""

from __future__ import annotations

from posixpath import basename
from typing import Literal, cast

import msgspec
from chalice.app import Response

from chalicelib.activity import request_ids, requests
from chalicelib.activity.models import Operation
from chalicelib.formats import registry
from chalicelib.formats.exporting.routes import RqId
from chalicelib.formats.importing.requested import ImportInputs, Mode
from chalicelib.formats.router import routes
from chalicelib.media import layout
from chalicelib.media.uploads import tus
from chalicelib.platform.errors import Invalid
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import accepted
from chalicelib.projects import access
from chalicelib.projects.models import Task

SCOPE = "import:annotations"
IMPORT_QUERY = (
    "format", "filename", "import_mode", "conv_mask_to_poly", "location", "cloud_storage_id",
    "use_default_location",
)  # fmt: skip


@routes.post("/api/tasks/{id}/annotations", response=RqId, status=202, query=IMPORT_QUERY)
def create_task_annotations(request: Request, task_id: int) -> Response:
    """Import annotations into a task"""
    task = access.task(request, task_id, SCOPE).task
    operation = Operation(
        type="import:annotations", target="task", task_id=task.id, project_id=task.project_id
    )
    return _step(request, "task", task_id, task, operation)


@routes.post("/api/jobs/{id}/annotations", response=RqId, status=202, query=IMPORT_QUERY)
def create_job_annotations(request: Request, job_id: int) -> Response:
    """Import annotations into a job"""
    task = access.job(request, job_id, SCOPE).task
    operation = Operation(
        type="import:annotations",
        target="job",
        job_id=job_id,
        task_id=task.id,
        project_id=task.project_id,
    )
    return _step(request, "job", job_id, task, operation)


@routes.options("/api/tasks/{id}/annotations")
def discover_task_uploads(request: Request, task_id: int) -> Response:
    """What the server speaks of the TUS protocol"""
    return tus.discover()


@routes.options("/api/jobs/{id}/annotations")
def discover_job_uploads(request: Request, job_id: int) -> Response:
    """What the server speaks of the TUS protocol"""
    return tus.discover()


@routes.patch("/api/tasks/{id}/annotations/{file_id}", status=204)
def append_task_annotations(request: Request, task_id: int, file_id: str) -> Response:
    """Send the next piece of a file of annotations"""
    access.task(request, task_id, SCOPE)
    return tus.append(request, _endpoint("task", task_id), file_id, tus.keep_file)


@routes.patch("/api/jobs/{id}/annotations/{file_id}", status=204)
def append_job_annotations(request: Request, job_id: int, file_id: str) -> Response:
    """Send the next piece of a file of annotations"""
    access.job(request, job_id, SCOPE)
    return tus.append(request, _endpoint("job", job_id), file_id, tus.keep_file)


@routes.head("/api/tasks/{id}/annotations/{file_id}")
def report_task_annotations(request: Request, task_id: int, file_id: str) -> Response:
    """How much of a file of annotations is stored"""
    access.task(request, task_id, SCOPE)
    return tus.report(request, _endpoint("task", task_id), file_id, tus.keep_file)


@routes.head("/api/jobs/{id}/annotations/{file_id}")
def report_job_annotations(request: Request, job_id: int, file_id: str) -> Response:
    """How much of a file of annotations is stored"""
    access.job(request, job_id, SCOPE)
    return tus.report(request, _endpoint("job", job_id), file_id, tus.keep_file)


@routes.post("/api/projects/{id}/dataset", response=RqId, status=202, query=IMPORT_QUERY)
def create_project_dataset(request: Request, project_id: int) -> Response:
    """Import a dataset into a project"""
    access.project(request, project_id, "import:dataset")
    raise Invalid(
        "A dataset cannot be imported into a project yet. "
        "Create a task from its images and import the annotations into the task."
    )


def _endpoint(target: Literal["task", "job"], target_id: int) -> str:
    return f"/api/{target}s/{target_id}/annotations"


def _step(
    request: Request,
    target: Literal["task", "job"],
    target_id: int,
    task: Task,
    operation: Operation,
) -> Response:
    """One of the steps of an upload, as the headers say."""
    endpoint = _endpoint(target, target_id)
    if request.header("upload-length") is not None:
        return tus.create(request, endpoint, tus.keep_file)
    if request.query("location") == "cloud_storage":
        raise Invalid(location="Imports from cloud storages are not available.")
    name = _format(request)
    mode = _mode(request)
    if task.data is None:
        raise Invalid("The task has no data yet.")
    if request.header("upload-start") is not None:
        return accepted()
    if request.header("upload-finish") is None:
        raise Invalid("One of the headers Upload-Start, Upload-Length or Upload-Finish is needed.")
    file_id = request.query("filename") or ""
    upload = tus.finished(file_id, request.principal.id)
    if upload.endpoint != endpoint:
        raise Invalid(filename="The file was uploaded for something else.")
    operation.format = name
    inputs = ImportInputs(
        target=target,
        target_id=target_id,
        format=name,
        key=layout.uploaded(file_id),
        filename=basename(upload.title) or "annotations",
        mode=mode,
        masks_as_polygons=request.query_flag("conv_mask_to_poly", default=True),
        author=request.principal.id,
    )
    request_id = requests.start(
        "import",
        request_id=request_ids.import_(target, target_id, "annotations"),
        owner=request.principal,
        operation=operation,
        machine="import",
        inputs=msgspec.to_builtins(inputs),
    )
    return accepted(RqId(request_id))


def _format(request: Request) -> str:
    name = request.query("format") or ""
    try:
        registry.importer(name)
    except registry.UnknownFormat as error:
        raise Invalid(format=str(error)) from None
    return name


def _mode(request: Request) -> Mode:
    mode = request.query("import_mode") or "replace"
    if mode not in ("replace", "append"):
        raise Invalid(import_mode=f'"{mode}" is not a valid choice.')
    return cast(Mode, mode)
