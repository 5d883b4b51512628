"""Saving what was gathered: heads of jobs move to revisions whose files are in the bucket already.

As every save: one transaction per `committing.JOBS_AT_ONCE` jobs, repeated against what others have
saved meanwhile. What a crash leaves in the bucket before the heads move is reached from nowhere,
and swept.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec
from botocore.exceptions import ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.annotations.bulk.gathering import Gathering
from chalicelib.annotations.bulk.payloads import Prepared, prepare
from chalicelib.annotations.labels import vocabulary_for
from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.model.vocabulary import Vocabulary
from chalicelib.annotations.revisions import committing, folding, log, reading, retries
from chalicelib.annotations.revisions.cache import View, views
from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.revisions.log import Head, Retry, RevisionMeta
from chalicelib.annotations.revisions.retries import Done, digest_of
from chalicelib.annotations.revisions.wishes import Marks
from chalicelib.platform import bucket, clock, keys, table
from chalicelib.platform.errors import Busy, Conflict
from chalicelib.platform.table import Create, Lost, Touch, Update, Write
from chalicelib.platform.throttling import is_throttling
from chalicelib.projects import store as projects
from chalicelib.projects.models import Job, Task

Mode = Literal["append", "replace"]
#: Bytes of payloads that one transaction takes.
_TRANSACTION_BYTES = 3_000_000
#: Items that one transaction takes.
_WRITES_AT_ONCE = 100


class BulkSave(msgspec.Struct, kw_only=True):
    """Who saves, and how.

    Attributes:
        mode: `replace` drops what was there before.
        key: a repeated save with the same key and author changes nothing.
        client: what the author saves with, for the history.
        message: a sentence about the revision, for the history.
    """

    mode: Mode
    author: int | None
    key: str
    client: str
    message: str = ""

    @property
    def request(self) -> str:
        """What heads remember of it."""
        return digest_of("key", self.author or 0, self.key)

    @property
    def change(self) -> Change:
        """What it does beside creating objects."""
        return Change(replace=self.mode == "replace")


def open_gathering(task: Task, job: Job | None, vocabulary: Vocabulary | None = None) -> Gathering:
    """Where objects for a task, or for one of its jobs, are gathered.

    Args:
        vocabulary: of labels that the task is to have; None: it has them already.
    """
    if job is not None:
        spans = [Span(job.id, job.start_frame, job.stop_frame)]
    else:
        jobs = [one for one in projects.task_jobs(task.id) if one.type == "annotation"]
        spans = [Span(one.id, one.start_frame, one.stop_frame) for one in jobs]
        spans.sort(key=lambda span: (span.start, span.job_id))
    return Gathering(spans, vocabulary or vocabulary_for(task), cut=job is None)


def save(
    gathering: Gathering,
    wanted: BulkSave,
    marks: Marks,
    *,
    progress: Callable[[float], None] = lambda _: None,
    settle: Callable[[], None] = lambda: None,
) -> None:
    """Save what was gathered for all jobs, or nothing.

    Args:
        progress: told the part of the work that is done, 0…1; may raise, then nothing is saved.
        settle: called before the first head moves; may raise, then nothing is saved.

    Raises:
        Conflict: too many others are saving. Busy: the table had no capacity left.
    """
    spans = gathering.spans
    room = _TRANSACTION_BYTES // max(1, min(len(spans), committing.JOBS_AT_ONCE))
    made: list[Prepared] = []
    try:
        for number, span in enumerate(spans):
            progress(number / len(spans))
            made.append(prepare(gathering, span, replace=wanted.mode == "replace", room=room))
        settle()
    except BaseException:
        _drop(made)
        raise
    for start in range(0, len(made), committing.JOBS_AT_ONCE):
        _commit(made[start : start + committing.JOBS_AT_ONCE], wanted, marks)


def _drop(made: Sequence[Prepared]) -> None:
    places = [one.place for one in made if one.place]
    if places:
        bucket.delete(*places)


def _commit(made: Sequence[Prepared], wanted: BulkSave, marks: Marks) -> None:
    throttled = False
    for attempt in range(committing.ATTEMPTS):
        seen = reading.look([one.job_id for one in made])
        if _done_before(seen, wanted, noted=attempt > 0):
            _drop(made)
            committing.mark(marks([one.job_id for one in made]))
            return
        moving = [one for one in made if one.count or _replaces(wanted, seen[one.job_id].head)]
        if not moving:
            return
        try:
            _write(moving, seen, wanted, marks)
        except Lost:
            pass
        except (ClientError, PynamoDBException) as error:
            if not is_throttling(error):
                raise
            throttled = True
        else:
            for one in moving:
                _tend(one, seen[one.job_id], wanted)
            return
        # Full jitter, as in every save.
        time.sleep(secrets.randbelow(min(500, 10 << attempt)) / 1000)
    if throttled:
        # What was put into the bucket is left to the sweep: the outcome is open.
        raise Busy
    _drop(made)
    raise Conflict({"detail": "Too many others are saving these annotations now. Try again."})


def _done_before(seen: Mapping[int, View], wanted: BulkSave, *, noted: bool) -> bool:
    """Whether an earlier run of this save has moved the heads already."""
    if any(retries.found(view.head.recent, wanted.request) for view in seen.values()):
        return True
    if not noted:
        return False
    sk = log.retry_key(wanted.author, wanted.key)
    return bool(table.load_many((keys.annotations(job_id), sk) for job_id in seen))


def _write(
    made: Sequence[Prepared], seen: Mapping[int, View], wanted: BulkSave, marks: Marks
) -> None:
    def writes() -> list[Write]:
        return [write for one in made for write in _writes(one, seen[one.job_id], wanted)]

    touches: Sequence[Touch] = marks([one.job_id for one in made])
    if len(touches) + 3 * len(made) <= _WRITES_AT_ONCE:
        try:
            table.commit(*writes(), *touches)
        except Lost as lost:
            if min(lost.failed) < 3 * len(made):
                raise
            # Only the marks met others.
        else:
            return
    table.commit(*writes())
    committing.mark(touches)


def _writes(one: Prepared, view: View, wanted: BulkSave) -> list[Write]:
    revision, at = view.head.revision + 1, log.time_after(view.head)
    head = folding.head_record(one.job_id, _next_head(one, view.head, wanted, at), view.version)
    head.updated = clock.iso()
    dropped = _count(view.head) if wanted.mode == "replace" else 0
    entry = log.revision_record(
        one.job_id, revision, wanted.change, one.packed, author=wanted.author, key=wanted.key,
        stored_at=one.place, at=at, client=wanted.client, message=wanted.message,
        dropped=dropped, overwrote=dropped > 0,
    )  # fmt: skip
    meta = msgspec.structs.replace(
        entry.read(RevisionMeta), created=one.count, low=one.low, high=one.high
    )
    if meta.header is not None:
        meta = msgspec.structs.replace(meta, header=(one.body_size, len(one.packed.head)))
    entry.write(meta)
    retry = log.retry_record(one.job_id, wanted.author, wanted.key, Retry(revision, ""))
    return [Update(head) if view.version else Create(head), Create(entry), Create(retry)]


def _next_head(one: Prepared, head: Head, wanted: BulkSave, at: str) -> Head:
    after = log.next_head(head, wanted.change, one.packed, at=at, gone=(0, 0, 0))
    done = Done(wanted.request, after.revision, wanted.author or 0, clock.epoch())
    return msgspec.structs.replace(
        after, tags=after.tags + one.tags, shapes=after.shapes + one.shapes,
        tracks=after.tracks + one.tracks, recent=retries.remembered(head.recent, done),
    )  # fmt: skip


def _replaces(wanted: BulkSave, head: Head) -> bool:
    """Whether nothing takes the place of something."""
    return wanted.mode == "replace" and _count(head) > 0


def _count(head: Head) -> int:
    return head.tags + head.shapes + head.tracks


def _tend(one: Prepared, before: View, wanted: BulkSave) -> None:
    """Fold the log of a job if that is due now."""
    views.forget(one.job_id)
    head = _next_head(one, before.head, wanted, log.time_after(before.head))
    folding.tend(one.job_id, before.head, View(head, before.version + 1))
