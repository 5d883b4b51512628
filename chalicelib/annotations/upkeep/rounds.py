"""The daily round through all annotations, a piece at a time: where one run ends, the next begins.

Several runs at once do no harm: what one has removed, another does not find.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Literal

import msgspec

from chalicelib.annotations.revisions import folding
from chalicelib.annotations.revisions.log import Head
from chalicelib.annotations.upkeep import jobs, sweeping
from chalicelib.annotations.upkeep.jobs import Kept, Place
from chalicelib.platform import keys, table
from chalicelib.platform.config import settings
from chalicelib.platform.table import Put, Record

#: Seconds from the beginning of a round to that of the next.
EVERY = 24 * 3600.0
#: Seconds before a round in which what it left alone was too young, or under way.
OVERLAP = 2 * 3600.0
#: Jobs with objects after which the place is noted.
NOTED_AFTER = 50

GoesOn = Callable[[], bool]
log = logging.getLogger("skylabel.annotations")


class Round(msgspec.Struct, kw_only=True):
    """Where a round is.

    Attributes:
        begun: seconds since 1970.
        since: when the last round began that looked at everything: jobs whose log did not change
            since then, nor their objects, need not be looked at again.
        failed: whether some job could not be looked at.
        phase: `records` looks at the jobs in order of their ids, `objects` at what is in the
            bucket in order of the keys.
        job: the next one. after: key of the last object that was looked at.
    """

    begun: float
    since: float = 0.0
    failed: bool = False
    phase: Literal["records", "objects", "over"] = "over"
    job: int = 1
    after: str = ""


def go_on(goes_on: GoesOn) -> int:
    """Do a piece of the round, if there is one to do. Returns how many things were removed.

    The first round begins a day after the first call: a new installation has nothing to remove.
    """
    record = table.load(keys.upkeep())
    if record is None:
        _note(Round(begun=time.time(), failed=True))
        return 0
    present = record.read(Round)
    if present.phase == "over":
        if time.time() < present.begun + EVERY:
            return 0
        since = present.since if present.failed else present.begun
        present = Round(begun=time.time(), since=since, phase="records")
    removed = _records(present, goes_on) if present.phase == "records" else 0
    if present.phase == "objects":
        removed += _objects(present, goes_on)
    _note(present)
    return removed


def _records(present: Round, goes_on: GoesOn) -> int:
    last, removed = jobs.last_id(), 0
    while present.job <= last and goes_on():
        some = range(present.job, min(last + 1, present.job + jobs.AT_ONCE))
        for kept in jobs.kept(some):
            removed += _tried(present, kept.job_id, partial(_tend, kept, present.since))
        present.job = some.stop
    if present.job > last:
        present.phase, present.after = "objects", ""
    return removed


def _objects(present: Round, goes_on: GoesOn) -> int:
    removed = 0
    found = jobs.objects(after=present.after)
    for number, (job_id, places) in enumerate(groupby(found, lambda place: place.job_id)):
        if not goes_on():
            return removed
        some = list(places)
        removed += _tried(present, job_id, partial(_sweep_objects, job_id, some, present.since))
        present.after = some[-1].key
        if number % NOTED_AFTER == NOTED_AFTER - 1:
            _note(present)
    present.phase = "over"
    return removed


def _tend(kept: Kept, since: float) -> int:
    """Fold what is long, let go of what is old, and remove what nothing reaches."""
    head = kept.head.read(Head) if kept.head is not None else None
    if head is not None and kept.exists:
        if _is_due(head):
            folding.fold_if_due(kept.job_id)
        elif not _changed(head, since):
            return 0
    return sweeping.sweep_records(kept)


def _is_due(head: Head) -> bool:
    """Whether a fold was missed, or the history has become too long."""
    days = settings().history_days
    starts = [(head.base, head.base_at), *((one.revision, one.at) for one in head.checkpoints)]
    oldest = time.time() - days * 86_400
    old = any(at <= oldest and revision > head.floor for revision, at in starts if revision)
    return folding.is_due(head) or bool(days and old)


def _changed(head: Head, since: float) -> bool:
    saved = datetime.fromisoformat(head.at).timestamp() if head.at else time.time()
    return max(saved, head.base_at) >= since - OVERLAP


def _sweep_objects(job_id: int | None, places: list[Place], since: float) -> int:
    if job_id is not None and all(place.written.timestamp() < since - OVERLAP for place in places):
        (kept,) = jobs.kept(range(job_id, job_id + 1))
        if kept.exists and kept.head is not None and not _changed(kept.head.read(Head), since):
            return 0
    return sweeping.sweep_objects(job_id, places)


def _tried(present: Round, job_id: int | None, sweep: Callable[[], int]) -> int:
    """One job that cannot be looked at must not keep the others from it."""
    try:
        return sweep()
    except Exception:
        log.exception("Upkeep of job %s is left for the next round", job_id)
        present.failed = True
        return 0


def _note(present: Round) -> None:
    table.commit(Put(Record(keys.upkeep(), keys.META).write(present)))
