"""Whether a change was made on what is still there."""

from __future__ import annotations

from typing import Any

import msgspec

from chalicelib.annotations.model.document import Annotation, Kind, kind_of
from chalicelib.annotations.revisions import reading
from chalicelib.annotations.revisions.changes import Change, doomed, identity
from chalicelib.annotations.revisions.snapshots import Snapshot
from chalicelib.platform.errors import Conflict, Invalid


class ObjectConflict(msgspec.Struct):
    """An object that someone else changed.

    Attributes:
        server: the object as it is now, null if it was deleted.
        client: what the request wanted to make of it, null for a deletion.
    """

    id: int
    kind: Kind
    server: Any
    client: Any


class ConflictAnswer(msgspec.Struct):
    """Body of a 409. `version`: the revision that the server has."""

    detail: str
    version: int
    conflicts: list[ObjectConflict]


def check_base(since: int | None, revision: int, change: Change) -> None:
    """Compare the revision that a client has with the job's own.

    Raises:
        Invalid: the job never had that revision.
        Conflict: everything is to be replaced or restored, but something was saved since.
    """
    if since is None:
        return
    if since > revision:
        raise Invalid(version=f"There is no revision {since}; the last one is {revision}.")
    if (change.replace or change.restored) and since < revision:
        raise Conflict(
            ConflictAnswer("These annotations were changed since you read them.", revision, [])
        )


def find_conflicts(
    job_id: int, change: Change, since: int | None, revision: int, snapshot: Snapshot
) -> None:
    """Compare the objects that a change touches with what was saved after revision `since`.

    `since` None means that the client does not ask for this: the last writer of an object wins.
    Deleting what is deleted already is no conflict.

    Raises:
        Conflict: one of them was updated or deleted since.
    """
    touched = set(change.touched())
    if since is None or not touched or since == revision:
        return
    changed = {
        object_id
        for step in reading.changes_after(job_id, since, revision)
        for object_id in step.small.touched()
    }
    found = [
        ObjectConflict(object_id, kind_of(server), server, None)
        for object_id in doomed(change, snapshot.find)
        if object_id in changed and (server := snapshot.find(object_id)) is not None
    ]
    found += [
        ObjectConflict(identity(item), kind_of(item), server, item)
        for item in change.update.all()
        if (server := _other(item, snapshot, changed)) is not item
    ]
    if found:
        raise Conflict(ConflictAnswer("Someone else has changed these objects.", revision, found))


def _other(item: Annotation, snapshot: Snapshot, changed: set[int]) -> Annotation | None:
    """What there is instead of what the client knows; the item itself if nothing was changed."""
    server = snapshot.find(identity(item))
    return server if server is None or identity(item) in changed else item
