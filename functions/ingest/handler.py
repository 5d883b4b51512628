"""Steps of the state machine `ingest`: from uploaded files to a task that can be annotated."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from chalicelib.activity import requests
from chalicelib.activity.failures import cause_of
from chalicelib.activity.models import Request
from chalicelib.media.ingest import steps
from chalicelib.media.ingest.planning import Refused
from chalicelib.media.ingest.steps import Done, Parts

logger = Logger(service="skylabel-ingest")
FINISHED = {"state": "finished"}
FAILED = {"state": "failed"}


@logger.inject_lambda_context
def handle(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Do one step.

    Returns:
        `{"state"}`: `finished`, `failed` (the request says why), or `parts` with their numbers.
    """
    request = requests.named_by(event)
    if request is None or request.status == "failed":
        return FAILED
    if event["step"] == "fail":
        requests.fail(request, explain(event.get("error")))
        return FAILED
    if request.status == "finished":
        return FINISHED
    task_id = int(request.inputs["task_id"])
    try:
        return _step(event, request, task_id)
    except Refused as error:
        requests.fail(request, str(error))
        return FAILED


def explain(error: Any) -> str:
    """What a user is told of a step that broke; `error` is Step Functions' own account of it."""
    return (
        f"Reading the media failed: {cause_of(error)}."
        " Create the task again; if that fails too, tell the administrator."
    )


def _step(event: dict[str, Any], request: Request, task_id: int) -> dict[str, Any]:
    match event["step"]:
        case "plan":
            # The first report makes the request `started`; False means that it was cancelled.
            if not requests.progress(request, 0.05):
                return FAILED
            outcome = steps.plan(task_id)
            if isinstance(outcome, Parts):
                return {"state": "parts", "parts": list(range(outcome.count))}
            return _finish(request, task_id, outcome)
        case "index":
            steps.index_part(task_id, int(event["part"]))
            requests.progress(request, 0.5)
            return FINISHED
        case "finish":
            return _finish(request, task_id, steps.finish(task_id))
        case step:
            raise ValueError(f"unknown step {step!r}")


def _finish(request: Request, task_id: int, done: Done) -> dict[str, Any]:
    requests.finish(request, result_id=task_id, message=done.warning)
    steps.clean(task_id)
    return FINISHED
