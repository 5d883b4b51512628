"""Steps of `backup.asl.json`: prepare, write, deliver, finish, and fail for whatever goes wrong.

Every step may be repeated: the file appears only when it is complete, and a request that has ended
stays as it is. Writing is one call or several: every minute, and before a call's time is up, it
notes where it stands, and whoever comes next goes on from there.
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
from chalicelib.backups import requested as backups
from chalicelib.backups.requested import BackupInputs
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.media.frames.problems import Unbuildable
from chalicelib.media.sources.places import Unreachable
from chalicelib.platform import bucket
from functions.backup import checkpoint
from functions.backup.checkpoint import Checkpoint, Position
from functions.backup.writing import Backup, Damaged, Gone
from functions.export import delivery
from functions.export.delivery import Undeliverable
from functions.export.upload import ObjectWriter

log = Logger(service="skylabel-backup")

#: Progress is reported at most this often, in seconds.
REPORT_SECONDS = 1.0
#: Seconds after which it is noted where the work stands.
NOTE_SECONDS = 60.0
#: Milliseconds of a call that are left for its last step (the annotations of one task) and for
#: noting where it stands.
MARGIN = 180_000
OVER = {"state": "over"}


class Cancelled(Exception):
    """Nobody wants the result any more."""


class Paused(Exception):
    """The time of this call is nearly up."""


@log.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run the step that the event names for the request that it names.

    Returns:
        `{"state"}`: `write`, `deliver`, `finish` (both with `objects`) or `over`.
    """
    request = requests.named_by(event)
    if request is None:
        return OVER
    inputs = msgspec.convert(request.inputs, BackupInputs)
    if not request.is_open:
        if request.status == "failed":
            _drop(request, inputs)
        return OVER
    match event["step"]:
        case "prepare":
            return prepare(request)
        case "write":
            return write(request, inputs, context.get_remaining_time_in_millis)
        case "deliver":
            return deliver(
                request, inputs, int(event["objects"]), context.get_remaining_time_in_millis
            )
        case "finish":
            return finish(request, inputs, int(event["objects"]))
        case "fail":
            return fail(request, inputs, event.get("error"))
        case step:
            raise ValueError(f"unknown step {step!r}")


def prepare(request: Request) -> dict[str, Any]:
    """Say that the work has begun, and drop what earlier requests of this id left."""
    if not requests.progress(request, 0.0, "Backup is started"):
        return OVER
    own = backups.own_prefix(request)
    everything = bucket.listing(own.rstrip("/").rpartition("/")[0] + "/")
    bucket.delete(*(key for key, _ in everything if not key.startswith(own)))
    return {"state": "write"}


def write(
    request: Request, inputs: BackupInputs, milliseconds_left: Callable[[], int]
) -> dict[str, Any]:
    """Write the archive straight into the bucket, or as much of it as there is time for."""
    begun = checkpoint.load(request)
    sink = ObjectWriter(_key(request, inputs), begun.upload if begun else None)
    archive = ArchiveWriter(sink, begun.archive if begun else None)
    position = begun.position if begun else Position()

    def note() -> None:
        checkpoint.save(request, Checkpoint(sink.state, archive.state, position))

    try:
        if not position.closed:
            backup = Backup(inputs)
            pace = _Pace(request, backup.frames, milliseconds_left, note)
            for _ in backup.write(archive, position):
                pace(position)
            archive.close()
            position.closed = True
            note()
        if bucket.size(_key(request, inputs)) is None:
            sink.complete()
    except Paused:
        note()
        return {"state": "write"}
    except BaseException as error:
        if isinstance(error, Cancelled | Gone | Unbuildable | Unreachable | Damaged):
            sink.abort()
            bucket.delete_below(backups.own_prefix(request))
            if not isinstance(error, Cancelled):
                requests.fail(request, str(error))
            return OVER
        # What may go right the next time goes on from the last note.
        raise
    state = "finish" if inputs.cloud_storage_id is None else "deliver"
    return {"state": state, "objects": position.objects}


def deliver(
    request: Request,
    inputs: BackupInputs,
    objects: int,
    milliseconds_left: Callable[[], int],
) -> dict[str, Any]:
    """Copy the file into the cloud storage that the user named, or as much of it as there is time
    for."""
    assert inputs.cloud_storage_id is not None

    def go_on() -> None:
        if not requests.progress(request, 1.0, "The file goes to the cloud storage"):
            raise Cancelled

    try:
        key = _key(request, inputs)
        done = delivery.deliver(
            key,
            inputs.cloud_storage_id,
            inputs.filename,
            go_on,
            checkpoint.load_sent(request),
            lambda sent: checkpoint.save_sent(request, sent),
            lambda: milliseconds_left() < MARGIN,
        )
    except Cancelled:
        _drop(request, inputs)
        return OVER
    except Undeliverable as error:
        requests.fail(request, str(error))
        _drop(request, inputs)
        return OVER
    return {"state": "finish" if done else "deliver", "objects": objects}


def finish(request: Request, inputs: BackupInputs, objects: int) -> dict[str, Any]:
    """Hand the file to the user."""
    key = _key(request, inputs)
    local = inputs.cloud_storage_id is None
    if bucket.size(key) is None:
        raise RuntimeError(f"{key} is not in the bucket")
    where = "" if local else f" It is in the cloud storage as {inputs.filename}."
    requests.finish(
        request,
        result_url=backups.download_path(inputs, request.id) if local else None,
        result_key=key if local else None,
        message=f"The backup holds {objects:,} objects.{where}",
    )
    checkpoint.drop(request)
    if not local:
        bucket.delete(key)
    return OVER


def fail(request: Request, inputs: BackupInputs, error: Any) -> dict[str, Any]:
    """End the request with what Step Functions says of the error."""
    log.error("failed", request_id=request.id, error=error)
    requests.fail(request, f"The backup could not be written: {cause_of(error)}")
    _drop(request, inputs)
    return OVER


def _drop(request: Request, inputs: BackupInputs) -> None:
    """Delete the files of a request, and an unfinished upload."""
    begun = checkpoint.load(request)
    if begun is not None:
        ObjectWriter(_key(request, inputs), begun.upload).abort()
    if inputs.cloud_storage_id is not None and (sent := checkpoint.load_sent(request)):
        delivery.drop(inputs.cloud_storage_id, inputs.filename, sent)
    bucket.delete_below(backups.own_prefix(request))


class _Pace:
    """Reports and notes what is written; raises Cancelled if the request is over, Paused if time
    is up."""

    def __init__(
        self,
        request: Request,
        frames: int,
        milliseconds_left: Callable[[], int],
        note: Callable[[], None],
    ) -> None:
        self._request = request
        self._frames = max(1, frames)
        self._milliseconds_left = milliseconds_left
        self._note = note
        self._report_at = time.monotonic() + REPORT_SECONDS
        self._note_at = time.monotonic() + NOTE_SECONDS

    def __call__(self, position: Position) -> None:
        if self._milliseconds_left() < MARGIN:
            raise Paused
        now = time.monotonic()
        if now >= self._note_at:
            self._note_at = now + NOTE_SECONDS
            self._note()
        if now < self._report_at:
            return
        self._report_at = now + REPORT_SECONDS
        fraction = min(1.0, position.done / self._frames)
        if not requests.progress(self._request, fraction, "Files are being packed"):
            raise Cancelled


def _key(request: Request, inputs: BackupInputs) -> str:
    return backups.own_prefix(request) + inputs.filename
