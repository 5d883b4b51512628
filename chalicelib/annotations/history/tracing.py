"""What became of one object, revision by revision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from chalicelib.annotations import store
from chalicelib.annotations.bodies import ChangedAny
from chalicelib.annotations.history.bodies import RevisionRead
from chalicelib.annotations.history.comparing import shown_object
from chalicelib.annotations.history.rows import authors, fields
from chalicelib.annotations.history.timeline import Timeline
from chalicelib.annotations.model.document import Annotation
from chalicelib.annotations.model.vocabulary import Vocabulary
from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.revisions.log import Head
from chalicelib.annotations.store import Revision
from chalicelib.platform.paging import Page, paginate
from chalicelib.platform.requests import Request

Action = Literal["created", "updated", "deleted"]

#: Revisions, and what they hold, that are read at a time.
_AT_ONCE = 200
_PAYLOADS_AT_ONCE = 25


class ObjectRevisionRead(RevisionRead, kw_only=True):
    """One save that touched an object.

    Attributes:
        action: what it did to the object.
        object: the object after it; null if it was deleted.
    """

    action: Action
    object: ChangedAny | None


class TaskObjectRevisionRead(ObjectRevisionRead, kw_only=True):
    """The same in a task; the object is the part that the job has."""

    job_id: int
    job_revision: int


class Event(msgspec.Struct, frozen=True):
    """A revision that touched an object. `item`: the object after it, None if it was deleted."""

    revision: Revision
    action: Action
    item: Annotation | None


def events(job_id: int, head: Head, object_id: int, *, alone: bool) -> list[Event]:
    """Revisions of a job that touched an object, newest first.

    Args:
        alone: whether the task has no other job, from which the object might have come back.

    Raises:
        Damaged: what one of the revisions changed is missing.
    """
    found: list[Event] = []
    dropped: list[Revision] = []
    for revision, change in _candidates(job_id, head, object_id):
        event = None if change is None else _event(revision, change, object_id)
        if event is None:
            if revision.meta.replaced:
                dropped.append(revision)
            continue
        found += _drops(dropped, there=event.item is not None)
        dropped = []
        found.append(event)
        if alone and event.action == "created" and change is not None and not change.restored:
            return found
    if dropped and head.floor:
        # It may be older than what is kept.
        there = store.read_as_of(job_id, head.floor).find(object_id) is not None
        found += _drops([one for one in dropped if one.number > head.floor], there=there)
    return found


def job_page(
    request: Request, found: list[Event], vocabulary: Vocabulary
) -> Page[ObjectRevisionRead]:
    """A page of what happened to an object. Raises NotFound: no such page."""
    people = authors(event.revision.meta for event in found)
    return paginate(
        request,
        found,
        lambda event: ObjectRevisionRead(
            **fields(event.revision.number, event.revision.meta, people, request.base_url),
            action=event.action,
            object=_shown(event, vocabulary),
        ),
    )


def task_page(
    request: Request, timeline: Timeline, found: dict[int, list[Event]], vocabulary: Vocabulary
) -> Page[TaskObjectRevisionRead]:
    """A page of what happened to an object in jobs of a task. Raises NotFound: no such page."""
    together = [(event, job_id) for job_id, some in found.items() for event in some]
    together.sort(
        key=lambda one: (one[0].revision.meta.at, one[1], one[0].revision.number), reverse=True
    )
    people = authors(event.revision.meta for event, _ in together)
    return paginate(
        request,
        together,
        lambda one: TaskObjectRevisionRead(
            **fields(
                timeline.number(one[1], one[0].revision.number),
                one[0].revision.meta,
                people,
                request.base_url,
            ),
            job_id=one[1],
            job_revision=one[0].revision.number,
            action=one[0].action,
            object=_shown(one[0], vocabulary),
        ),
    )


def _shown(event: Event, vocabulary: Vocabulary) -> ChangedAny | None:
    return None if event.item is None else shown_object(event.item, vocabulary)


def _candidates(
    job_id: int, head: Head, object_id: int
) -> Iterator[tuple[Revision, Change | None]]:
    """Revisions that may have touched an object, newest first, and what they did with such ids."""
    before = head.revision + 1
    while before > max(head.floor, 1):
        rows = store.revisions(job_id, before=before, limit=_AT_ONCE)
        if not rows:
            return
        before = rows[-1].number
        near = [row for row in rows if row.meta.replaced or _may_name(row, object_id)]
        for start in range(0, len(near), _PAYLOADS_AT_ONCE):
            some = near[start : start + _PAYLOADS_AT_ONCE]
            numbers = [row.number for row in some if _may_name(row, object_id)]
            changes = store.read_changes(job_id, numbers)
            yield from ((row, changes.get(row.number)) for row in some)


def _may_name(row: Revision, object_id: int) -> bool:
    return row.meta.low <= object_id <= row.meta.high


def _event(revision: Revision, change: Change, object_id: int) -> Event | None:
    """What a change did to an object that it names."""
    for item in change.create.all():
        if item.id == object_id:
            return Event(revision, "created", item)
    for item in change.update.all():
        if item.id == object_id:
            return Event(revision, "updated", item)
    return Event(revision, "deleted", None) if object_id in change.delete else None


def _drops(replacements: list[Revision], *, there: bool) -> list[Event]:
    """The first of some replacements dropped the object, if it was there before them."""
    return [Event(replacements[-1], "deleted", None)] if replacements and there else []
