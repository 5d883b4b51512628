"""Removing what nothing reaches: what a crash left between two steps, and nothing else.

A save and a fold write their objects before the head that names them, so only objects that are
older than any of these can last are removed. Records come with their head, in one transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import groupby

from chalicelib.annotations.revisions.cache import views
from chalicelib.annotations.upkeep import jobs, reachable
from chalicelib.annotations.upkeep.jobs import Kept, Place
from chalicelib.annotations.upkeep.reachable import References
from chalicelib.platform import bucket, clock, keys, table

#: What is younger may belong to a save or a fold that is under way.
SAFE_AGE = timedelta(hours=1)

_log = logging.getLogger("skylabel.annotations")


def sweep_records(kept: Kept) -> int:
    """Remove records of a job that nothing reaches. Returns how many."""
    if kept.head is None and kept.exists:
        # Nothing was saved yet; or the head is lost, and then everything else is worth keeping.
        return 0
    references = reachable.of_job(kept.job_id)
    if kept.exists or _exists_now(kept.job_id, references):
        return _remove_records(kept.job_id, references.unreached if references.head else ())
    views.forget(kept.job_id)
    return _remove_records(kept.job_id, references.unreached | references.records)


def sweep_objects(job_id: int | None, places: Sequence[Place]) -> int:
    """Remove those of the objects of a job that nothing reaches. Returns how many.

    Args:
        job_id: None for keys that name no job.
    """
    before = clock.now() - SAFE_AGE
    old = [place.key for place in places if place.written < before]
    if not old:
        return 0
    references = reachable.of_job(job_id) if job_id is not None else None
    if references is not None and _is_headless(references):
        return 0
    reached = references.objects.keys() if references is not None else ()
    removed = [key for key in old if key not in reached]
    if removed:
        _log.info("%s objects of job %s that nothing reached are removed", len(removed), job_id)
        bucket.delete(*removed)
    return len(removed)


def sweep_job(job_id: int) -> int:
    """Remove everything of one job that nothing reaches. Returns how much."""
    (kept,) = jobs.kept(range(job_id, job_id + 1))
    return sweep_records(kept) + sweep_objects(job_id, jobs.objects_of(job_id))


def sweep_all() -> int:
    """Remove everything that nothing reaches. Returns how much."""
    removed = 0
    for block in jobs.blocks():
        removed += sum(map(sweep_records, jobs.kept(block)))
    for job_id, places in groupby(jobs.objects(), lambda place: place.job_id):
        removed += sweep_objects(job_id, list(places))
    return removed


def _exists_now(job_id: int, references: References) -> bool:
    """Whether a job that was not there a moment ago is: what is kept may be its first saves."""
    return not references.is_empty and next(jobs.kept(range(job_id, job_id + 1))).exists


def _is_headless(references: References) -> bool:
    """Whether there are revisions or bases, and the head is lost that named them."""
    return references.head is None and bool(references.unreached)


def _remove_records(job_id: int, sort_keys: Iterable[str]) -> int:
    found = sorted(sort_keys)
    if found:
        _log.info("%s records of job %s that nothing reached are removed", len(found), job_id)
        table.delete_many((keys.annotations(job_id), sk) for sk in found)
    return len(found)
