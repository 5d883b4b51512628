"""Uploads from browsers straight into the bucket. These routes are Skylabel's own."""

from __future__ import annotations

from typing import Annotated

import msgspec

from chalicelib.media.router import routes
from chalicelib.media.uploads import browser_upload_batches, browser_uploads
from chalicelib.media.uploads.browser_upload_batches import MOST_FILES, LinkBatch
from chalicelib.media.uploads.browser_uploads import UploadRequest, UploadState
from chalicelib.platform.errors import Invalid
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import created
from chalicelib.projects import access

SCOPE = "upload:data"


class BatchRequest(msgspec.Struct):
    """Small files, each name once."""

    files: Annotated[list[UploadRequest], msgspec.Meta(min_length=1, max_length=MOST_FILES)]


@routes.post("/api/tasks/{id}/data/uploads", body=UploadRequest, response=UploadState, status=201)
def begin(request: Request, task_id: int, body: UploadRequest) -> object:
    """Start uploading a file in parts, straight into the bucket"""
    _check_open(request, task_id)
    return created(browser_uploads.begin(request, task_id, body.name, body.size))


@routes.get("/api/tasks/{id}/data/uploads/{upload_id}", response=UploadState)
def resume(request: Request, task_id: int, upload_id: str) -> UploadState:
    """Which parts have arrived, and links for the next ones"""
    _check_open(request, task_id)
    return browser_uploads.state(request, browser_uploads.find(request, task_id, upload_id))


@routes.post("/api/tasks/{id}/data/uploads/{upload_id}/complete", status=204)
def complete(request: Request, task_id: int, upload_id: str) -> None:
    """Put the parts of a file together"""
    _check_open(request, task_id)
    browser_uploads.complete(browser_uploads.find(request, task_id, upload_id))


@routes.delete("/api/tasks/{id}/data/uploads/{upload_id}")
def abort(request: Request, task_id: int, upload_id: str) -> None:
    """Give an upload up"""
    access.task(request, task_id, SCOPE)
    browser_uploads.abort(browser_uploads.find(request, task_id, upload_id))


@routes.post("/api/tasks/{id}/data/uploads/batch", body=BatchRequest, response=LinkBatch)
def begin_batch(request: Request, task_id: int, body: BatchRequest) -> LinkBatch:
    """Links for small files, a PUT each, and which of them have arrived"""
    _check_open(request, task_id)
    return browser_upload_batches.begin(request, task_id, body.files)


@routes.post("/api/tasks/{id}/data/uploads/batch/complete", body=BatchRequest, status=204)
def complete_batch(request: Request, task_id: int, body: BatchRequest) -> None:
    """Make small files that have arrived files of the task"""
    _check_open(request, task_id)
    browser_upload_batches.complete(task_id, body.files)


def _check_open(request: Request, task_id: int) -> None:
    if access.task(request, task_id, SCOPE).task.data is not None:
        raise Invalid("Adding more data is not supported")
