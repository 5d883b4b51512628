"""Every job that annotations may be kept for, living, in the trash, or gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from chalicelib.annotations.revisions import log, reading
from chalicelib.platform import bucket, keys, table
from chalicelib.platform.table import Record

#: Where the large payloads of all jobs are.
OBJECTS = "annotations/"
#: Jobs whose heads are read in one call: each asks for two records.
AT_ONCE = 50


class Place(msgspec.Struct, frozen=True):
    """An object below `annotations/`."""

    key: str
    written: datetime

    @property
    def job_id(self) -> int | None:
        """The job that it is kept for; None for a key of another form."""
        number = self.key.removeprefix(OBJECTS).partition("/")[0]
        return int(number) if number.isascii() and number.isdigit() else None


class Kept(msgspec.Struct, frozen=True):
    """What the table says of a job's annotations.

    Attributes:
        head: record of the head, None if there is none.
        exists: whether the job does, be it in the trash.
    """

    job_id: int
    head: Record | None
    exists: bool


def last_id() -> int:
    """The greatest id that a job may have."""
    counter = table.load(keys.counter("job"))
    return counter.number if counter else 0


def kept(job_ids: range) -> Iterator[Kept]:
    """What there is of some jobs; ids that were never given out, too."""
    wanted = [key for i in job_ids for key in (reading.head_key(i), (keys.job(i), keys.META))]
    found = table.load_many(wanted)
    for job_id in job_ids:
        head = found.get(reading.head_key(job_id))
        yield Kept(job_id, head, (keys.job(job_id), keys.META) in found)


def objects(after: str = "") -> Iterator[Place]:
    """Objects of all jobs in order of their keys; with `after`, only those of greater keys."""
    for key, written in bucket.dated(OBJECTS, after=after):
        yield Place(key, written)


def objects_of(job_id: int) -> list[Place]:
    """Objects of one job."""
    found = bucket.dated(log.object_prefix(job_id))
    return [Place(key, written) for key, written in found]


def blocks(first: int = 1) -> Iterator[range]:
    """Ids of all jobs from one on, in blocks."""
    last = last_id()
    for start in range(first, last + 1, AT_ONCE):
        yield range(start, min(last + 1, start + AT_ONCE))


def with_annotations() -> Iterator[int]:
    """Ids of jobs for which anything is kept in the table; a lost head does not hide one."""
    for block in blocks():
        for one in kept(block):
            if one.head is not None or _has_records(one.job_id):
                yield one.job_id


def _has_records(job_id: int) -> bool:
    found = table.children(keys.annotations(job_id), limit=1, blobs=False)
    return next(iter(found), None) is not None
