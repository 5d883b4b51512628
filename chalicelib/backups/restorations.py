"""How far the restoration of a backup is. Whoever comes next goes on from there.

Requests that end without their worker (it was killed too often, or has been silent for too long)
leave drafts, which nobody sees: the sweep removes them.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from chalicelib.activity import requests
from chalicelib.activity.models import Request
from chalicelib.backups import drafts, undoing
from chalicelib.formats.report import Report
from chalicelib.platform import keys, table
from chalicelib.platform.clock import epoch
from chalicelib.platform.table import Create, Lost, Put, Record

#: What is done for each task, in this order.
Phase = Literal["draft", "media", "index", "jobs", "annotations"]
#: Seconds that a note outlives its last change.
LIFETIME = 7 * 24 * 3600
KIND = "restore"


class State(msgspec.Struct, kw_only=True):
    """Ids are drawn before anything is made of them, so that all of it can be found again.

    Attributes:
        request_id: of the background request that it is for.
        project_id: of the project that is made; None: a task is.
        task_ids: of its tasks, in the order of the backup.
        task, phase: which task is at hand, and what is done for it.
        position: how much of that is done: packs of media, entries of annotations.
    """

    request_id: str
    project_id: int | None
    task_ids: list[int]
    task: int = 0
    phase: Phase = "draft"
    position: int = 0
    report: Report = msgspec.field(default_factory=Report)

    @property
    def result_id(self) -> int:
        """Id of what is made."""
        return self.task_ids[0] if self.project_id is None else self.project_id


def load(request: Request) -> State | None:
    """The note of a request, or None."""
    record = table.load(keys.restore(request.attempt))
    return None if record is None else record.read(State)


def begin(request: Request, state: State) -> State:
    """Note the first state, or return the one that somebody else noted meanwhile."""
    try:
        table.commit(Create(_record(request, state)))
    except Lost:
        known = load(request)
        assert known is not None
        return known
    return state


def save(request: Request, state: State) -> None:
    table.commit(Put(_record(request, state)))


def drop(request: Request) -> None:
    table.delete_many([(keys.restore(request.attempt), keys.META)])


def remove_abandoned() -> int:
    """Remove what restorations have made that nobody goes on with. Returns how many there were."""
    count = 0
    for key in table.listed(Record.kind_index, keys.kind_of(KIND)):
        record = table.load(*key)
        if record is None:
            continue
        state = record.read(State)
        request = requests.load(state.request_id)
        if request is not None and request.is_open and keys.restore(request.attempt) == key[0]:
            continue
        if not drafts.is_shown(state.project_id, state.task_ids):
            undoing.undo(state.project_id, state.task_ids)
            count += 1
        table.delete_many([key])
    return count


def _record(request: Request, state: State) -> Record:
    record = Record(keys.restore(request.attempt), keys.META, num=epoch()).write(state)
    record.by_kind = keys.kind_of(KIND)
    record.expires = epoch(LIFETIME)
    return record
