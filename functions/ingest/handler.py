"""Steps of the state machine `ingest`: from files to a task that can be annotated."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger

from chalicelib.activity import requests
from chalicelib.activity.failures import cause_of
from chalicelib.activity.models import Request
from chalicelib.media.ingest import steps
from chalicelib.media.ingest.refusal import Cancelled, Refused
from chalicelib.media.ingest.stage import Stage
from chalicelib.media.ingest.steps import Attempt, Done, Work
from chalicelib.media.sources.places import Unreachable

logger = Logger(service="skylabel-ingest")
FINISHED = {"state": "finished"}
FAILED = {"state": "failed"}
#: Parts of the whole that are done when the machine begins, has fetched and has indexed.
BEGUN, FETCHED, INDEXED = 0.05, 0.5, 0.95
#: Seconds between two questions whether the request was cancelled.
ASK_EVERY = 1.0
#: Seconds between two counts of the files that are fetched.
COUNT_EVERY = 5.0


@logger.inject_lambda_context
def handle(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Do one step.

    Returns:
        `{"state"}`: `finished`, `failed` (the request says why), or `fetch` or `index` with the
        numbers of the `parts` to do, and the `total` of what there is.
    """
    request = requests.named_by(event)
    if request is None:
        _undo_overtaken(event)
        return FAILED
    if request.status == "finished":
        return FINISHED
    if event["step"] == "fail":
        done = steps.ready(_task_id(request))
        if done is not None:  # only what comes after it broke
            return _outcome(event, request, _attempt(request), done)
        requests.fail(request, explain(event.get("error")))
    if request.status == "failed" or event["step"] == "fail":
        _undo(request)
        return FAILED
    try:
        return _step(event, request)
    except Cancelled:
        pass
    except (Refused, Unreachable) as error:
        requests.fail(request, str(error))
    if event["step"] not in PARTIAL:
        _undo(request)
    return FAILED


#: Steps of which several run at once: what they leave is dropped by the step after them.
PARTIAL = {"fetch", "index"}


def explain(error: Any) -> str:
    """What a user is told of a step that broke; `error` is Step Functions' own account of it."""
    return (
        f"Reading the media failed: {cause_of(error)}."
        " Create the task again; if that fails too, tell the administrator."
    )


def _step(event: dict[str, Any], request: Request) -> dict[str, Any]:
    attempt = _attempt(request)
    match event["step"]:
        case "probe":
            # The first report makes the request `started`; False means that it was cancelled.
            if not requests.progress(request, BEGUN):
                raise Cancelled
            return _outcome(event, request, attempt, steps.probe(attempt))
        case "fetch":
            _fetch(request, attempt, int(event["part"]), int(event["total"]))
        case "plan":
            return _outcome(event, request, attempt, steps.plan(attempt))
        case "index":
            steps.index(attempt, int(event["part"]))
            _report_indexed(request, attempt, int(event["total"]))
        case "finish":
            return _outcome(event, request, attempt, steps.finish(attempt))
        case step:
            raise ValueError(f"unknown step {step!r}")
    return FINISHED


def _attempt(request: Request) -> Attempt:
    def settle() -> None:
        if not requests.settle(request):
            raise Cancelled

    return Attempt(
        task_id=_task_id(request),
        stage=_stage(request, request.attempt),
        again=request.restarts > 0,
        go_on=_asking(request),
        settle=settle,
    )


def _asking(request: Request) -> Callable[[], None]:
    """Asks now and then whether the request still wants its result; raises Cancelled if not."""
    asked = time.monotonic()

    def go_on() -> None:
        nonlocal asked
        if time.monotonic() - asked < ASK_EVERY:
            return
        asked = time.monotonic()
        if not requests.is_wanted(request):
            raise Cancelled

    return go_on


def _outcome(
    event: dict[str, Any], request: Request, attempt: Attempt, outcome: Done | Work
) -> dict[str, Any]:
    if isinstance(outcome, Work):
        return {"state": outcome.step, "parts": outcome.parts, "total": outcome.total}
    steps.clean(attempt, at_once=event["step"] == "probe")
    requests.finish(request, result_id=attempt.task_id, message=outcome.warning)
    return FINISHED


def _fetch(request: Request, attempt: Attempt, number: int, total: int) -> None:
    here, counted = steps.fetched(attempt), time.monotonic()

    def report(part: float) -> bool:
        nonlocal here, counted
        if time.monotonic() - counted > COUNT_EVERY:
            # Others are fetched beside this one.
            here, counted = steps.fetched(attempt), time.monotonic()
        done = BEGUN + (FETCHED - BEGUN) * min(1.0, (here + part) / total)
        return requests.progress(request, done, f"{here:,} of {total:,} files fetched")

    steps.fetch(attempt, number, report)
    here = steps.fetched(attempt)
    report(0.0)


def _report_indexed(request: Request, attempt: Attempt, total: int) -> None:
    done = steps.indexed(attempt)
    begun = FETCHED if (request.progress or 0.0) >= FETCHED else BEGUN
    fraction = begun + (INDEXED - begun) * done / max(1, total)
    requests.progress(request, fraction, f"{done:,} of {total:,} files")


def _stage(request: Request, attempt: str) -> Stage:
    return Stage(_task_id(request), attempt)


def _task_id(request: Request) -> int:
    return int(request.inputs["task_id"])


def _undo(request: Request) -> None:
    steps.undo(_stage(request, request.attempt), alone=True)


def _undo_overtaken(event: dict[str, Any]) -> None:
    """Drop what an attempt made that was cancelled and replaced by another one."""
    request = requests.load(event["request_id"])
    attempt = str(event["run"]).rpartition(".")[0]
    if request is not None and request.attempt != attempt:
        steps.undo(_stage(request, attempt), alone=False)
