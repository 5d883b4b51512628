"""Reading what a job's annotations once were."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from chalicelib.annotations.revisions import log, reading
from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.revisions.log import Checkpoint, Head, Revision, RevisionMeta
from chalicelib.annotations.revisions.snapshots import Snapshot
from chalicelib.platform import keys, table
from chalicelib.platform.errors import Gone, NotFound


def as_of(job_id: int, revision: int) -> Snapshot:
    """The annotations at a revision. Raises NotFound, Gone, Damaged."""
    head = reading.look_at(job_id).head
    if not 0 <= revision <= head.revision:
        raise NotFound(f"There is no revision {revision}; the last one is {head.revision}.")
    if revision < head.floor:
        raise Gone(f"Revision {revision} is no longer kept; the oldest one is {head.floor}.")
    start = _start(job_id, head, revision)
    if start.revision == 0:
        return Snapshot().after(*reading.changes_after(job_id, 0, revision))
    return reading.from_base(job_id, start.key, start.revision, revision)


def revisions(job_id: int, *, before: int | None = None, limit: int = 100) -> list[Revision]:
    """Revisions that are kept, newest first, without their payloads."""
    head = reading.look_at(job_id).head
    last = head.revision if before is None else min(before - 1, head.revision)
    first = max(head.floor, 1)
    if last < first or limit < 1:
        return []
    return list(itertools.islice(_backwards(job_id, first, last), limit))


def changes(job_id: int, numbers: Sequence[int]) -> dict[int, Change]:
    """What single revisions changed, as far as they are kept. Raises Damaged."""
    wanted = {n: (keys.annotations(job_id), log.revision_key(n)) for n in numbers if n > 0}
    records = table.load_many(wanted.values())
    return {n: log.payload(records[key])[0] for n, key in wanted.items() if key in records}


def _start(job_id: int, head: Head, revision: int) -> Checkpoint:
    """The last base at or before a revision: one that is kept, or a replacement after it."""
    known = [Checkpoint(0, 0, folded=False), *head.checkpoints]
    if head.base and not head.base_key.startswith(log.OLD_BASE):
        known.append(Checkpoint(head.base, head.base_at, log.is_base(head.base_key)))
    start = max(
        (point for point in known if point.revision <= revision), key=lambda point: point.revision
    )
    for row in _backwards(job_id, start.revision + 1, revision):
        if row.meta.replaced:
            return Checkpoint(row.number, 0, folded=False)
    return start


def _backwards(job_id: int, first: int, last: int) -> Iterator[Revision]:
    if last < first:
        return
    between = log.revision_key(first), log.past(last)
    for record in table.children(
        keys.annotations(job_id), between=between, reverse=True, blobs=False
    ):
        if not log.is_base(record.sk):
            yield Revision(log.revision_of(record.sk), record.read(RevisionMeta))
