"""Beginning to index what was uploaded for a task."""

from __future__ import annotations

from chalicelib.activity import request_ids, requests
from chalicelib.activity.models import Operation, Owner
from chalicelib.media.ingest import parameters
from chalicelib.media.ingest.parameters import DataRequest
from chalicelib.projects.models import Task


def start_ingest(owner: Owner, task: Task, wanted: DataRequest) -> str:
    """Begin indexing. Returns the id of the background request.

    Raises:
        Invalid: parameters that cannot be followed. Conflict: indexing is under way.
    """
    parameters.check(wanted)
    request_id = request_ids.create(task.id)
    running = requests.load(request_id)
    if running is None or not running.is_open:
        # Not while a run reads them: what it was asked must not change under it.
        parameters.keep(task.id, wanted)
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
