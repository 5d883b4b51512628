"""Folding the log: writing down what all revisions so far make, so that reading stays short.

A fold is asked of a function of its own by the save that makes it due; a log that grows on
nevertheless is folded by those who save. Revisions are kept. A fold that is interrupted at any
point changes nothing that anyone reads, and one that meets other savers is still good: what it has
folded stays true.
"""

from __future__ import annotations

import logging

import msgspec
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.annotations.revisions import log, reading, wasting
from chalicelib.annotations.revisions.cache import View, views
from chalicelib.annotations.revisions.log import Base, Damaged, Head, Packed
from chalicelib.annotations.revisions.repaging import repaged
from chalicelib.annotations.revisions.snapshots import Snapshot
from chalicelib.platform import bucket, clock, keys, table, workflows
from chalicelib.platform.table import Create, Delete, Lost, Record, Update

#: Revisions that are always cheaper to replay than to fold.
SHORT_TAIL = 64
#: Revisions after which to fold however large the base is.
LONG_TAIL = 512
#: How often a fold gives way to savers before it gives up.
ATTEMPTS = 8
_FAILURES = (BotoCoreError, ClientError, PynamoDBException, Damaged)

_log = logging.getLogger("skylabel.annotations")


def is_due(head: Head, patience: int = 1) -> bool:
    """Whether the tail costs more to read than a fold costs to write, spread over its saves.

    Args:
        patience: how many times as long a tail is tolerated.
    """
    if head.tail < SHORT_TAIL * patience:
        return False
    return head.tail_bytes * 2 >= head.base_bytes * patience or head.tail >= LONG_TAIL * patience


def tend(job_id: int, before: Head, view: View) -> None:
    """See to a log that a save has made longer. Failing to is no error of the save.

    Args:
        before: the head before that save, so that each due fold is asked for once.
    """
    if is_due(view.head, patience=2):
        try_fold(job_id, view)
    elif is_due(view.head) and not is_due(before):
        try:
            workflows.send("fold", {"job_id": job_id})
        except (BotoCoreError, ClientError):
            _log.warning("no function folds annotations of job %s", job_id, exc_info=True)
            try_fold(job_id, view)


def fold_if_due(job_id: int) -> bool:
    """Fold the log of a job if it is long, and let go of history that is too old.

    Returns whether anything was folded. Raises Damaged, and Lost if others are always faster.
    """
    view = reading.look_at(job_id)
    due = is_due(view.head)
    if due:
        fold(job_id, view)
    wasting.trim(job_id)
    return due


def try_fold(job_id: int, view: View) -> None:
    """Fold; if that fails, the next save tries again."""
    try:
        fold(job_id, view)
    except Lost:
        views.forget(job_id)
    except _FAILURES:
        views.forget(job_id)
        _log.exception("annotations of job %s could not be folded", job_id)


def fold(job_id: int, view: View) -> None:
    """Write the base of the view's revision and make it the one to read from.

    Raises:
        Lost: someone else has folded, or replaced everything, meanwhile.
        Damaged: something that the new base needs cannot be read; nothing is changed.
    """
    # What this process remembers may be in files that another fold has done without since: a base
    # of that would name files that are gone, or soon will be.
    view = reading.filled(job_id, msgspec.structs.replace(view, snapshot=None))
    snapshot = view.current
    if snapshot is None or view.head.tail == 0:
        return
    write_base(job_id, view, snapshot)


def write_base(job_id: int, view: View, snapshot: Snapshot) -> None:
    """Make a snapshot the base of a job. It must be of the view's revision.

    Raises:
        Lost: someone else has folded, or replaced everything, meanwhile.
        Damaged: a page must be made anew but cannot be read.
    """
    revision = view.head.revision
    packed = repaged(snapshot, inline=log.INLINE_LIMIT)
    place = log.object_key(log.base_prefix(job_id), revision) if log.spills(packed) else None
    if place:
        bucket.put(place, packed.file)
    latest = view
    for attempt in range(ATTEMPTS):
        try:
            head = _commit(job_id, view.head, latest, packed, place)
            break
        except Lost:
            latest = reading.look_at(job_id)
            if latest.head.base_key != view.head.base_key or attempt == ATTEMPTS - 1:
                if place and latest.head.base != revision:
                    bucket.delete(place)
                raise
    _remember(job_id, View(head, latest.version + 1), packed, place)


def head_record(job_id: int, head: Head, version: int) -> Record:
    """The HEAD record, to be written over the one of that version."""
    record = Record(*reading.head_key(job_id)).write(head)
    if version:
        record.version = version
    return record


def _commit(job_id: int, folded: Head, latest: View, packed: Packed, place: str | None) -> Head:
    head = _head(folded, latest.head, packed)
    base = Base(
        revision=folded.revision, at=clock.iso(), size=packed.size, object=place,
        files=[file.key for file in packed.header.files],
    )  # fmt: skip
    dropped, base.waste, expired = wasting.left_behind(job_id, latest.head, head, base)
    head.checkpoints = [point for point in head.checkpoints if point not in dropped]
    old = [point.key for point in dropped]
    if folded.base_key.startswith(log.OLD_BASE):
        old.append(folded.base_key)
    table.commit(
        Update(head_record(job_id, head, latest.version)),
        Create(log.base_record(job_id, base, packed)),
        *(Delete((keys.annotations(job_id), key)) for key in old),
    )
    if expired:
        bucket.delete(*expired)
    return head


def _head(folded: Head, latest: Head, packed: Packed) -> Head:
    """The head that reads from the new base, whatever was saved since."""
    revision = folded.revision
    return msgspec.structs.replace(
        latest, base=revision, base_key=log.base_key(revision), base_at=clock.epoch(),
        base_bytes=packed.size, tail_bytes=latest.tail_bytes - folded.tail_bytes,
        checkpoints=log.passed(latest, revision),
    )  # fmt: skip


def _remember(job_id: int, folded: View, packed: Packed, place: str | None) -> None:
    """Let this process read from the new base, if nobody has saved meanwhile."""
    head = folded.head
    if head.revision != head.base:
        views.forget(job_id)
        return
    step = packed.step(head.base, place, log.fetch)
    views.keep(job_id, View(head, folded.version, Snapshot().after(step)))
