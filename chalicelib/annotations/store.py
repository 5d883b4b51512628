"""What other domains call: saving annotations of jobs and reading them.

What saves, folds and looks back is imported when first needed: most API processes only read what
there is now.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

from chalicelib.annotations.model.document import Annotation, Document, Objects
from chalicelib.annotations.revisions import log, reading
from chalicelib.annotations.revisions.cache import View, views
from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.revisions.log import Damaged, Head, Revision, RevisionMeta
from chalicelib.annotations.revisions.snapshots import Snapshot
from chalicelib.annotations.revisions.wishes import Marks, Save, Saved
from chalicelib.annotations.statistics.counting import Counts
from chalicelib.platform import bucket, keys, table

__all__ = [
    "Damaged",
    "Head",
    "Revision",
    "RevisionMeta",
    "Save",
    "Saved",
    "delete_job",
    "find_objects",
    "fold_if_due",
    "read_as_of",
    "read_changes",
    "read_counts",
    "read_frames",
    "read_heads",
    "read_job",
    "read_objects",
    "read_revision",
    "read_revisions",
    "read_snapshots",
    "read_what_is_left",
    "revisions",
    "save",
]


def save(
    *saves: Save, seen: Mapping[int, View] | None = None, marks: Marks | None = None
) -> list[Saved]:
    """Apply changes to jobs, all of them or none. See `committing.save`."""
    from chalicelib.annotations.revisions import committing

    return committing.save(*saves, seen=seen, marks=marks)


def fold_if_due(job_id: int) -> bool:
    """Fold the log of a job if it is long, and let go of old history. See `folding.fold_if_due`."""
    from chalicelib.annotations.revisions import folding

    return folding.fold_if_due(job_id)


def read_snapshots(job_ids: Iterable[int]) -> dict[int, Snapshot]:
    """The current annotations of jobs. Pages of them are read when they are asked for."""
    seen = reading.look(job_ids)
    return {job_id: reading.snapshot_of(job_id, view) for job_id, view in seen.items()}


def read_job(job_id: int) -> Document:
    """The current annotations of a job. Raises Damaged."""
    return reading.read(job_id, reading.look_at(job_id), Snapshot.document)


def read_objects(job_ids: Iterable[int]) -> dict[int, tuple[int, Objects]]:
    """The current revisions of jobs, and what is annotated in them. Raises Damaged."""
    return {
        job_id: reading.read(job_id, view, lambda snapshot: (snapshot.revision, snapshot.objects()))
        for job_id, view in reading.look(job_ids).items()
    }


def read_revisions(job_ids: Iterable[int]) -> dict[int, int]:
    """The current revisions of jobs, without reading their annotations."""
    return {job_id: view.head.revision for job_id, view in reading.look(job_ids).items()}


def read_revision(job_id: int) -> int:
    """The current revision of a job."""
    return read_revisions([job_id])[job_id]


def read_heads(job_ids: Iterable[int]) -> dict[int, Head]:
    """Where the logs of jobs end: revisions, times and counts, without annotations."""
    return {job_id: view.head for job_id, view in reading.look(job_ids).items()}


def read_frames(job_ids: Iterable[int], start: int, stop: int) -> dict[int, Objects]:
    """What can be shown on the frames `start` to `stop` (inclusive) of jobs.

    Tracks that reach in come whole. Order as in `Snapshot.objects`.
    """
    return {
        job_id: reading.read(job_id, view, lambda snapshot: snapshot.between(start, stop))
        for job_id, view in reading.look(job_ids).items()
    }


def find_objects(
    job_id: int, object_ids: Iterable[int], frames: Iterable[int] = ()
) -> dict[int, Annotation]:
    """Those of the objects that there are now, by id.

    Args:
        frames: one for each of the ids, as far as it is known where they are, so that nothing
            else need be read.
    """
    hints = itertools.zip_longest(object_ids, frames)
    wanted = {key: frame for key, frame in hints if key is not None}
    return reading.read(
        job_id, reading.look_at(job_id), lambda snapshot: snapshot.find_many(wanted)
    )


def read_as_of(job_id: int, revision: int) -> Snapshot:
    """The annotations of a job as they were at a revision; 0 is before the first save.

    Raises:
        NotFound: there never was such a revision. Gone: it is older than what is kept.
        Damaged: something that it was made of is missing.
    """
    from chalicelib.annotations.revisions import history

    return history.as_of(job_id, revision)


def revisions(job_id: int, *, before: int | None = None, limit: int = 100) -> list[Revision]:
    """Revisions of a job, newest first. `before`: only those with a lesser number."""
    from chalicelib.annotations.revisions import history

    return history.revisions(job_id, before=before, limit=limit)


def read_changes(job_id: int, numbers: Sequence[int]) -> dict[int, Change]:
    """What single revisions changed; those that are not kept are absent. Raises Damaged."""
    from chalicelib.annotations.revisions import history

    return history.changes(job_id, numbers)


def read_counts(job_ids: Iterable[int]) -> dict[int, tuple[int, Counts]]:
    """The current revision of jobs, and what is counted of it, without reading annotations."""
    return {
        job_id: (snapshot.revision, snapshot.counts())
        for job_id, snapshot in read_snapshots(job_ids).items()
    }


def read_what_is_left(job_id: int) -> tuple[Document, list[str]]:
    """The current annotations as far as they can be read, and what cannot, for people."""
    try:
        return read_job(job_id), []
    except Damaged:
        snapshot, problems = reading.salvaged(job_id, reading.look_at(job_id).head)
    found, lost = snapshot.readable()
    document = Document(
        version=snapshot.revision, tags=found.tags, shapes=found.shapes, tracks=found.tracks
    )
    return document, problems + lost


def delete_job(job_id: int) -> None:
    """Drop the annotations of a deleted job with their history."""
    records = table.children(keys.annotations(job_id))
    table.delete_many([record.key for record in records])
    bucket.delete_below(log.object_prefix(job_id))
    views.forget(job_id)
