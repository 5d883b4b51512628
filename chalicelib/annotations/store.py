"""What other domains call: saving annotations of jobs and reading them."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.annotations.model.document import Document
from chalicelib.annotations.revisions import log, reading
from chalicelib.annotations.revisions.cache import views
from chalicelib.annotations.revisions.changes import Snapshot
from chalicelib.annotations.revisions.committing import JOBS_AT_ONCE, Save, Saved, save
from chalicelib.platform import bucket, keys, table

__all__ = [
    "JOBS_AT_ONCE",
    "Save",
    "Saved",
    "delete_job",
    "read_job",
    "read_revision",
    "read_revisions",
    "read_snapshots",
    "save",
]


def read_snapshots(job_ids: Iterable[int]) -> dict[int, Snapshot]:
    """The current annotations of jobs."""
    seen = reading.look(job_ids)
    return {job_id: reading.snapshot_of(job_id, view) for job_id, view in seen.items()}


def read_job(job_id: int) -> Document:
    """The current annotations of a job."""
    return read_snapshots([job_id])[job_id].document()


def read_revisions(job_ids: Iterable[int]) -> dict[int, int]:
    """The current revisions of jobs, without reading their annotations."""
    return {job_id: view.head.revision for job_id, view in reading.look(job_ids).items()}


def read_revision(job_id: int) -> int:
    """The current revision of a job."""
    return read_revisions([job_id])[job_id]


def delete_job(job_id: int) -> None:
    """Drop the annotations of a deleted job with their history."""
    records = table.children(keys.annotations(job_id))
    table.delete_many([record.key for record in records])
    bucket.delete_below(log.object_prefix(job_id))
    views.forget(job_id)
