"""Background requests: a record per request, which its state machine's worker reports to.

A request is `queued`, then `started`, then `finished` or `failed`, and never goes back: what
arrives after the end changes nothing, so every report may be repeated. Nor does what an execution
reports that was begun for an earlier request of the same id, or before a restart.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.activity import store
from chalicelib.activity.models import Kind, Operation, Owner, Request
from chalicelib.activity.store import load
from chalicelib.platform import workflows

__all__ = [
    "Operation", "Request", "cancel", "fail", "finish", "is_wanted", "launch", "load", "named_by",
    "progress", "requeue", "settle", "start",
]  # fmt: skip

#: Progress is written no more often than this, in seconds.
PROGRESS_EVERY = 1.0
#: Decimal places of it that are kept: what people see.
DIGITS = 4
MESSAGE_LIMIT = 4000
CANCELLED = "Cancelled by the user."

log = logging.getLogger("skylabel.requests")
#: When this process last wrote the progress of a run (monotonic seconds).
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
        attempt: what tells this request from earlier ones of its id; by default a new value.

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
    launch(request)
    return request_id


def launch(request: Request) -> bool:
    """Start the state machine of a noted request. If it cannot be, the request fails."""
    try:
        workflows.start(request.machine, request.id, request.run)
    except (BotoCoreError, ClientError):
        # What these say names addresses and roles of the installation.
        log.exception("could not start %s for %s", request.machine, request.id)
        fail(
            request,
            "The background work could not be started. Try again; if that fails too, tell the"
            " administrator.",
        )
        return False
    return True


def named_by(event: Mapping[str, Any]) -> Request | None:
    """The request that a step of a state machine is for.

    None if it is gone, or if another execution than this one is its present run.
    """
    request = load(event["request_id"])
    return request if request is not None and request.run == event["run"] else None


def progress(request: Request, fraction: float, message: str = "") -> bool:
    """Report that the worker is at work: the first report makes the request `started`.

    May be called as often as convenient: most calls of a busy worker write nothing.

    Args:
        request: as its worker read it.
        fraction: of the work that is done, 0 to 1; never shown to go back, nor is the message of
            a smaller one shown after that of a greater.

    Returns whether the request still wants its result: False if it was cancelled, is over, or has
    another run by now.
    """
    now = time.monotonic()
    if now - _reported.get(request.run, -PROGRESS_EVERY) < PROGRESS_EVERY:
        return True

    def report(fresh: Request) -> bool:
        fresh.status = "started"
        fresh.alive = time.time()
        fresh.started = fresh.started or fresh.alive
        done = round(min(1.0, max(0.0, fraction)), DIGITS)
        if done >= (fresh.progress or 0.0):
            fresh.progress, fresh.message = done, message[:MESSAGE_LIMIT]
        return True

    if not _change_run(request, report):
        return False
    _reported[request.run] = now
    return True


def is_wanted(request: Request) -> bool:
    """Whether the request still wants its result, as `progress` says, without writing.

    Args:
        request: as its worker read it.
    """
    fresh = load(request.id)
    return fresh is not None and fresh.is_open and fresh.run == request.run


def settle(request: Request) -> bool:
    """Say that the result is about to be written: from here on it cannot be cancelled.

    Returns whether the request still wants it.
    """

    def begin(fresh: Request) -> bool:
        fresh.settling, fresh.alive = True, time.time()
        return True

    return _change_run(request, begin)


def finish(
    request: Request,
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

    def end(fresh: Request) -> bool:
        fresh.status = "finished"
        fresh.progress, fresh.message = 1.0, message[:MESSAGE_LIMIT]
        fresh.result_url, fresh.result_id = result_url, result_id
        fresh.result_key = result_key
        return True

    return _end(request, end)


def fail(request: Request, message: str) -> bool:
    """End a request with a reason that a user can act on. Returns whether this call ended it."""

    def end(fresh: Request) -> bool:
        fresh.status, fresh.message = "failed", message[:MESSAGE_LIMIT]
        return True

    return _end(request, end)


def cancel(request_id: str) -> bool:
    """Fail a request, unless it is over or its result is being written.

    Workers learn of it by what `progress`, `is_wanted` and `settle` answer; so they settle before
    they write anything that others see, and take away what they have written till then.
    Returns False if it is too late.
    """

    def end(request: Request) -> bool:
        if request.settling:
            return False
        request.status, request.message = "failed", CANCELLED
        return True

    return store.change(request_id, end) is not None


def requeue(request_id: str) -> Request | None:
    """Put an open request back to its beginning, to be launched again. None if it is over."""

    def again(request: Request) -> bool:
        request.status, request.progress, request.started = "queued", None, None
        request.restarts += 1
        request.alive = time.time()
        return True

    return store.change(request_id, again)


def _end(request: Request, edit: store.Change) -> bool:
    _reported.pop(request.run, None)
    return _change_run(request, edit)


def _change_run(request: Request, edit: store.Change) -> bool:
    """Change a request unless it is over or has another run by now; whether it was changed."""

    def guarded(fresh: Request) -> bool:
        return fresh.run == request.run and edit(fresh)

    return store.change(request.id, guarded) is not None
