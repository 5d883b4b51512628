"""Steps of `export.asl.json`: prepare, write, finish, and fail for whatever goes wrong.

Every step may be repeated: the object appears only when it is complete, and a request that has
ended stays as it is. Writing is one call or several: before a call's time is up it notes where it
stands, and the state machine calls again.
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
from chalicelib.formats import registry, request_files
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.exporting.archive import files
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.requested import ExportInputs, download_path
from chalicelib.formats.exporting.writing import Writer
from chalicelib.formats.report import Report
from chalicelib.media.frames.problems import Unbuildable
from chalicelib.platform import bucket
from functions.export import checkpoint
from functions.export.checkpoint import Checkpoint
from functions.export.source import Gone, open_source
from functions.export.upload import ObjectWriter

log = Logger(service="skylabel-export")

#: Part of the progress that annotations without images stand for.
ANNOTATIONS_SHARE = 0.1
#: Progress is reported at most this often, in seconds.
REPORT_SECONDS = 1.0
#: Milliseconds of a call that are left for noting where it stands.
MARGIN = 60_000
OVER = {"state": "over"}


class Cancelled(Exception):
    """Nobody wants the result any more."""


class Paused(Exception):
    """The time of this call is nearly up."""


@log.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run the step that the event names for the request that it names.

    Returns:
        `{"state"}`: `write`, `finish` (with the `message` for the user) or `over`.
    """
    request = requests.named_by(event)
    if request is None:
        return OVER
    inputs = msgspec.convert(request.inputs, ExportInputs)
    if not request.is_open:
        if request.status == "failed":
            _drop(request, inputs)
        return OVER
    match event["step"]:
        case "prepare":
            return prepare(request, inputs)
        case "write":
            return write(request, inputs, context.get_remaining_time_in_millis)
        case "finish":
            return finish(request, inputs, event["message"])
        case "fail":
            return fail(request, inputs, event.get("error"))
        case step:
            raise ValueError(f"unknown step {step!r}")


def prepare(request: Request, inputs: ExportInputs) -> dict[str, Any]:
    """Say that the work has begun, and drop what earlier runs left."""
    if not requests.progress(request, 0.0, "Export is started"):
        return OVER
    _drop(request, inputs, below=request_files.key_prefix(request.id))
    return {"state": "write"}


def write(
    request: Request, inputs: ExportInputs, milliseconds_left: Callable[[], int]
) -> dict[str, Any]:
    """Write the archive straight into the bucket, or as much of it as there is time for."""
    begun = checkpoint.load(request)
    report = begun.report if begun else Report()
    sink = ObjectWriter(_key(request, inputs), begun.upload if begun else None)
    archive = ArchiveWriter(sink, begun.archive if begun else None)
    done = begun.done if begun else 0
    try:
        dataset = Dataset(open_source(inputs))
        frames = sum(len(part.frames) for part in dataset.parts)
        progress = _Progress(request, frames, milliseconds_left)
        writer: Writer = registry.exporter(inputs.format).load()
        for _ in files(writer, dataset, archive, report, done):
            done += 1
            progress(done)
        archive.close()
        sink.complete()
    except Paused:
        checkpoint.save(request, Checkpoint(sink.state, archive.state, report, done))
        return {"state": "write"}
    except BaseException as error:
        sink.abort()
        bucket.delete_below(request_files.own_prefix(request))
        if isinstance(error, Cancelled):
            return OVER
        if isinstance(error, Gone | Unbuildable):
            requests.fail(request, str(error))
            return OVER
        raise
    checkpoint.drop(request)
    log.info("written", request_id=request.id, objects=report.objects, frames=frames)
    return {"state": "finish", "message": report.sentences("Exported")}


def finish(request: Request, inputs: ExportInputs, message: str) -> dict[str, Any]:
    """Hand the file to the user."""
    key = _key(request, inputs)
    if bucket.size(key) is None:
        raise RuntimeError(f"{key} is not in the bucket")
    requests.finish(
        request,
        result_url=download_path(inputs, request.id),
        result_key=key,
        message=message,
    )
    return OVER


def fail(request: Request, inputs: ExportInputs, error: Any) -> dict[str, Any]:
    """End the request with what Step Functions says of the error."""
    log.error("failed", request_id=request.id, error=error)
    requests.fail(request, f"The export could not be written: {cause_of(error)}")
    _drop(request, inputs)
    return OVER


def _drop(request: Request, inputs: ExportInputs, below: str | None = None) -> None:
    """Delete the files of a request (or all `below` a prefix), and an unfinished upload."""
    begun = checkpoint.load(request)
    if begun is not None:
        ObjectWriter(_key(request, inputs), begun.upload).abort()
    bucket.delete_below(below or request_files.own_prefix(request))


class _Progress:
    """Reports frames written; raises Cancelled if the request is over, Paused if time is up."""

    def __init__(self, request: Request, frames: int, milliseconds_left: Callable[[], int]) -> None:
        self._request = request
        self._frames = max(1, frames)
        self._milliseconds_left = milliseconds_left
        self._next = time.monotonic() + REPORT_SECONDS

    def __call__(self, written: int) -> None:
        if self._milliseconds_left() < MARGIN:
            raise Paused
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + REPORT_SECONDS
        fraction = ANNOTATIONS_SHARE + (1 - ANNOTATIONS_SHARE) * written / self._frames
        if not requests.progress(self._request, min(1.0, fraction), "Files are being written"):
            raise Cancelled


def _key(request: Request, inputs: ExportInputs) -> str:
    return request_files.own_prefix(request) + inputs.filename
