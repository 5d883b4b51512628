"""How far the restoration of a backup is. Whoever comes next goes on from there."""

from __future__ import annotations

from typing import Literal

import msgspec

from chalicelib.activity.models import Request
from chalicelib.formats.report import Report
from chalicelib.platform import keys, table
from chalicelib.platform.clock import epoch
from chalicelib.platform.table import Create, Lost, Put, Record

#: What is done for each task, in this order.
Phase = Literal["draft", "media", "index", "jobs", "annotations"]
#: Seconds that a note outlives its last change.
LIFETIME = 7 * 24 * 3600


class State(msgspec.Struct, kw_only=True):
    """Ids are drawn before anything is made of them, so that all of it can be found again.

    Attributes:
        project_id: of the project that is made; None: a task is.
        task_ids: of its tasks, in the order of the backup.
        task, phase: which task is at hand, and what is done for it.
        position: how much of that is done: packs of media, batches of annotations.
    """

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


def _record(request: Request, state: State) -> Record:
    record = Record(keys.restore(request.attempt)).write(state)
    record.expires = epoch(LIFETIME)
    return record
