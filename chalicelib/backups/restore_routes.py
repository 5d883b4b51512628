"""Restoring backups: CVAT's `Upload-*` steps, one request with the file, or a cloud storage."""

from __future__ import annotations

import uuid
from posixpath import basename

import msgspec
from chalice.app import Response

from chalicelib.accounts import permissions
from chalicelib.activity import request_ids, requests
from chalicelib.activity.models import Operation
from chalicelib.backups import requested as backups
from chalicelib.backups.requested import RestoreInputs, Target
from chalicelib.backups.router import routes
from chalicelib.formats.exporting.routes import RqId
from chalicelib.media import layout
from chalicelib.media.uploads import tus
from chalicelib.media.uploads.multipart import parse
from chalicelib.platform import bucket
from chalicelib.platform.errors import Invalid
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import accepted

SCOPE = "import:backup"
RESTORE_QUERY = ("filename", "location", "cloud_storage_id", "org", "org_id")


@routes.post("/api/tasks/backup", response=RqId, status=202, query=RESTORE_QUERY)
def restore_task(request: Request) -> Response:
    """Make a task of a backup"""
    return _step(request, "task")


@routes.post("/api/projects/backup", response=RqId, status=202, query=RESTORE_QUERY)
def restore_project(request: Request) -> Response:
    """Make a project of a backup"""
    return _step(request, "project")


def endpoint(target: Target) -> str:
    """Path at which backups are uploaded, without a trailing slash."""
    return f"/api/{target}s/backup"


def require(request: Request, target: Target) -> None:
    """Refuse those who may not make tasks or projects. Raises Forbidden."""
    permissions.require(request.principal, f"{target}s", SCOPE)


def _step(request: Request, target: Target) -> Response:
    """One of the steps of an upload, as the headers say."""
    require(request, target)
    if request.header("upload-length") is not None:
        return tus.create(request, endpoint(target), tus.keep_file)
    if request.header("upload-start") is not None:
        return accepted()
    if request.header("upload-finish") is not None:
        return _begin(request, _uploaded(request, target))
    if request.query("location") == "cloud_storage":
        return _begin(request, _in_storage(request, target))
    if (request.header("content-type") or "").lower().startswith("multipart/form-data"):
        return _begin(request, _sent(request, target))
    raise Invalid(
        "One of the headers Upload-Start, Upload-Length or Upload-Finish is needed, or a form with"
        f" {target}_file."
    )


def _uploaded(request: Request, target: Target) -> RestoreInputs:
    file_id = request.query("filename") or ""
    upload = tus.finished(file_id, request.principal.id)
    if upload.endpoint != endpoint(target):
        raise Invalid(filename="The file was uploaded for something else.")
    name = basename(upload.title.replace("\\", "/"))
    return _inputs(request, target, layout.uploaded(file_id), name)


def _sent(request: Request, target: Target) -> RestoreInputs:
    field = f"{target}_file"
    for part in parse(request.body, request.header("content-type") or ""):
        if part.name == field and part.filename is not None:
            key = layout.uploaded(f"{request.principal.id}_{uuid.uuid4()}")
            bucket.put(key, request.body[part.start : part.stop])
            name = basename(part.filename.replace("\\", "/"))
            return _inputs(request, target, key, name)
    raise Invalid(**{field: "No file was submitted."})


def _in_storage(request: Request, target: Target) -> RestoreInputs:
    key = request.query("filename") or ""
    storage_id = request.query_int("cloud_storage_id")
    if storage_id is None:
        raise Invalid(cloud_storage_id="This field is required.")
    if not key:
        raise Invalid(filename="The filename was not specified.")
    # Whoever asks for this is about to need it; nobody else's cold start pays for it.
    from chalicelib.media.storages import access

    access.require(request, storage_id, "list:content")
    inputs = _inputs(request, target, key, basename(key))
    inputs.cloud_storage_id = storage_id
    return inputs


def _inputs(request: Request, target: Target, key: str, name: str) -> RestoreInputs:
    return RestoreInputs(
        target=target,
        key=key,
        filename=name or "backup.zip",
        owner_id=request.principal.id,
        admin=request.principal.is_admin,
    )


def _begin(request: Request, inputs: RestoreInputs) -> Response:
    request_id = requests.start(
        "import",
        request_id=request_ids.restore(inputs.target, str(uuid.uuid4())),
        owner=request.principal,
        operation=Operation(type="import:backup", target=inputs.target),
        machine=backups.RESTORING,
        inputs=msgspec.to_builtins(inputs),
    )
    return accepted(RqId(request_id))
