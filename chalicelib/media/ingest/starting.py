"""Beginning to index what was uploaded for a task."""

from __future__ import annotations

import msgspec

from chalicelib.accounts import permissions
from chalicelib.activity import request_ids, requests
from chalicelib.activity.models import Operation, Owner
from chalicelib.media.ingest import notes, parameters
from chalicelib.media.ingest.parameters import DataRequest
from chalicelib.media.uploads.names import relative_path
from chalicelib.platform.errors import Invalid
from chalicelib.platform.requests import Request
from chalicelib.projects.models import Task


def authorise(request: Request, wanted: DataRequest) -> None:
    """Refuse files of stores that the principal may not use. Raises Forbidden, NotFound."""
    if wanted.cloud_storage_id is not None:
        # Whoever asks for a task of it is about to need it; nobody else's cold start pays for it.
        from chalicelib.media.storages import access

        access.require(request, wanted.cloud_storage_id, "list:content")
    elif wanted.server_files or wanted.filename_pattern:
        permissions.require(request.principal, "server", "list:content")


def begin_upload(task_id: int) -> None:
    """A client starts to upload: after a failure it starts anew, without the files of before."""
    request = requests.load(request_ids.create(task_id))
    if request is not None and request.status == "failed":
        notes.forget(task_id)


def start_ingest(owner: Owner, task: Task, wanted: DataRequest) -> str:
    """Begin indexing. Returns the id of the background request.

    Raises:
        Invalid: parameters that cannot be followed. Conflict: indexing is under way.
    """
    parameters.check(wanted)
    if wanted.job_file_mapping is not None and (task.segment_size or task.overlap):
        raise Invalid(
            job_file_mapping="Files cannot be mapped to jobs of a fixed segment size or overlap."
        )
    request_id = request_ids.create(task.id)
    running = requests.load(request_id)
    if running is None or not running.is_open:
        # Not while a run reads them: what it was asked must not change under it.
        if wanted.upload_names is not None:
            _choose(task.id, wanted.upload_names)
        parameters.keep(task.id, msgspec.structs.replace(wanted, upload_names=None))
    return requests.start(
        "create",
        request_id=request_id,
        owner=owner,
        operation=Operation(
            type="create:task",
            target="task",
            task_id=task.id,
            project_id=task.project_id,
            org_id=task.organization_id,
        ),
        machine="ingest",
        inputs={"task_id": task.id},
    )


def _choose(task_id: int, names: list[str]) -> None:
    try:
        notes.keep_only(task_id, map(relative_path, names))
    except KeyError as error:
        raise Invalid(
            upload_names=f"{error.args[0]!r} was not uploaded. Upload it again."
        ) from None
