"""The records of background requests: reading them, and changing those that are not over."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalicelib.activity.models import Kind, Request
from chalicelib.platform import keys
from chalicelib.platform.errors import Conflict
from chalicelib.platform.table import (
    Create,
    Lost,
    Record,
    Update,
    commit,
    listed,
    load_many,
)
from chalicelib.platform.table import load as load_record

if TYPE_CHECKING:
    from pynamodb.indexes import GlobalSecondaryIndex

KIND = "request"
#: `by_kind` of requests that are not over.
OPEN = "request:open"
#: No state machine may run longer (`TimeoutSeconds` of their definitions stays below), so a worker
#: that has been silent for so long is gone.
SILENCE_SECONDS = 2 * 3600
SILENCE = (
    "The background work was interrupted: nothing has been heard of it for two hours. "
    "Start it again."
)
#: Seconds that a finished request and its result are kept, by kind, and a failed one.
FINISHED_SECONDS: dict[Kind, int] = {"create": 3600, "import": 3600, "export": 86400}
FAILED_SECONDS = 30 * 86400

#: Edits a request in place and says whether to store it.
Change = Callable[[Request], bool]


def load(request_id: str) -> Request | None:
    """A request, or None if there is none (any more).

    One whose worker has been silent for too long is failed first.
    """
    record = load_record(keys.request(request_id))
    return None if record is None else _current(record)


def of_owner(user_id: int) -> list[Request]:
    """A user's requests, newest first."""
    return _listed(Record.owner_index, keys.owned(KIND, user_id))


def unfinished() -> list[Request]:
    """Every request that is not over, newest first."""
    return [r for r in _listed(Record.kind_index, keys.kind_of(OPEN)) if r.is_open]


def put(request: Request) -> None:
    """Store a new request in place of one of the same id that is over. Raises Conflict."""
    while True:
        record = load_record(keys.request(request.id))
        before = None if record is None else _current(record)
        if before is not None and before.is_open:
            raise Conflict({"rq_id": request.id})
        write = Create if record is None else Update
        try:
            commit(write(_indexed(record or Record(keys.request(request.id)), request)))
        except Lost:
            continue
        return


def change(request_id: str, edit: Change) -> Request | None:
    """Change a request that is not over.

    Returns it as stored; None if there is none, if it is over, or if `edit` declined.
    """
    while True:
        record = load_record(keys.request(request_id))
        request = None if record is None else record.read(Request)
        if record is None or request is None or not request.is_open or not edit(request):
            return None
        _date_the_end(request)
        try:
            commit(Update(_indexed(record, request)))
        except Lost:
            continue
        return request


def _date_the_end(request: Request) -> None:
    if request.is_open:
        return
    now = time.time()
    request.started, request.finished = request.started or now, now
    kept = FINISHED_SECONDS[request.kind] if request.status == "finished" else FAILED_SECONDS
    request.expiry = now + kept


def _listed(index: GlobalSecondaryIndex[Any], value: str) -> list[Request]:
    records = load_many(listed(index, value))
    current = (_current(record) for record in records.values())
    return sorted((r for r in current if r is not None), key=lambda r: r.created, reverse=True)


def _current(record: Record) -> Request | None:
    """A request as it is now: gone if it has expired, failed if its worker is."""
    request = record.read(Request)
    now = time.time()
    if request.expiry is not None and request.expiry <= now:
        return None
    if request.is_open and _is_silent(request):
        return change(request.id, _give_up) or load(request.id)
    return request


def _is_silent(request: Request) -> bool:
    return request.alive + SILENCE_SECONDS < time.time()


def _give_up(request: Request) -> bool:
    if not _is_silent(request):
        return False
    request.status, request.message = "failed", SILENCE
    return True


def _indexed(record: Record, request: Request) -> Record:
    record.num = int(request.created * 1000)
    record.by_owner = keys.owned(KIND, request.owner_id)
    record.by_kind = keys.kind_of(OPEN) if request.is_open else None
    record.expires = None if request.expiry is None else int(request.expiry)
    return record.write(request)
