"""Steps of `restore.asl.json`: prepare, restore, finish, and fail for whatever goes wrong.

Nothing that is made is seen before it is complete, and nothing of it stays if something goes wrong.
Every step may be repeated, and goes on where the last one stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgspec
from aws_lambda_powertools import Logger

from chalicelib.activity import requests
from chalicelib.activity.failures import cause_of
from chalicelib.activity.models import Request
from chalicelib.backups import drafts, undoing
from chalicelib.backups import restorations as states
from chalicelib.backups.requested import RestoreInputs
from chalicelib.backups.restorations import State
from chalicelib.formats import report_store
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.report import Report
from chalicelib.media.reading import RangeReader
from chalicelib.media.sources.places import CLOUD, OWN, Unreachable, place
from chalicelib.platform import bucket
from chalicelib.platform.clock import iso
from chalicelib.platform.errors import ApiError
from chalicelib.projects.models import Project
from functions.backup.restoring.archive import BackupArchive
from functions.backup.restoring.plan import ProjectPlan
from functions.backup.restoring.planning import plan
from functions.backup.restoring.tasks import Restoring

log = Logger(service="skylabel-restore")

#: Bytes of one request when the backup is read.
BLOCK = 4 << 20
#: Progress is reported at most this often, in seconds.
REPORT_SECONDS = 1.0
#: Milliseconds of a call that are left for noting where it stands.
MARGIN = 90_000
OVER = {"state": "over"}


class Cancelled(Exception):
    """Nobody wants the result any more."""


class Paused(Exception):
    """The time of this call is nearly up."""


@log.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run the step that the event names for the request that it names.

    Returns:
        `{"state"}`: `restore`, `finish` or `over`.
    """
    request = requests.named_by(event)
    if request is None:
        return OVER
    inputs = msgspec.convert(request.inputs, RestoreInputs)
    if not request.is_open:
        if request.status == "failed":
            _undo(request, inputs)
        return OVER
    step = event["step"]
    if step == "fail":
        return fail(request, inputs, event.get("error"))
    try:
        match step:
            case "prepare":
                return prepare(request, inputs)
            case "restore":
                return restore(request, inputs, context.get_remaining_time_in_millis)
            case "finish":
                return finish(request, inputs)
            case _:
                raise ValueError(f"unknown step {step!r}")
    except (BadDataset, Unreachable) as error:
        requests.fail(request, str(error))
    except ApiError as error:
        requests.fail(request, f"{inputs.filename} cannot be restored: {error}")
    except Cancelled:
        pass
    _undo(request, inputs)
    return OVER


def prepare(request: Request, inputs: RestoreInputs) -> dict[str, Any]:
    """Read what the backup says of itself, and draw the ids of what is to be made.

    Raises:
        BadDataset: it cannot be restored.
    """
    if not requests.progress(request, 0.0, "The backup is being read"):
        return OVER
    if states.load(request) is None:
        report = Report()
        planned = plan(_archive(inputs), inputs, report)
        project_id, task_ids = drafts.reserve(
            len(planned.tasks), project=inputs.target == "project"
        )
        states.begin(
            request,
            State(request_id=request.id, project_id=project_id, task_ids=task_ids, report=report),
        )
    return {"state": "restore"}


def restore(
    request: Request, inputs: RestoreInputs, milliseconds_left: Callable[[], int]
) -> dict[str, Any]:
    """Make what the backup holds, or as much of it as there is time for.

    Raises:
        BadDataset, Cancelled.
    """
    state = _state(request)
    archive = _archive(inputs)
    planned = plan(archive, inputs, Report())
    pace = _Pace(request, max(1, len(state.task_ids)), milliseconds_left)
    work = Restoring(request, inputs, archive, planned, state, pace)
    try:
        work.run()
    except Paused:
        states.save(request, state)
        return {"state": "restore"}
    return {"state": "finish"}


def finish(request: Request, inputs: RestoreInputs) -> dict[str, Any]:
    """Let what was made be seen.

    Raises:
        Cancelled.
    """
    state = _state(request)
    if not drafts.is_shown(state.project_id, state.task_ids):
        if not requests.settle(request):
            raise Cancelled
        _show(inputs, state)
    report_store.save(request, state.report, "Imported", "CVAT backup")
    requests.finish(request, result_id=state.result_id, message=_told(inputs, state))
    states.drop(request)
    _drop_upload(inputs)
    return OVER


def fail(request: Request, inputs: RestoreInputs, error: Any) -> dict[str, Any]:
    """End the request with what Step Functions says of the error."""
    log.error("failed", request_id=request.id, error=error)
    state = states.load(request)
    if state is not None and drafts.is_shown(state.project_id, state.task_ids):
        requests.finish(request, result_id=state.result_id)
        return OVER
    requests.fail(request, f"The backup could not be restored: {cause_of(error)}")
    _undo(request, inputs)
    return OVER


def _show(inputs: RestoreInputs, state: State) -> None:
    if state.project_id is None:
        drafts.show_task(state.task_ids[0])
        return
    planned: ProjectPlan = plan(_archive(inputs), inputs, Report())
    moment = iso()
    project = Project(
        id=state.project_id,
        name=planned.name,
        owner_id=inputs.owner_id,
        bug_tracker=planned.bug_tracker,
        created_date=moment,
        updated_date=moment,
    )
    drafts.show_project(project, state.task_ids)


def _told(inputs: RestoreInputs, state: State) -> str:
    count = len(state.task_ids)
    tasks = "1 task" if count == 1 else f"{count} tasks"
    what = "task" if state.project_id is None else f"project of {tasks}"
    text = f"Restored a {what} with {state.report.objects:,} objects."
    if state.report.skipped:
        reasons = (f"{number} × {reason}" for reason, number in state.report.skipped.items())
        text += f" Left out: {'; '.join(reasons)}."
    return text


def _state(request: Request) -> State:
    state = states.load(request)
    if state is None:
        raise RuntimeError("nobody noted what is being restored")
    return state


def _undo(request: Request, inputs: RestoreInputs) -> None:
    """Remove what was made, and the file that it was made of."""
    state = states.load(request)
    if state is not None:
        if drafts.is_shown(state.project_id, state.task_ids):
            return
        undoing.undo(state.project_id, state.task_ids)
        states.drop(request)
    _drop_upload(inputs)


def _drop_upload(inputs: RestoreInputs) -> None:
    if inputs.cloud_storage_id is None:
        bucket.delete(inputs.key)


def _archive(inputs: RestoreInputs) -> BackupArchive:
    """Open the backup. Raises BadDataset, Unreachable."""
    name = OWN if inputs.cloud_storage_id is None else f"{CLOUD}{inputs.cloud_storage_id}"
    there = place(name)
    size = there.size(inputs.key)
    if size is None:
        raise BadDataset(inputs.filename, "is not there any more; upload it again")
    if size == 0:
        raise BadDataset(inputs.filename, "is empty")

    def open_file() -> RangeReader:
        return RangeReader(lambda at, count: there.read(inputs.key, at, count), size, BLOCK)

    return BackupArchive(open_file, inputs.filename)


class _Pace:
    """Reports progress; raises Cancelled if the request is over, Paused if time is up."""

    def __init__(self, request: Request, tasks: int, milliseconds_left: Callable[[], int]) -> None:
        self._request = request
        self._tasks = tasks
        self._milliseconds_left = milliseconds_left
        self._next = time.monotonic() + REPORT_SECONDS

    def __call__(self, task: int, part: float = 0.0, *, pauses: bool = True) -> None:
        """`part`: of the task of this number, 0 to 1."""
        if pauses and self._milliseconds_left() < MARGIN:
            raise Paused
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + REPORT_SECONDS
        fraction = min(1.0, (task + part) / self._tasks)
        if not requests.progress(self._request, fraction, "The backup is being restored"):
            raise Cancelled
