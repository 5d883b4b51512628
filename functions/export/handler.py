"""Steps of `export.asl.json`: prepare, write or write pieces and join them, finish or deliver; and
fail for whatever goes wrong.

Every step may be repeated: an object appears only when it is complete, calls that are made twice
write the same, and a request that has ended stays as it is. Before a call's time is up it notes
where it stands, and the state machine calls again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from aws_lambda_powertools import Logger

from chalicelib.activity import requests
from chalicelib.activity.failures import cause_of
from chalicelib.activity.models import Request
from chalicelib.annotations.store import Damaged
from chalicelib.formats import report_store, request_files
from chalicelib.formats.exporting.requested import ExportInputs, download_path
from chalicelib.formats.report import Report
from chalicelib.media.frames.problems import Unbuildable
from chalicelib.platform import bucket
from functions.export import checkpoint, delivery, writing
from functions.export import joining as pieces
from functions.export import plan as plans
from functions.export.delivery import Undeliverable
from functions.export.plan import Plan
from functions.export.progress import MARGIN, Cancelled, Paused, Progress
from functions.export.source import Gone, open_source

log = Logger(service="skylabel-export")

OVER = {"state": "over"}
#: Part of the work that writing is; the rest is joining and handing over.
WRITTEN = 0.95
#: What ends a request with its own words.
TOLD = (Gone, Unbuildable, Undeliverable)

TimeLeft = Callable[[], int]


@log.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run the step that the event names for the request that it names.

    Returns:
        `{"state"}`: what is to be done next, `write`, `split` (into `pieces`), `piece`, `join`,
        `finish` or `deliver` (both with the `message` for the user); or `over`.
    """
    request = requests.named_by(event)
    if request is None:
        return OVER
    inputs = msgspec.convert(request.inputs, ExportInputs)
    if not request.is_open:
        if request.status == "failed":
            _drop(request, inputs)
        return OVER
    if event["step"] == "fail":
        return fail(request, inputs, event.get("error"))
    try:
        return _step(event, request, inputs, context.get_remaining_time_in_millis)
    except Cancelled:
        _drop(request, inputs)
    except TOLD as error:
        _end(request, inputs, str(error))
    except Exception:
        gone = _gone(inputs)
        if gone is None:
            raise
        log.exception("deleted while it was exported", request_id=request.id)
        _end(request, inputs, gone)
    return OVER


def _step(
    event: dict[str, Any], request: Request, inputs: ExportInputs, left: TimeLeft
) -> dict[str, Any]:
    match event["step"]:
        case "prepare":
            return prepare(request, inputs, left)
        case "write":
            return write(request, inputs, _planned(request), left, begun=True)
        case "piece":
            return piece(request, _planned(request), int(event["piece"]), left)
        case "join":
            return join(request, inputs, _planned(request), left)
        case "finish":
            return finish(request, inputs, event["message"])
        case "deliver":
            return deliver(request, inputs, event["message"], left)
        case step:
            raise ValueError(f"unknown step {step!r}")


def prepare(request: Request, inputs: ExportInputs, left: TimeLeft) -> dict[str, Any]:
    """Settle what is to be written, and write it at once if it is not much.

    An execution that is begun again goes on where the one before stood.
    """
    if not requests.progress(request, 0.0, "Export is started"):
        return OVER
    plan = plans.load(request) if request.restarts else None
    begun = plan is not None
    if plan is None:
        checkpoint.drop_earlier(request)
        plan = plans.make(inputs)
        if plan.is_split:
            plans.save(request, plan)
    if plan.is_split:
        return {"state": "split", "pieces": list(range(len(plan.lanes)))}
    return write(request, inputs, plan, left, begun=begun)


def write(
    request: Request, inputs: ExportInputs, plan: Plan, left: TimeLeft, *, begun: bool
) -> dict[str, Any]:
    """Write the archive straight into the bucket, or as much of it as there is time for."""
    if begun and (done := _known(request, inputs)) is not None:
        return done
    progress = Progress(request, plan, 0, left)
    report = writing.write_all(request, plan, _key(request, inputs), progress, begun=begun)
    return {"state": "write"} if report is None else _written(request, inputs, report)


def piece(request: Request, plan: Plan, lane: int, left: TimeLeft) -> dict[str, Any]:
    """Write a piece of the archive, or as much of it as there is time for."""
    done = writing.write_lane(request, plan, lane, Progress(request, plan, lane, left))
    return {"state": "done" if done else "piece"}


def join(request: Request, inputs: ExportInputs, plan: Plan, left: TimeLeft) -> dict[str, Any]:
    """Make one archive of the pieces."""

    if (done := _known(request, inputs)) is not None:
        return done

    def go_on(sent: int) -> None:
        # However late it is, each call gets on.
        if sent and left() < MARGIN:
            raise Paused
        if not requests.progress(request, WRITTEN, "Files are being put together"):
            raise Cancelled

    try:
        report = pieces.join(request, plan, _key(request, inputs), go_on)
    except Paused:
        return {"state": "join"}
    return _written(request, inputs, report)


def finish(request: Request, inputs: ExportInputs, message: str) -> dict[str, Any]:
    """Hand the file to the user."""
    key = _key(request, inputs)
    if bucket.size(key) is None:
        raise RuntimeError(f"{key} is not in the bucket")
    checkpoint.drop_work(request)
    requests.finish(
        request,
        result_url=download_path(inputs, request.id),
        result_key=key,
        message=message,
    )
    return OVER


def deliver(request: Request, inputs: ExportInputs, message: str, left: TimeLeft) -> dict[str, Any]:
    """Hand the file to the cloud storage that the user named, or as much of it as there is time
    for."""
    assert inputs.cloud_storage_id is not None
    key = _key(request, inputs)
    if bucket.size(key) is None:
        raise RuntimeError(f"{key} is not in the bucket")
    if not delivery.deliver(
        key,
        inputs.cloud_storage_id,
        inputs.filename,
        _asking(request),
        checkpoint.load_sent(request),
        lambda sent: checkpoint.save_sent(request, sent),
        lambda: left() < MARGIN,
    ):
        return {"state": "deliver", "message": message}
    requests.finish(request, message=message)
    checkpoint.drop_work(request)
    bucket.delete(key)
    return OVER


def fail(request: Request, inputs: ExportInputs, error: Any) -> dict[str, Any]:
    """End the request with what Step Functions says of the error."""
    log.error("failed", request_id=request.id, error=error)
    _end(request, inputs, f"The export could not be written: {cause_of(error)}")
    return OVER


def _written(request: Request, inputs: ExportInputs, report: Report) -> dict[str, Any]:
    """The archive is there: keep its report, which says so."""
    report_store.save(request, report, "Exported", inputs.format)
    log.info("written", request_id=request.id, objects=report.objects)
    return _handed_over(inputs, report)


def _known(request: Request, inputs: ExportInputs) -> dict[str, Any] | None:
    """What is next if an earlier call has written the archive, whose answer was lost."""
    stored = report_store.load(request)
    if stored is None or bucket.size(_key(request, inputs)) is None:
        return None
    return _handed_over(inputs, stored.report)


def _handed_over(inputs: ExportInputs, report: Report) -> dict[str, Any]:
    """What is next of an archive that is written."""
    state = "finish" if inputs.cloud_storage_id is None else "deliver"
    return {"state": state, "message": report.summary("Exported")}


def _planned(request: Request) -> Plan:
    plan = plans.load(request)
    if plan is None:
        raise RuntimeError("the plan of the export is missing")
    return plan


def _end(request: Request, inputs: ExportInputs, message: str) -> None:
    requests.fail(request, message)
    _drop(request, inputs)


def _drop(request: Request, inputs: ExportInputs) -> None:
    """Let go of all that was made, in the cloud storage too."""
    if inputs.cloud_storage_id is not None and (sent := checkpoint.load_sent(request)):
        delivery.drop(inputs.cloud_storage_id, inputs.filename, sent)
    checkpoint.drop(request)


def _gone(inputs: ExportInputs) -> str | None:
    """That what is exported has been deleted, if it has: then anything may be missing."""
    try:
        open_source(inputs)
    except (Gone, Damaged) as error:
        return str(error) if isinstance(error, Gone) else None
    return None


def _asking(request: Request) -> Callable[[], None]:
    def go_on() -> None:
        if not requests.progress(request, WRITTEN, "The file is being stored"):
            raise Cancelled

    return go_on


def _key(request: Request, inputs: ExportInputs) -> str:
    return request_files.own_prefix(request) + inputs.filename
