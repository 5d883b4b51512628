"""Giving a task its media: CVAT's `Upload-*` steps, one-shot requests and TUS."""

from __future__ import annotations

import msgspec
from chalice.app import Response

from chalicelib.media.ingest import notes, parameters
from chalicelib.media.ingest.parameters import DataRequest
from chalicelib.media.ingest.starting import authorise, begin_upload, start_ingest
from chalicelib.media.router import routes
from chalicelib.media.uploads import receiving, tus
from chalicelib.media.uploads.names import relative_path
from chalicelib.platform.errors import ApiError, Invalid, UnsupportedMediaType
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import accepted, empty
from chalicelib.projects import access
from chalicelib.projects.models import Task

SCOPE = "upload:data"


class DataResponse(msgspec.Struct):
    """The background request that indexes the media."""

    rq_id: str


class AlreadyUploaded(ApiError):
    """409: a file of this name is there."""

    status = 409


def _finishing(request: Request, kind: type[DataRequest]) -> DataRequest | None:
    """What a body of JSON says; None for forms, and for steps that have none."""
    steps = ("upload-length", "upload-start", "upload-multiple")
    if _is_form(request) or any(request.header(step) is not None for step in steps):
        return None
    return request.json(kind)


@routes.post(
    "/api/tasks/{id}/data", body=DataRequest, read=_finishing, response=DataResponse, status=202
)
def create_data(request: Request, task_id: int, body: DataRequest | None) -> Response:
    """Upload a task's media, or finish the upload"""
    task = _open_task(request, task_id)
    if request.header("upload-length") is not None:
        return _start_resumable(request, task)
    if request.header("upload-start") is not None:
        begin_upload(task_id)
        return accepted()
    if request.header("upload-multiple") is not None:
        if not _is_form(request):
            raise UnsupportedMediaType
        receiving.receive_form(task_id, request.body, request.header("content-type") or "")
        return empty(200)
    if body is None:
        fields = receiving.receive_form(task_id, request.body, request.header("content-type") or "")
        body = parameters.from_form(fields)
    authorise(request, body)
    return accepted(DataResponse(start_ingest(request.principal, task, body)))


@routes.options("/api/tasks/{id}/data")
def discover_uploads(request: Request, task_id: int) -> Response:
    """What the server speaks of the TUS protocol"""
    return tus.discover()


@routes.patch("/api/tasks/{id}/data/{file_id}", status=204)
def append_data(request: Request, task_id: int, file_id: str) -> Response:
    """Send the next piece of a resumable upload"""
    _open_task(request, task_id)
    return tus.append(
        request,
        _endpoint(task_id),
        file_id,
        lambda upload: receiving.receive_upload(task_id, upload),
    )


@routes.head("/api/tasks/{id}/data/{file_id}")
def report_data(request: Request, task_id: int, file_id: str) -> Response:
    """How much of a resumable upload is stored"""
    _open_task(request, task_id)
    return tus.report(
        request,
        _endpoint(task_id),
        file_id,
        lambda upload: receiving.receive_upload(task_id, upload),
    )


@routes.options("/api/tasks/{id}/data/{file_id}")
def discover_upload(request: Request, task_id: int, file_id: str) -> Response:
    """What the server speaks of the TUS protocol"""
    return tus.discover()


def _start_resumable(request: Request, task: Task) -> Response:
    name = relative_path(tus.requested_name(request))
    if any(file.name == name for file in notes.noted(task.id)):
        raise AlreadyUploaded({"detail": f"A file named {name!r} was already uploaded."})
    return tus.create(
        request,
        _endpoint(task.id),
        lambda upload: receiving.receive_upload(task.id, upload),
        name=name,
    )


def _open_task(request: Request, task_id: int) -> Task:
    task = access.task(request, task_id, SCOPE).task
    if task.data is not None:
        raise Invalid("Adding more data is not supported")
    return task


def _endpoint(task_id: int) -> str:
    return f"/api/tasks/{task_id}/data"


def _is_form(request: Request) -> bool:
    return (request.header("content-type") or "").lower().startswith("multipart/form-data")
