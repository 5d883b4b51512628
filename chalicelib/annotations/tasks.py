"""Annotations of a whole task: those of its jobs, seen and saved together.

A save that changes several jobs is one transaction; beyond `committing.JOBS_AT_ONCE` jobs it is
several, each of which is atomic.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Literal

import msgspec

from chalicelib.annotations import saving, store
from chalicelib.annotations.marking import marks_of
from chalicelib.annotations.merging import slicing
from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.model.document import Annotation, Document, Objects, gather
from chalicelib.annotations.revisions.changes import Change, doomed, identity, replacement
from chalicelib.annotations.revisions.extents import reaches
from chalicelib.annotations.revisions.snapshots import Snapshot
from chalicelib.annotations.saving import Wish
from chalicelib.annotations.store import Damaged, Saved
from chalicelib.platform.errors import Conflict, Invalid, NotFound
from chalicelib.projects import store as projects
from chalicelib.projects.models import Job, Task

if TYPE_CHECKING:
    from chalicelib.annotations.merging.joining import Merged

Mode = Literal["append", "replace"]


def read_task(task_id: int) -> Document:
    """The annotations of a task, merged over its jobs."""
    spans = spans_of(projects.task_jobs(task_id))
    return merged_document(spans, store.read_snapshots(span.job_id for span in spans))


def spans_of(jobs: Sequence[Job]) -> list[Span]:
    """Frames of the jobs whose annotations are the task's, in their order."""
    spans = [Span(j.id, j.start_frame, j.stop_frame) for j in jobs if j.type == "annotation"]
    return sorted(spans, key=lambda span: (span.start, span.job_id))


def merged_document(spans: Sequence[Span], snapshots: Mapping[int, Snapshot]) -> Document:
    """One document of several jobs'. `version`: the sum of their revisions."""
    version = sum(snapshots[span.job_id].revision for span in spans)
    objects = merged(spans, {job_id: one.objects() for job_id, one in snapshots.items()})
    return Document(
        version=version, tags=objects.tags, shapes=objects.shapes, tracks=objects.tracks
    )


def merged(spans: Sequence[Span], parts: Mapping[int, Objects]) -> Objects:
    """The objects of several jobs, those that reach over jobs in one piece."""
    if len(spans) == 1:
        return parts[spans[0].job_id]
    # Imported when first needed, here and below: most API processes never merge jobs.
    from chalicelib.annotations.merging.joining import Piece, merge, objects_of

    return objects_of(merge([Piece(span, parts[span.job_id]) for span in spans]))


def read_parts(job_ids: Sequence[int]) -> tuple[dict[int, tuple[int, Objects]], list[str]]:
    """The revision and the annotations of jobs, and what of them cannot be read."""
    try:
        return store.read_objects(job_ids), []
    except Damaged:
        return _what_is_left(job_ids)


def _what_is_left(job_ids: Sequence[int]) -> tuple[dict[int, tuple[int, Objects]], list[str]]:
    parts: dict[int, tuple[int, Objects]] = {}
    lost: list[str] = []
    for job_id in job_ids:
        rest, damaged = store.read_what_is_left(job_id)
        parts[job_id] = rest.version, rest
        lost += [f"Job {job_id}: {text}" for text in damaged]
    return parts, lost


def read_frames(spans: Sequence[Span], start: int, stop: int) -> tuple[Objects, list[str]]:
    """What can be seen on frames `start` to `stop` (inclusive) of a task, and what cannot be read.

    Tracks have the keyframes that they have in the jobs of these frames.
    """
    near = [span for span in spans if span.start <= stop and span.stop >= start]
    if not near:
        return Objects(), []
    job_ids = [span.job_id for span in near]
    damaged: list[str] = []
    try:
        parts = store.read_frames(job_ids, start, stop)
    except Damaged:
        left, damaged = _what_is_left(job_ids)
        parts = {job_id: objects for job_id, (_, objects) in left.items()}
    return seen_on(merged(near, parts), start, stop), damaged


def seen_on(found: Objects, start: int, stop: int) -> Objects:
    """Those of the objects that can be seen on frames `start` to `stop` (inclusive)."""
    return Objects(
        tags=[tag for tag in found.tags if reaches(tag, start, stop)],
        shapes=[shape for shape in found.shapes if reaches(shape, start, stop)],
        tracks=[track for track in found.tracks if reaches(track, start, stop)],
    )


def import_document(
    target: Literal["task", "job"],
    target_id: int,
    document: Objects,
    mode: Mode,
    *,
    author: int | None = None,
    key: str | None = None,
) -> None:
    """Store annotations that were read from a file.

    Args:
        document: objects without ids.
        mode: `replace` drops what was there before.
        key: a repeated import with the same key changes nothing.

    Raises:
        NotFound: the task or job is gone.
        Invalid: an object does not fit the task's labels; nothing is stored.
    """
    # Imported when first needed: most API processes import nothing.
    from chalicelib.annotations.bulk import saving as bulk

    job = projects.load_job(target_id) if target == "job" else None
    task = projects.load_task(job.task_id if job else target_id)
    if task is None or (target == "job" and job is None):
        raise NotFound
    wanted = bulk.BulkSave(
        mode=mode, author=author, key=key or secrets.token_hex(8), client="import"
    )
    with closing(bulk.open_gathering(task, job)) as gathering:
        gathering.take(document)
        bulk.save(gathering, wanted, marks_of(task))


def create(task: Task, objects: Objects, wish: Wish) -> Document:
    """Add objects to the jobs that have their frames. Returns what was stored."""
    spans, since = _based(task, wish)
    changes = {
        job_id: Change(create=part)
        for job_id, part in slicing.sliced(objects, spans).items()
        if not part.is_empty
    }
    return _stored(spans, save(task, changes, wish, since))


def replace(task: Task, objects: Objects, wish: Wish) -> Document:
    """Put objects in place of everything that is annotated. Returns what was stored."""
    spans, since = _based(task, wish, whole=True)
    changes = {job_id: replacement(part) for job_id, part in slicing.sliced(objects, spans).items()}
    try:
        return _stored(spans, save(task, changes, wish, since))
    except Conflict as error:
        raise _told(error, _version(spans)) from None


def update(task: Task, objects: Objects, wish: Wish) -> Document:
    """Put objects in place of those with their ids, in each job that has a part of them."""
    spans, since = _based(task, wish)
    with saving.changeable():
        merged = _by_id(_merged(spans, store.read_snapshots(span.job_id for span in spans)))
    changes: dict[int, Change] = {}
    for item in objects.all():
        known = merged.get(identity(item))
        if known is not None and type(known.item) is type(item):
            _spread(item, known.homes, slicing.pieces(item, spans), changes)
    return _stored(spans, save(task, changes, wish, since))


def delete(task: Task, asked: Change, wish: Wish) -> tuple[int, set[int]]:
    """Delete objects from every job that has a part of them.

    Returns the task's revision and which of the ids there were.
    """
    spans, since = _based(task, wish)
    with saving.changeable():
        merged = _by_id(_merged(spans, store.read_snapshots(span.job_id for span in spans)))
    found = doomed(asked, lambda object_id: merged[object_id].item if object_id in merged else None)
    changes: dict[int, Change] = {}
    for object_id in sorted(found):
        for job_id, home_id in merged[object_id].homes.items():
            changes.setdefault(job_id, Change()).delete.append(home_id)
    save(task, changes, wish, since)
    return _version(spans), set(found)


def save(
    task: Task, changes: Mapping[int, Change], wish: Wish, since: Mapping[int, int]
) -> list[Saved]:
    """Save changes by job, and mark the task and the jobs as updated."""
    with saving.changeable():
        return store.save(
            *(wish.save(job_id, change, since.get(job_id)) for job_id, change in changes.items()),
            marks=marks_of(task),
        )


def _based(task: Task, wish: Wish, *, whole: bool = False) -> tuple[list[Span], dict[int, int]]:
    """Spans of the task, and the revision of each job that the client has at least seen.

    If the task has moved on and is to be replaced as a `whole`, none of its jobs is as the client
    knows it: so the save fails, unless it is a repetition.

    The client knows only the sum of revisions. If the sum has grown by n, no job has moved by
    more than n, so an object that nobody touched in the last n revisions of its job is as the
    client knows it.

    Raises:
        Invalid: the task never had that revision.
    """
    spans = spans_of(projects.task_jobs(task.id))
    if wish.since is None:
        return spans, {}
    revisions = store.read_revisions(span.job_id for span in spans)
    now = sum(revisions.values())
    behind = now - wish.since
    if behind < 0:
        raise Invalid(version=f"There is no revision {wish.since}; the last one is {now}.")
    least = -1 if whole else 0
    return spans, {job_id: max(least, revision - behind) for job_id, revision in revisions.items()}


def _told(error: Conflict, version: int) -> Conflict:
    """The same of the whole task."""
    # Imported when first needed, as it needs what saves.
    from chalicelib.annotations.revisions.conflicts import ConflictAnswer

    known = error.body
    if isinstance(known, ConflictAnswer):
        return Conflict(msgspec.structs.replace(known, version=version))
    return error


def _merged(spans: Sequence[Span], snapshots: Mapping[int, Snapshot]) -> list[Merged]:
    from chalicelib.annotations.merging.joining import Piece, merge

    return merge([Piece(span, snapshots[span.job_id].objects()) for span in spans])


def _by_id(merged: Sequence[Merged]) -> dict[int, Merged]:
    return {home: entry for entry in merged for home in entry.homes.values()}


def _spread(
    item: Annotation,
    homes: Mapping[int, int],
    parts: Mapping[int, Annotation],
    changes: dict[int, Change],
) -> None:
    """Divide an update: replace parts that there are, add new ones, delete those that are gone."""
    moved = None if identity(item) in {homes.get(job_id) for job_id in parts} else identity(item)
    for job_id, home_id in homes.items():
        if job_id not in parts:
            changes.setdefault(job_id, Change()).delete.append(home_id)
    for job_id, part in parts.items():
        change = changes.setdefault(job_id, Change())
        part.id = homes.get(job_id)
        if part.id is not None:
            _add(change.update, part)
        else:
            # An object that went to another job as a whole takes its id along.
            part.id, moved = moved, None
            _add(change.create, part)


def _add(objects: Objects, part: Annotation) -> None:
    more = gather([part])
    objects.tags += more.tags
    objects.shapes += more.shapes
    objects.tracks += more.tracks


def _stored(spans: Sequence[Span], saved: Sequence[Saved]) -> Document:
    """What saves stored, merged over jobs."""
    from chalicelib.annotations.merging.joining import Piece, merge, objects_of

    by_job = {one.job_id: one for one in saved}
    parts = [
        Piece(span, _written(by_job[span.job_id].change)) for span in spans if span.job_id in by_job
    ]
    objects = objects_of(merge(parts))
    known = {one.job_id: one.revision for one in saved}
    others = [span.job_id for span in spans if span.job_id not in known]
    version = sum(known.values()) + sum(store.read_revisions(others).values())
    return Document(
        version=version, tags=objects.tags, shapes=objects.shapes, tracks=objects.tracks
    )


def _written(change: Change) -> Objects:
    return gather([*change.create.all(), *change.update.all()])


def _version(spans: Sequence[Span]) -> int:
    return sum(store.read_revisions(span.job_id for span in spans).values())
