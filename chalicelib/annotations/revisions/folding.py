"""Folding the log: writing down what all revisions so far make, so that reading stays short.

Revisions are kept. A fold that is interrupted at any point changes nothing that anyone reads.
"""

from __future__ import annotations

import logging

import msgspec
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.annotations.revisions import log, reading
from chalicelib.annotations.revisions.cache import View, views
from chalicelib.annotations.revisions.changes import replacement
from chalicelib.annotations.revisions.log import Damaged, Head
from chalicelib.platform import bucket, keys, table
from chalicelib.platform.table import Create, Delete, Lost, Record, Update, Write

#: Revisions that are always cheaper to replay than to fold.
SHORT_TAIL = 64
#: Revisions after which to fold however large the base is: what one query of the table reads.
LONG_TAIL = 1_000

_log = logging.getLogger("skylabel.annotations")


def is_due(head: Head) -> bool:
    """Whether the tail costs more to read than a fold costs to write, spread over its saves."""
    if head.tail < SHORT_TAIL:
        return False
    return head.tail_bytes * 2 >= head.base_bytes or head.tail >= LONG_TAIL


def try_fold(job_id: int, view: View) -> None:
    """Fold if nobody saves meanwhile; failing to is no error, the next save tries again."""
    try:
        fold(job_id, view)
    except Lost:
        views.forget(job_id)
    except (BotoCoreError, ClientError, PynamoDBException, Damaged):
        views.forget(job_id)
        _log.exception("annotations of job %s could not be folded", job_id)


def fold(job_id: int, view: View) -> None:
    """Write the base of the view's revision and make it the one to read from.

    Raises:
        Lost: someone saved or folded meanwhile.
    """
    view = reading.filled(job_id, view)
    snapshot = view.current
    if snapshot is None or view.head.tail == 0:
        return
    old, revision = view.head, view.head.revision
    packed = log.pack(replacement(snapshot.objects()))
    place = None if packed.fits else log.object_key(log.base_prefix(job_id), revision)
    if place:
        bucket.put(place, packed.blob)
    head = msgspec.structs.replace(
        old, base=revision, base_key=log.base_key(revision), base_bytes=packed.size, tail_bytes=0
    )
    writes: list[Write] = [
        Update(head_record(job_id, head, view.version)),
        Create(log.base_record(job_id, revision, packed, place)),
    ]
    if old.base_key.startswith("BASE#"):
        writes.append(Delete((keys.annotations(job_id), old.base_key)))
    try:
        table.commit(*writes)
    except Lost:
        if place:
            bucket.delete(place)
        raise
    lighter = msgspec.structs.replace(snapshot, weight=packed.size)
    views.keep(job_id, View(head, view.version + 1, lighter))
    if place or old.base_bytes > log.INLINE_LIMIT:
        _sweep(job_id, revision, keep=place)


def head_record(job_id: int, head: Head, version: int) -> Record:
    """The HEAD record, to be written over the one of that version."""
    record = Record(*reading.head_key(job_id)).write(head)
    if version:
        record.version = version
    return record


def _sweep(job_id: int, revision: int, keep: str | None) -> None:
    """Delete the objects of bases up to a revision, but for the one in use.

    Safe while others fold: one that has written an object of these revisions but not yet its head
    will lose, because the head has moved since it was read.
    """
    limit = f"{log.base_prefix(job_id)}{revision:012d}~"
    found = [key for key, _ in bucket.listing(log.base_prefix(job_id))]
    old = [key for key in found if key < limit and key != keep]
    if old:
        bucket.delete(*old)
