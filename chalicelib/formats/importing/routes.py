"""Importing annotations: CVAT's `Upload-*` steps around a TUS upload."""

from __future__ import annotations

from posixpath import basename
from typing import cast

import msgspec
from chalice.app import Response

from chalicelib.activity import request_ids, requests
from chalicelib.activity.models import Operation
from chalicelib.activity.request_ids import Subresource
from chalicelib.formats import dimensions, registry
from chalicelib.formats.exporting.routes import RqId
from chalicelib.formats.importing.requested import ImportInputs, Mode, Target
from chalicelib.formats.router import routes
from chalicelib.media import layout
from chalicelib.media.sources.places import CLOUD, OWN
from chalicelib.media.uploads import tus
from chalicelib.platform.errors import Invalid
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import accepted
from chalicelib.projects import access
from chalicelib.projects.models import Storage, Task

SCOPE = "import:annotations"
DATASET_SCOPE = "import:dataset"
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
    return _step(request, "task", task_id, _with_data(task), operation)


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
    return _step(request, "job", job_id, _with_data(task), operation)


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
    """Import a dataset with its images into a project, as new tasks"""
    project = access.project(request, project_id, DATASET_SCOPE).project
    operation = Operation(type="import:dataset", target="project", project_id=project_id)
    into = _Into(project.source_storage, project.dimension)
    return _step(request, "project", project_id, into, operation)


@routes.options("/api/projects/{id}/dataset")
def discover_project_uploads(request: Request, project_id: int) -> Response:
    """What the server speaks of the TUS protocol"""
    return tus.discover()


@routes.patch("/api/projects/{id}/dataset/{file_id}", status=204)
def append_project_dataset(request: Request, project_id: int, file_id: str) -> Response:
    """Send the next piece of a dataset"""
    access.project(request, project_id, DATASET_SCOPE)
    return tus.append(request, _endpoint("project", project_id), file_id, tus.keep_file)


@routes.head("/api/projects/{id}/dataset/{file_id}")
def report_project_dataset(request: Request, project_id: int, file_id: str) -> Response:
    """How much of a dataset is stored"""
    access.project(request, project_id, DATASET_SCOPE)
    return tus.report(request, _endpoint("project", project_id), file_id, tus.keep_file)


class _Into(msgspec.Struct):
    """What is imported into.

    Attributes:
        storage: where files come from by default.
        dimension: "2d" or "3d"; None of a project without data.
    """

    storage: Storage
    dimension: str | None


def _endpoint(target: Target, target_id: int) -> str:
    if target == "project":
        return f"/api/projects/{target_id}/dataset"
    return f"/api/{target}s/{target_id}/annotations"


def _step(
    request: Request, target: Target, target_id: int, into: _Into, operation: Operation
) -> Response:
    """One of the steps of an upload, as the headers say, or the only one of a stored file."""
    endpoint = _endpoint(target, target_id)
    if request.header("upload-length") is not None:
        return tus.create(request, endpoint, tus.keep_file)
    name = _format(request, into.dimension)
    mode = _mode(request)
    storage_id = _cloud_storage(request, into.storage)
    if storage_id is not None:
        key = request.query("filename") or ""
        if not key:
            raise Invalid(filename="Say which file of the cloud storage is to be imported.")
        place, filename = f"{CLOUD}{storage_id}", basename(key)
    elif request.header("upload-start") is not None:
        return accepted()
    elif request.header("upload-finish") is None:
        raise Invalid("One of the headers Upload-Start, Upload-Length or Upload-Finish is needed.")
    else:
        file_id = request.query("filename") or ""
        upload = tus.finished(file_id, request.principal.id)
        if upload.endpoint != endpoint:
            raise Invalid(filename="The file was uploaded for something else.")
        place, key, filename = OWN, layout.uploaded(file_id), basename(upload.title)
    operation.format = name
    inputs = ImportInputs(
        target=target,
        target_id=target_id,
        format=name,
        key=key,
        place=place,
        filename=filename or ("dataset" if target == "project" else "annotations"),
        mode=mode,
        masks_as_polygons=request.query_flag("conv_mask_to_poly", default=True),
        author=request.principal.id,
    )
    what: Subresource = "dataset" if target == "project" else "annotations"
    request_id = requests.start(
        "import",
        request_id=request_ids.import_(target, target_id, what),
        owner=request.principal,
        operation=operation,
        machine="import",
        inputs=msgspec.to_builtins(inputs),
    )
    return accepted(RqId(request_id))


def _cloud_storage(request: Request, default: Storage) -> int | None:
    """The cloud storage that the file is in, None if it is uploaded. Raises Invalid, Forbidden."""
    location, given = request.query("location"), request.query("cloud_storage_id")
    if location is None and request.query_flag("use_default_location", default=False):
        location, storage_id = default.location, default.cloud_storage_id
    else:
        storage_id = int(given) if given and given.isascii() and given.isdigit() else None
    if location in (None, "", "local"):
        return None
    if location != "cloud_storage":
        raise Invalid(location=f'"{location}" is not a valid choice.')
    if storage_id is None or storage_id >= 2**53:
        raise Invalid(cloud_storage_id="Say in which cloud storage the file is, by its id.")
    # Whoever imports from one is about to need it; nobody else's cold start pays for it.
    from chalicelib.media.storages import access as storages

    storages.require(request, storage_id, "list:content")
    return storage_id


def _with_data(task: Task) -> _Into:
    """What a task is to its imports. Raises Invalid if it has no frames yet."""
    if task.data is None:
        raise Invalid("The task has no data yet.")
    return _Into(task.source_storage, task.data.dimension)


def _format(request: Request, dimension: str | None) -> str:
    """The name of the format. Raises Invalid if there is none, or it is for other data."""
    name = request.query("format") or ""
    try:
        importer = registry.importer(name)
    except registry.UnknownFormat as error:
        raise Invalid(format=str(error)) from None
    dimensions.check(importer, [dimension])
    return name


def _mode(request: Request) -> Mode:
    mode = request.query("import_mode") or "replace"
    if mode not in ("replace", "append"):
        raise Invalid(import_mode=f'"{mode}" is not a valid choice.')
    return cast(Mode, mode)
