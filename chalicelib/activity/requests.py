"""Background requests: a record per request, which its state machine's worker reports to.

A request is `queued`, then `started`, then `finished` or `failed`, and never goes back: what
arrives after the end changes nothing, so every report may be repeated.
"""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.activity import store
from chalicelib.activity.models import Kind, Operation, Owner, Request
from chalicelib.activity.store import load
from chalicelib.platform import workflows

__all__ = [
    "Operation", "Request", "cancel", "fail", "finish", "launch", "load", "progress", "requeue",
    "start",
]  # fmt: skip

#: Progress is written no more often than this, in seconds.
PROGRESS_EVERY = 1.0
MESSAGE_LIMIT = 4000

log = logging.getLogger("skylabel.requests")
#: When this process last wrote the progress of a request (monotonic seconds).
_reported: dict[str, float] = {}


def start(
    kind: Kind,
    *,
    request_id: str,
    owner: Owner,
    operation: Operation,
    machine: str,
    inputs: dict[str, Any],
    attempt: str | None = None,
) -> str:
    """Note a request and start its state machine. Returns the request's id.

    A finished or failed request of the same id is replaced. If the state machine cannot be
    started, the request is there and has failed, with the reason.

    Args:
        attempt: what tells this run from earlier ones; by default a new value.

    Raises:
        Conflict: a request of this id is not over; `{"rq_id": id}`.
    """
    now = time.time()
    request = Request(
        id=request_id,
        kind=kind,
        owner_id=owner.id,
        owner_name=owner.username,
        operation=operation,
        machine=machine,
        attempt=attempt or secrets.token_hex(8),
        inputs=inputs,
        created=now,
        alive=now,
    )
    store.put(request)
    _reported.pop(request_id, None)
    launch(request)
    return request_id


def launch(request: Request) -> bool:
    """Start the state machine of a noted request. If it cannot be, the request fails."""
    attempt = f"{request.attempt}.{request.restarts}"
    try:
        workflows.start(request.machine, request.id, attempt)
    except (BotoCoreError, ClientError) as error:
        log.exception("could not start %s for %s", request.machine, request.id)
        fail(request.id, f"The background work could not be started: {error}")
        return False
    return True


def progress(request_id: str, fraction: float, message: str = "") -> bool:
    """Report that the worker is at work: the first report makes the request `started`.

    May be called as often as convenient: most calls of a busy worker write nothing.

    Args:
        fraction: of the work that is done, 0 to 1; never shown to go back.

    Returns whether the request still wants its result: False if it was cancelled or is over.
    """
    now = time.monotonic()
    if now - _reported.get(request_id, -PROGRESS_EVERY) < PROGRESS_EVERY:
        return True

    def report(request: Request) -> bool:
        request.status = "started"
        request.alive = time.time()
        request.started = request.started or request.alive
        request.progress = max(request.progress or 0.0, min(1.0, max(0.0, fraction)))
        request.message = message[:MESSAGE_LIMIT]
        return True

    if store.change(request_id, report) is None:
        return False
    _reported[request_id] = now
    return True


def finish(
    request_id: str,
    result_url: str | None = None,
    result_id: int | None = None,
    result_key: str | None = None,
    message: str = "",
) -> bool:
    """End a request with its result. Returns whether this call ended it.

    Args:
        message: what the user should know of the result.
        result_url: path of this server (from `/`) where the client gets the result.
        result_id: id of what was made.
        result_key: object in the bucket that holds the result.
    """

    def end(request: Request) -> bool:
        request.status = "finished"
        request.progress, request.message = 1.0, message[:MESSAGE_LIMIT]
        request.result_url, request.result_id = result_url, result_id
        request.result_key = result_key
        return True

    return _end(request_id, end)


def fail(request_id: str, message: str) -> bool:
    """End a request with a reason that a user can act on. Returns whether this call ended it."""

    def end(request: Request) -> bool:
        request.status, request.message = "failed", message[:MESSAGE_LIMIT]
        return True

    return _end(request_id, end)


def cancel(request_id: str) -> bool:
    """Fail a request that no worker has begun. Returns False if one has, or it is over."""

    def end(request: Request) -> bool:
        if request.status != "queued":
            return False
        request.status, request.message = "failed", "Cancelled by the user."
        return True

    return _end(request_id, end)


def requeue(request_id: str) -> Request | None:
    """Put an open request back to its beginning, to be launched again. None if it is over."""

    def again(request: Request) -> bool:
        request.status, request.progress, request.started = "queued", None, None
        request.restarts += 1
        request.alive = time.time()
        return True

    _reported.pop(request_id, None)
    return store.change(request_id, again)


def _end(request_id: str, edit: store.Change) -> bool:
    _reported.pop(request_id, None)
    return store.change(request_id, edit) is not None
