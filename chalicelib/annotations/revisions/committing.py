"""Saving the annotations of jobs.

A save is one transaction: the head moves from revision n to n + 1 if it is still at n, revision
n + 1 is written, and what was annotated is marked as updated. Whoever loses reads what the other
has written and applies the change to that. So every acknowledged save is in the log exactly once,
whatever crashes and whoever saves at the same time.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from botocore.exceptions import ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.annotations.model.document import kind_of
from chalicelib.annotations.revisions import folding, log, reading, retries
from chalicelib.annotations.revisions.cache import View, views
from chalicelib.annotations.revisions.changes import Change, number, settle
from chalicelib.annotations.revisions.conflicts import check_base, find_conflicts
from chalicelib.annotations.revisions.damage import Damaged
from chalicelib.annotations.revisions.log import Head, Packed, Retry
from chalicelib.annotations.revisions.repeating import repeated
from chalicelib.annotations.revisions.retries import Done
from chalicelib.annotations.revisions.snapshots import Snapshot
from chalicelib.annotations.revisions.wishes import Marks, Save, Saved
from chalicelib.annotations.statistics.counting import delta
from chalicelib.platform import bucket, clock, ids, table
from chalicelib.platform.errors import Busy, Conflict, Invalid
from chalicelib.platform.table import Create, Lost, Record, Touch, Update, Write
from chalicelib.platform.throttling import is_throttling

ATTEMPTS = 12
#: Jobs that one transaction takes: 100 items, three of each job.
JOBS_AT_ONCE = 33
#: Items that one transaction takes.
_WRITES_AT_ONCE = 100
#: Bytes of one transaction that payloads may take; DynamoDB allows 4 MB in all.
_TRANSACTION_BYTES = 3_000_000
#: Writers of one job in one process take turns instead of losing to each other in the table.
_turns = [threading.Lock() for _ in range(64)]


class _Plan:
    """One save, worked out against one view. Without `packed` there is nothing to store.

    Attributes:
        snapshot: what was there before, with what the change touches at hand.
        place: key of the payload in the bucket, if it is there.
        at: ISO time of the revision.
    """

    def __init__(self, wanted: Save, view: View) -> None:
        self.wanted = wanted
        self.view = view
        self.snapshot = (view.current or Snapshot()).holding(wanted.change)
        self.saved = Saved(job_id=wanted.job_id, revision=view.head.revision, change=Change())
        self.packed: Packed | None = None
        self.place: str | None = None
        self.at = log.time_after(view.head)


class _Unsure(Exception):
    """What this process remembers is not enough to answer; the table must be asked."""


def save(
    *saves: Save, seen: Mapping[int, View] | None = None, marks: Marks | None = None
) -> list[Saved]:
    """Apply changes to jobs, all of them or none.

    More than `JOBS_AT_ONCE` jobs are saved in several transactions, each of them atomic.

    Args:
        seen: views of the jobs that were read since the request came, so that they need not be
            read again.
        marks: what to mark as updated along with the save, of the jobs in which anything changes.
            Marks that cannot be written, because what they mark is gone or is being marked by
            someone else, do not keep a save from succeeding.

    Raises:
        Conflict: an object was changed since the revision that the client has, or too many
            others are saving.
        Invalid: the idempotency key was used for another request, or the revision is unknown.
        Damaged: something that an update or a deletion needs to know cannot be read.
        Busy: the table or the bucket had no capacity left.
    """
    done: list[Saved] = []
    for start in range(0, len(saves), JOBS_AT_ONCE):
        together = saves[start : start + JOBS_AT_ONCE]
        done += _save_together(together, seen or {}, marks or _no_marks)
    return done


def mark(touches: Sequence[Touch]) -> None:
    """Mark things as updated, as far as they are there. Failing to is no error of a save."""
    for touch in touches:
        try:
            table.commit(touch)
        except Lost:
            # It was deleted, or is being marked by someone else at this very moment.
            continue
        except (ClientError, PynamoDBException) as error:
            if not is_throttling(error):
                raise


def _no_marks(_: Sequence[int]) -> Sequence[Touch]:
    return ()


def _save_together(saves: Sequence[Save], seen: Mapping[int, View], marks: Marks) -> list[Saved]:
    with _in_turn([one.job_id for one in saves]) as waited:
        return _save_now(saves, seen, marks, outdated=waited)


def _save_now(
    saves: Sequence[Save], seen: Mapping[int, View], marks: Marks, *, outdated: bool
) -> list[Saved]:
    """`outdated`: others have saved meanwhile, so that to look again costs less than to lose."""
    started = {job_id: view.head.revision for job_id, view in seen.items()}
    plans: list[_Plan] = []
    throttled, key_is_taken = False, outdated
    for attempt in range(int(outdated), ATTEMPTS):
        lost = False
        try:
            looked = _looked_at(saves, seen, attempt)
            for one in saves:
                started.setdefault(one.job_id, looked[one.job_id][0].head.revision)
            heads = {job_id: view.head for job_id, (view, _) in looked.items()}
            before = repeated(saves, heads, started, noted=key_is_taken)
            if before is not None:
                return _answer_again(before, marks)
            _drop_payloads(plans)
            plans = _plans(saves, looked, attempt > 0)
            left = _commit(plans, marks)
        except _Unsure:
            key_is_taken = True
            continue
        except Lost as error:
            lost = True
            key_is_taken = key_is_taken or _met_a_key(error, plans)
        except (ClientError, PynamoDBException) as error:
            if not is_throttling(error):
                raise
            # What this attempt put into the bucket is left to the sweep: the outcome is open.
            throttled, plans = True, []
        else:
            mark(left)
            for plan in plans:
                _remember(plan)
            return [plan.saved for plan in plans]
        if lost or throttled:
            # Full jitter: writers in other processes come back at different times.
            time.sleep(secrets.randbelow(min(500, 10 << attempt)) / 1000)
    if throttled:
        raise Busy
    raise Conflict({"detail": "Too many others are saving these annotations now. Try again."})


@contextmanager
def _in_turn(job_ids: Iterable[int]) -> Iterator[bool]:
    """Wait until nobody else in this process saves these jobs. Yields whether somebody did."""
    waited = False
    with ExitStack() as held:
        for slot in sorted({job_id % len(_turns) for job_id in job_ids}):
            if not _turns[slot].acquire(blocking=False):
                waited = True
                _turns[slot].acquire()
            held.callback(_turns[slot].release)
        yield waited


def _looked_at(
    saves: Sequence[Save], seen: Mapping[int, View], attempt: int
) -> dict[int, tuple[View, bool]]:
    """A view of each job, and whether it was read after the request came.

    At first what the caller has read, or what this process remembers, will do.
    """
    found: dict[int, tuple[View, bool]] = {}
    if attempt == 0:
        for one in saves:
            given, known = seen.get(one.job_id), views.get(one.job_id)
            if given is None and known is not None and not _must_be_fresh(one):
                found[one.job_id] = known, False
            elif given is not None:
                later = known is not None and known.version > given.version
                found[one.job_id] = (known if later and known is not None else given), True
    looked = reading.look([one.job_id for one in saves if one.job_id not in found])
    return found | {job_id: (view, True) for job_id, view in looked.items()}


def _must_be_fresh(one: Save) -> bool:
    """Whether what its author did last, which memory may not know, tells it from a repetition."""
    return one.blind and not one.key


def _answer_again(before: list[Saved], marks: Marks) -> list[Saved]:
    """Answer a repeated request. The first one may have died before it had marked anything."""
    mark(marks([one.job_id for one in before if one.moved]))
    return before


def _plans(
    saves: Sequence[Save], looked: Mapping[int, tuple[View, bool]], again: bool
) -> list[_Plan]:
    try:
        return [_plan(one, *looked[one.job_id], again) for one in saves]
    except Damaged:
        # Pages that this process remembers may be in files that are no longer in use.
        if again:
            raise
        for one in saves:
            views.forget(one.job_id)
        raise _Unsure from None


def _plan(wanted: Save, view: View, fresh: bool, again: bool) -> _Plan:
    if not wanted.change.only_adds:
        view = reading.filled(wanted.job_id, view)
    plan = _Plan(wanted, view)
    snapshot, revision = plan.snapshot, view.head.revision
    try:
        check_base(wanted.since, revision, wanted.change)
        find_conflicts(wanted.job_id, wanted.change, wanted.since, revision, snapshot)
    except (Conflict, Invalid):
        # The client may have been told of a revision that this process does not know.
        if not fresh:
            raise _Unsure from None
        raise
    change = plan.saved.change = settle(wanted.change, snapshot)
    if change.is_empty or (change.replace and change.create.is_empty and not _count(view.head)):
        # Nothing collides with the record of a key: it has to be looked for.
        if not fresh or (wanted.key and not again):
            raise _Unsure
        return plan
    number(change, snapshot, lambda count: ids.allocate_from_block("object", count))
    plan.saved.revision, plan.saved.moved = revision + 1, True
    plan.packed = log.pack(change, delta(snapshot.find, change))
    return plan


def _commit(plans: Sequence[_Plan], marks: Marks) -> Sequence[Touch]:
    """Store what is planned. Returns marks that are left to be written."""
    stored = _stored(plans)
    if not stored:
        table.commit(*_notes_of_idleness(plans))
        return ()
    for plan, packed in stored:
        if log.spills(packed, _TRANSACTION_BYTES // len(plans)):
            prefix = log.object_prefix(plan.wanted.job_id)
            plan.place = log.object_key(prefix, plan.saved.revision)
            bucket.put(plan.place, packed.file)
    touches = marks([plan.wanted.job_id for plan, _ in stored])
    writes = _all_writes(stored)
    if not touches or len(writes) + len(touches) > _WRITES_AT_ONCE:
        table.commit(*writes)
        return touches
    try:
        table.commit(*writes, *touches)
    except Lost as lost:
        if min(lost.failed) < len(writes):
            raise
        # Only the marks met others: people who save different jobs of a task at the same time
        # must not make each other's saves fail over the task's record.
        table.commit(*_all_writes(stored))
        return touches
    return ()


def _stored(plans: Sequence[_Plan]) -> list[tuple[_Plan, Packed]]:
    return [(plan, plan.packed) for plan in plans if plan.packed is not None]


def _notes_of_idleness(plans: Sequence[_Plan]) -> list[Write]:
    """Records of keys, if there is nothing to do: later there may be, and a repetition would."""
    return [
        Create(_retry_record(plan, idle=True))
        for plan in plans
        if plan.wanted.key and plan.wanted.since is None
    ]


def _retry_record(plan: _Plan, *, idle: bool) -> Record:
    wanted = plan.wanted
    retry = Retry(plan.saved.revision, wanted.asked, idle)
    return log.retry_record(wanted.job_id, wanted.author, wanted.key or "", retry)


def _all_writes(stored: Sequence[tuple[_Plan, Packed]]) -> list[Write]:
    return [write for plan, packed in stored for write in _writes(plan, packed)]


def _writes(plan: _Plan, packed: Packed) -> list[Write]:
    wanted, view, change = plan.wanted, plan.view, plan.saved.change
    job_id, revision = wanted.job_id, plan.saved.revision
    head = folding.head_record(job_id, _next_head(plan, packed), view.version)
    head.updated = clock.iso()
    dropped = _count(view.head) if change.replace else 0
    entry = log.revision_record(
        job_id, revision, change, packed, author=wanted.author, key=wanted.key,
        stored_at=plan.place, at=plan.at, client=wanted.client, message=wanted.message,
        dropped=dropped, overwrote=dropped > 0 and wanted.since is None, asked=wanted.asked,
    )  # fmt: skip
    writes: list[Write] = [Update(head) if view.version else Create(head), Create(entry)]
    if wanted.key and wanted.since is None:
        writes.append(Create(_retry_record(plan, idle=False)))
    return writes


def _met_a_key(lost: Lost, plans: Sequence[_Plan]) -> bool:
    """Whether a transaction was lost to the record of an idempotency key."""
    if not any(plan.wanted.key for plan in plans):
        return False
    writes = _all_writes(_stored(plans)) or _notes_of_idleness(plans)
    met = [writes[i] for i in lost.failed if i < len(writes)]
    return any(isinstance(write, Create) and log.is_retry(write.record.sk) for write in met)


def _next_head(plan: _Plan, packed: Packed) -> Head:
    wanted, head = plan.wanted, plan.view.head
    gone = _deleted_by_kind(plan.snapshot, plan.saved.change)
    after = log.next_head(head, plan.saved.change, packed, at=plan.at, gone=gone)
    done = Done(
        wanted.request, after.revision, wanted.author or 0, clock.epoch(), wanted.asked
    )  # fmt: skip
    after.recent = retries.remembered(head.recent, done)
    return after


def _count(head: Head) -> int:
    return head.tags + head.shapes + head.tracks


def _deleted_by_kind(snapshot: Snapshot, change: Change) -> tuple[int, int, int]:
    gone = [kind_of(item) for i in change.delete if (item := snapshot.find(i)) is not None]
    return gone.count("tag"), gone.count("shape"), gone.count("track")


def _drop_payloads(plans: Sequence[_Plan]) -> None:
    """Delete the payloads of an attempt that is known to have failed."""
    written = [plan.place for plan in plans if plan.place]
    if written:
        bucket.delete(*written)
    for plan in plans:
        plan.place = None


def _remember(plan: _Plan) -> None:
    """Let this process know what it has just stored, and fold if that is due."""
    if plan.packed is None:
        return
    saved = plan.saved
    before = Snapshot() if saved.change.replace else plan.view.current
    step = plan.packed.step(saved.revision, plan.place, log.fetch)
    head = _next_head(plan, plan.packed)
    after = before.after(step) if before is not None else plan.view.snapshot
    view = View(head, plan.view.version + 1, after)
    views.keep(saved.job_id, view)
    folding.tend(saved.job_id, plan.view.head, view)
