"""Steps of `import.asl.json`: read a file and store its annotations, or nothing.

Every step may be repeated. Reading into a task or job is one call; a dataset that becomes tasks of
a project takes as many as its images need.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from aws_lambda_powertools import Logger

from chalicelib.activity import requests
from chalicelib.activity.failures import cause_of
from chalicelib.activity.models import Request
from chalicelib.formats import report_store
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.requested import ImportInputs
from chalicelib.formats.report import Report
from chalicelib.media.sources.places import Unreachable
from chalicelib.platform.errors import ApiError
from functions.dataset_import.annotations import import_annotations
from functions.dataset_import.source import Gone, SourceFile, discard

log = Logger(service="skylabel-import")

OVER = {"state": "over"}
AGAIN = {"state": "import"}
#: Milliseconds of a call that are left for noting where it stands.
MARGIN = 120_000
#: New labels that are told by their names.
NAMED = 10


class Cancelled(Exception):
    """Nobody wants the result any more."""


@log.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Import the file of a request, or say that it failed.

    Returns:
        `{"state"}`: `over`, or `import` if there is more to do than one call may.
    """
    request = requests.named_by(event)
    if request is None:
        log.info("nothing to do", request_id=event["request_id"])
        return OVER
    inputs = msgspec.convert(request.inputs, ImportInputs)
    if request.is_open and event["step"] == "fail":
        cause = cause_of(event.get("error"))
        requests.fail(request, f"The annotations could not be imported: {cause}")
        _undo(request, inputs)
        return OVER
    if not request.is_open:
        _undo(request, inputs)
        if request.status == "finished":
            discard(inputs)
        return OVER
    try:
        return _import(request, inputs, context.get_remaining_time_in_millis)
    except Cancelled:
        pass
    except (BadDataset, Gone, Unreachable) as error:
        requests.fail(request, str(error))
    except ApiError as error:
        requests.fail(request, f"The annotations cannot be stored: {_flat(error.body)}")
    _undo(request, inputs)
    return OVER


def _import(
    request: Request, inputs: ImportInputs, milliseconds_left: Callable[[], int]
) -> dict[str, Any]:
    def progress(done: float) -> None:
        if not requests.progress(request, done, "The file is being read"):
            raise Cancelled

    def settle() -> None:
        # From here on it cannot be cancelled: what is stored is seen.
        if not requests.settle(request):
            raise Cancelled

    progress(0.0)
    source = SourceFile(inputs)
    # The attempt as idempotency key: a repeated step adds nothing twice.
    key = f"import-{request.attempt}"
    if inputs.target == "project":
        # Imported when first needed, here and below: it reads pictures.
        from functions.dataset_import import project_dataset

        work = project_dataset.Work(
            request, inputs, source, progress, settle, lambda: milliseconds_left() > MARGIN
        )
        report = work.go_on(key)
        if report is None:
            return AGAIN
    else:
        report = import_annotations(
            inputs,
            source.upload(),
            key,
            progress=progress,
            read_so_far=lambda: source.done,
            settle=settle,
        )
    report_store.save(request, report, "Imported", inputs.format)
    requests.finish(request, message=told(report))
    _undo(request, inputs)
    discard(inputs)
    return OVER


def told(report: Report) -> str:
    """The report in one sentence: "Imported 12 objects on 3 frames; 2 left out: …." """
    objects = "1 object" if report.objects == 1 else f"{report.objects:,} objects"
    frames = "1 frame" if report.frames == 1 else f"{report.frames:,} frames"
    text = f"Imported {objects} on {frames}"
    if changed := sum(report.converted.values()):
        text += f"; {changed:,} changed: {_main(report.converted, report)}"
    if skipped := sum(report.skipped.values()):
        text += f"; {skipped:,} left out: {_main(report.skipped, report)}"
    if report.new_labels:
        named = ", ".join(report.new_labels[:NAMED])
        others = len(report.new_labels) - NAMED
        more = f" and {others} more" if others > 0 else ""
        text += f"; the project got the labels {named}{more}"
    return f"{text}."


def _main(reasons: dict[str, int], report: Report) -> str:
    """The most frequent reason with an example."""
    reason = max(reasons, key=lambda one: reasons[one])
    example = next(iter(report.examples.get(reason, [])), "")
    more = ", …" if len(reasons) > 1 else ""
    return f"{reason} ({example}){more}" if example else f"{reason}{more}"


def _undo(request: Request, inputs: ImportInputs) -> None:
    """Take away what an import has left, and what it has made unless that is seen."""
    if inputs.target == "project":
        from functions.dataset_import import project_dataset

        project_dataset.undo(request)


def _flat(body: Any) -> str:
    """An API error's body as one line."""
    if isinstance(body, dict):
        return "; ".join(f"{name}: {_flat(value)}" for name, value in body.items())
    if isinstance(body, list):
        return ", ".join(map(_flat, body))
    return str(body)
