"""What the log of a job refers to. Payloads are not read for it: the records name their files."""

from __future__ import annotations

import msgspec

from chalicelib.annotations.revisions import log, reading, wasting
from chalicelib.annotations.revisions.log import Base, Head, RevisionMeta
from chalicelib.platform import clock, keys, table
from chalicelib.platform.errors import BUSY, Conflict
from chalicelib.platform.table import Record

ATTEMPTS = 8

#: Keys of what answers repeated requests begin so; the table drops it in time.
_RETRY = log.retry_key(None, "").partition("#")[0] + "#"


class References(msgspec.Struct):
    """The records and objects of one job, as its head and what that names refer to them.

    Attributes:
        head: None if there is none.
        records: `sk` of the records that are there and reached.
        unreached: `sk` of those that are there, and that nothing leads to.
        missing: `sk` of what is named, and is not there.
        objects: keys of the objects that reached records name, by the `sk` of one of these.
    """

    head: Head | None
    records: set[str]
    unreached: set[str]
    missing: list[str]
    objects: dict[str, str]

    @property
    def is_empty(self) -> bool:
        return not (self.records or self.unreached)


def of_job(job_id: int) -> References:
    """What is kept for a job, and what of it is reached.

    Raises:
        Conflict: others kept saving.
    """
    records = _unchanging(job_id)
    first = records.get(log.HEAD)
    head = first.read(Head) if first is not None else None
    named = _named(head) if head is not None else set()
    lasting = {sk for sk in records if sk == log.HEAD or sk.startswith(_RETRY)}
    reached = {sk: record for sk, record in records.items() if sk in named}
    return References(
        head=head,
        records=reached.keys() | lasting,
        unreached=records.keys() - reached.keys() - lasting,
        missing=sorted(named - records.keys()),
        objects={key: sk for sk, record in reached.items() for key in _in_use(record)},
    )


def _unchanging(job_id: int) -> dict[str, Record]:
    """The records of a job as they are at one moment.

    A query sees the head first and what it is about later: what others store meanwhile would look
    as if nothing named it, and what they fold away as if it were missing. Whatever they do moves
    the head.
    """
    for _ in range(ATTEMPTS):
        found = table.children(keys.annotations(job_id), blobs=False)
        records = {record.sk: record for record in found}
        now = table.load(*reading.head_key(job_id))
        if _version(now) == _version(records.get(log.HEAD)):
            return records
    raise Conflict({"detail": BUSY})


def _version(record: Record | None) -> int:
    return int(record.version) if record is not None else 0


def objects_of(record: Record) -> list[str]:
    """Keys of the objects that hold what a record of a revision or a base stands for."""
    if log.is_base(record.sk):
        base = record.read(Base)
        return [*([base.object] if base.object else []), *base.files]
    place = record.read(RevisionMeta).object
    return [place] if place else []


def _in_use(record: Record) -> list[str]:
    """The same, with what others may still be reading that began before a fold."""
    known = objects_of(record)
    if log.is_base(record.sk):
        recent = clock.epoch() - wasting.GRACE
        known += [waste.key for waste in record.read(Base).waste if waste.at >= recent]
    return known


def _named(head: Head) -> set[str]:
    """`sk` of what is to be read from a head on: bases, and the revisions that are kept."""
    kept = range(max(head.floor, 1), head.revision + 1)
    bases = {head.base_key} if head.base_key else set()
    return {
        *map(log.revision_key, kept), *bases, *(point.key for point in head.checkpoints),
    }  # fmt: skip
