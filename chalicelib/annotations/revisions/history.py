"""Reading what a job's annotations once were."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.annotations.revisions import log, reading
from chalicelib.annotations.revisions.changes import Change, Snapshot
from chalicelib.annotations.revisions.log import Revision, RevisionMeta
from chalicelib.platform import keys, table
from chalicelib.platform.errors import Gone, NotFound


def as_of(job_id: int, revision: int) -> Snapshot:
    """The annotations at a revision. Raises NotFound, Gone, Damaged."""
    head = reading.look_at(job_id).head
    if not 0 <= revision <= head.revision:
        raise NotFound(f"There is no revision {revision}; the last one is {head.revision}.")
    if revision < head.floor:
        raise Gone(f"Revision {revision} is no longer kept; the oldest one is {head.floor}.")
    return Snapshot().after(*reading.changes_after(job_id, 0, revision))


def revisions(job_id: int, *, before: int | None = None, limit: int = 100) -> list[Revision]:
    """Revisions, newest first, without their payloads."""
    end = None if before is None else log.revision_key(max(before, 0))
    found: list[Revision] = []
    for record in table.children(keys.annotations(job_id), "REV#", reverse=True):
        if end is not None and record.sk >= end:
            continue
        if len(found) == limit:
            break
        found.append(Revision(log.revision_of(record.sk), record.read(RevisionMeta)))
    return found


def changes(job_id: int, numbers: Sequence[int]) -> dict[int, Change]:
    """What single revisions changed, as far as they are kept. Raises Damaged."""
    wanted = {n: (keys.annotations(job_id), log.revision_key(n)) for n in numbers if n > 0}
    records = table.load_many(wanted.values())
    return {n: log.payload(records[key])[0] for n, key in wanted.items() if key in records}
