"""Saving the annotations of jobs.

A save is one transaction: the head moves from revision n to n + 1 if it is still at n, revision
n + 1 is written, and so is the idempotency key if there is one. Whoever loses reads what the
other has written and applies the change to that. So every acknowledged save is in the log exactly
once, whatever crashes and whoever saves at the same time.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import msgspec

from chalicelib.annotations.model.document import kind_of
from chalicelib.annotations.revisions import folding, log, reading
from chalicelib.annotations.revisions.cache import View, views
from chalicelib.annotations.revisions.changes import Change, Snapshot, Step, number, settle
from chalicelib.annotations.revisions.conflicts import check_base, find_conflicts
from chalicelib.annotations.revisions.log import Head, Packed, Retry
from chalicelib.platform import bucket, clock, ids, keys, table
from chalicelib.platform.errors import Conflict, Invalid
from chalicelib.platform.table import Create, Lost, Record, Update, Write

ATTEMPTS = 12
#: Jobs that one transaction takes: 100 items, three of each job.
JOBS_AT_ONCE = 33
#: Bytes of one transaction that payloads may take; DynamoDB allows 4 MB in all.
_TRANSACTION_BYTES = 3_000_000
#: Writers of one job in one process take turns instead of losing to each other in the table.
_turns = [threading.Lock() for _ in range(64)]


class Save(msgspec.Struct, kw_only=True):
    """A change that someone wants.

    Attributes:
        author: id of the user, or None.
        since: the revision that the client has seen; None if it does not say.
        key: idempotency key; a repeated save with the same key and author is not applied again.
        digest: tells the request from others that use the same key.
    """

    job_id: int
    change: Change
    author: int | None = None
    since: int | None = None
    key: str | None = None
    digest: str = ""


class Saved(msgspec.Struct, kw_only=True):
    """What was stored: the change as far as it had objects to work on, with ids.

    Attributes:
        moved: whether there was anything to store, so that the revision is a new one.
    """

    job_id: int
    revision: int
    change: Change
    moved: bool = False


class _Plan(msgspec.Struct, kw_only=True):
    """One save, worked out against one view. Without `packed` there is nothing to store.

    Attributes:
        place: key of the payload in the bucket, if it is there.
        at: ISO time of the revision.
    """

    saved: Saved
    view: View
    packed: Packed | None = None
    place: str | None = None
    at: str = ""


class _Unsure(Exception):
    """What this process remembers is not enough to answer; the table must be asked."""


def save(*saves: Save) -> list[Saved]:
    """Apply changes to jobs, all of them or none.

    More than `JOBS_AT_ONCE` jobs are saved in several transactions, each of them atomic.

    Raises:
        Conflict: an object was changed since the revision that the client has, or too many
            others are saving.
        Invalid: the idempotency key was used for another request, or the revision is unknown.
    """
    done: list[Saved] = []
    for start in range(0, len(saves), JOBS_AT_ONCE):
        done += _save_together(saves[start : start + JOBS_AT_ONCE])
    return done


def _save_together(saves: Sequence[Save]) -> list[Saved]:
    with _in_turn([one.job_id for one in saves]):
        for attempt in range(ATTEMPTS):
            lost = False
            try:
                plans = [_plan(one, view, fresh) for one, view, fresh in _seen(saves, attempt)]
                _commit(saves, plans)
            except _Unsure:
                pass
            except Lost:
                lost = True
            else:
                for plan in plans:
                    _remember(plan)
                return [plan.saved for plan in plans]
            done = _already_done(saves)
            if done is not None:
                return done
            if lost:
                # Full jitter: writers in other processes come back at different times.
                time.sleep(secrets.randbelow(min(500, 10 << attempt)) / 1000)
    raise Conflict({"detail": "Too many others are saving these annotations now. Try again."})


@contextmanager
def _in_turn(job_ids: Iterable[int]) -> Iterator[None]:
    with ExitStack() as held:
        for slot in sorted({job_id % len(_turns) for job_id in job_ids}):
            held.enter_context(_turns[slot])
        yield


def _seen(saves: Sequence[Save], attempt: int) -> list[tuple[Save, View, bool]]:
    """Each save with a view of its job; at first what this process remembers will do."""
    known = {one.job_id: views.get(one.job_id) for one in saves} if attempt == 0 else {}
    missing = [one.job_id for one in saves if known.get(one.job_id) is None]
    looked = reading.look(missing) if missing else {}
    seen = []
    for one in saves:
        view = looked[one.job_id] if one.job_id in looked else known[one.job_id]
        assert view is not None
        if not one.change.only_adds:
            view = reading.filled(one.job_id, view)
        seen.append((one, view, one.job_id in looked))
    return seen


def _plan(wanted: Save, view: View, fresh: bool) -> _Plan:
    snapshot = view.current or Snapshot()
    revision = view.head.revision
    try:
        check_base(wanted.since, revision, wanted.change)
        find_conflicts(wanted.job_id, wanted.change, wanted.since, revision, snapshot)
    except (Conflict, Invalid):
        # The client may have been told of a revision that this process does not know, or repeat
        # a request that was answered before.
        if not fresh or _already_done([wanted]):
            raise _Unsure from None
        raise
    change = settle(wanted.change, snapshot)
    saved = Saved(job_id=wanted.job_id, revision=revision, change=change)
    if change.is_empty or (change.replace and change.create.is_empty and _is_bare(view)):
        if not fresh or (wanted.key and _already_done([wanted])):
            raise _Unsure
        return _Plan(saved=saved, view=view)
    number(change, snapshot, lambda count: ids.allocate_from_block("object", count))
    saved.revision, saved.moved = revision + 1, True
    return _Plan(saved=saved, view=view, packed=log.pack(change))


def _is_bare(view: View) -> bool:
    return not (view.head.tags or view.head.shapes or view.head.tracks)


def _commit(saves: Sequence[Save], plans: Sequence[_Plan]) -> None:
    writes: list[Write] = []
    for wanted, plan in zip(saves, plans, strict=True):
        if plan.packed is not None:
            if len(plan.packed.blob) > min(log.INLINE_LIMIT, _TRANSACTION_BYTES // len(plans)):
                plan.place = log.object_key(log.object_prefix(wanted.job_id), plan.saved.revision)
                bucket.put(plan.place, plan.packed.blob)
            writes += _writes(wanted, plan, plan.packed)
    try:
        table.commit(*writes)
    except Lost:
        written = [plan.place for plan in plans if plan.place]
        if written:
            bucket.delete(*written)
        raise


def _writes(wanted: Save, plan: _Plan, packed: Packed) -> list[Write]:
    job_id, revision = wanted.job_id, plan.saved.revision
    plan.at = log.time_after(plan.view.head)
    head = folding.head_record(job_id, _next_head(plan, packed, plan.at), plan.view.version)
    head.updated = clock.iso()
    entry = log.revision_record(
        job_id, revision, plan.saved.change, packed,
        author=wanted.author, key=wanted.key, stored_at=plan.place, at=plan.at,
    )  # fmt: skip
    writes: list[Write] = [Update(head) if plan.view.version else Create(head), Create(entry)]
    if wanted.key:
        retry = Retry(revision, wanted.digest)
        writes.append(Create(log.retry_record(job_id, wanted.author, wanted.key, retry)))
    return writes


def _next_head(plan: _Plan, packed: Packed, at: str) -> Head:
    gone = _deleted_by_kind(plan.view.current or Snapshot(), plan.saved.change)
    return log.next_head(plan.view.head, plan.saved.change, packed, at=at, gone=gone)


def _deleted_by_kind(snapshot: Snapshot, change: Change) -> tuple[int, int, int]:
    gone = [kind_of(item) for i in change.delete if (item := snapshot.find(i)) is not None]
    return gone.count("tag"), gone.count("shape"), gone.count("track")


def _remember(plan: _Plan) -> None:
    """Let this process know what it has just stored, and fold if that is due."""
    if plan.packed is None:
        return
    saved = plan.saved
    before = Snapshot() if saved.change.replace else plan.view.current
    step = Step(saved.change, saved.revision, plan.packed.size)
    head = _next_head(plan, plan.packed, plan.at)
    after = before.after(step) if before is not None else plan.view.snapshot
    view = View(head, plan.view.version + 1, after)
    views.keep(saved.job_id, view)
    if folding.is_due(head):
        folding.try_fold(saved.job_id, view)


def _already_done(saves: Sequence[Save]) -> list[Saved] | None:
    """What the same requests have stored before, or None if they have not.

    Raises:
        Invalid: a key was used for another request.
    """
    wanted = {
        one.job_id: (keys.annotations(one.job_id), log.retry_key(one.author, one.key))
        for one in saves
        if one.key
    }
    records = table.load_many(wanted.values())
    if not records:
        return None
    return [_done_before(one, records.get(wanted[one.job_id])) for one in saves]


def _done_before(one: Save, record: Record | None) -> Saved:
    if record is None:
        # Saved together with others, but there was nothing to do in this job.
        return Saved(
            job_id=one.job_id, revision=reading.look_at(one.job_id).head.revision, change=Change()
        )
    retry = record.read(Retry)
    if retry.digest != one.digest:
        raise Invalid("This Idempotency-Key was used for a different request.")
    step = next(reading.changes_after(one.job_id, retry.revision - 1, retry.revision))
    return Saved(job_id=one.job_id, revision=retry.revision, change=step.change, moved=True)
