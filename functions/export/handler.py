"""Steps of `export.asl.json`: prepare, write, finish, and fail for whatever goes wrong.

Every step may be repeated: the object appears only when it is complete, and a request that has
ended stays as it is.
"""

from __future__ import annotations

import time
from typing import Any

import msgspec
from aws_lambda_powertools import Logger

from chalicelib.activity import requests
from chalicelib.activity.models import Request
from chalicelib.formats import exports, registry
from chalicelib.formats.exports import ExportInputs, download_path
from chalicelib.formats.failures import cause_of
from chalicelib.formats.report import Report
from chalicelib.formats.zip_writer import ArchiveWriter
from chalicelib.media.images import BadImage
from chalicelib.media.video_index import BadVideo
from chalicelib.platform import bucket
from functions.export.source import Gone, open_source
from functions.export.upload import ObjectWriter

log = Logger(service="skylabel-export")

#: Part of the progress that annotations without images stand for.
ANNOTATIONS_SHARE = 0.1
#: Progress is reported at most this often, in seconds.
REPORT_SECONDS = 1.0


class Cancelled(Exception):
    """Nobody wants the result any more."""


@log.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run the step that the event names for the request that it names."""
    request = requests.load(event["request_id"])
    if request is None or not request.is_open:
        log.info("nothing to do", request_id=event["request_id"])
        return {"state": "over"}
    if event["step"] == "fail":
        return fail(request, event.get("error"))
    inputs = msgspec.convert(request.inputs, ExportInputs)
    try:
        if event["step"] == "finish":
            return finish(request, inputs, event.get("message", ""))
        return STEPS[event["step"]](request, inputs)
    except (Gone, BadImage, BadVideo) as error:
        requests.fail(request.id, str(error))
    except Cancelled:
        bucket.delete_below(exports.key_prefix(request.id))
    return {"state": "over"}


def prepare(request: Request, inputs: ExportInputs) -> dict[str, Any]:
    """Say that the work has begun, and drop the files of earlier runs."""
    requests.progress(request.id, 0.0, "Export is started")
    bucket.delete_below(exports.key_prefix(request.id))
    return {"state": "write"}


def write(request: Request, inputs: ExportInputs) -> dict[str, Any]:
    """Write the archive straight into the bucket."""
    source = open_source(inputs)
    frames = sum(len(part.frames()) for part in source.parts) if inputs.save_images else 0
    report = Report()
    started = time.monotonic()
    with ObjectWriter(_key(request, inputs)) as sink:
        archive = ArchiveWriter(sink)
        writer = registry.exporter(inputs.format).load()
        writer(source, archive, report, _Progress(request.id, frames))
        archive.close()
    log.info(
        "written",
        request_id=request.id,
        seconds=round(time.monotonic() - started, 3),
        objects=report.objects,
        frames=frames,
    )
    return {"state": "finish", "message": report.sentences("Exported")}


def finish(request: Request, inputs: ExportInputs, message: str) -> dict[str, Any]:
    """Hand the file to the user."""
    key = _key(request, inputs)
    if bucket.size(key) is None:
        raise RuntimeError(f"{key} is not in the bucket")
    requests.finish(
        request.id,
        result_url=download_path(inputs, request.id),
        result_key=key,
        message=message,
    )
    return {"state": "over"}


def fail(request: Request, error: Any) -> dict[str, Any]:
    """End the request with what Step Functions says of the error."""
    log.error("failed", request_id=request.id, error=error)
    requests.fail(request.id, f"The export could not be written: {cause_of(error)}")
    return {"state": "over"}


class _Progress:
    """Reports frames written; raises Cancelled if the request is over."""

    def __init__(self, request_id: str, frames: int) -> None:
        self._request_id = request_id
        self._frames = max(1, frames)
        self._next = time.monotonic() + REPORT_SECONDS

    def __call__(self, written: int) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + REPORT_SECONDS
        fraction = ANNOTATIONS_SHARE + (1 - ANNOTATIONS_SHARE) * written / self._frames
        if not requests.progress(self._request_id, fraction, "Images are being written"):
            raise Cancelled


def _key(request: Request, inputs: ExportInputs) -> str:
    return exports.key_prefix(request.id) + inputs.filename


STEPS = {"prepare": prepare, "write": write}
