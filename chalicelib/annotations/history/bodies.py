"""Bodies of requests for history, and of the answers."""

from __future__ import annotations

import msgspec

from chalicelib.accounts.users import BasicUser
from chalicelib.annotations.bodies import ChangedAny
from chalicelib.annotations.model.document import Kind, Natural


class RevisionRead(msgspec.Struct, kw_only=True):
    """One save.

    Attributes:
        owner: who saved; null if the server did, or the user is gone.
        client: what it was saved with.
        created, updated, deleted: how many objects.
        replaced: whether everything before was dropped.
        overwrote: whether it was, by someone who did not say which revision they had seen.
        size: bytes.
    """

    revision: int
    created_date: str
    owner: BasicUser | None
    client: str
    created: int
    updated: int
    deleted: int
    message: str
    replaced: bool
    overwrote: bool
    size: int


class TaskRevisionRead(RevisionRead, kw_only=True):
    """One save of a job, counted over all jobs of a task in order of time."""

    job_id: int
    job_revision: int


class ObjectUpdate(msgspec.Struct):
    """An object that both revisions have, as it was in each of them."""

    id: int
    kind: Kind
    before: ChangedAny
    after: ChangedAny


class DifferenceRead(msgspec.Struct):
    """What makes `revision` of `against`.

    Attributes:
        created, deleted: whole objects that only `revision`, or only `against` has.
    """

    revision: int
    against: int
    created: list[ChangedAny]
    updated: list[ObjectUpdate]
    deleted: list[ChangedAny]


class ChangesSince(msgspec.Struct, kw_only=True):
    """What the revisions after `since` come to.

    Attributes:
        version: the revision that this leads to.
        revisions: the latest of these revisions, newest first, as the history lists them.
        create, update: whole objects that were not there, or were different.
        delete: ids of objects that are gone.
        replaced: whether everything was replaced; then `create` is all there is.
    """

    version: int
    since: int
    revisions: list[RevisionRead] = []
    create: list[ChangedAny] = []
    update: list[ChangedAny] = []
    delete: list[int] = []
    replaced: bool = False


class RestoreRequest(msgspec.Struct):
    """`version`: the revision that the client has, 0 if it does not say."""

    version: Natural = 0


class RestoreAnswer(msgspec.Struct, kw_only=True):
    """What restoring a revision did.

    Attributes:
        version: the revision that holds what was restored; of a task, the sum of its jobs'.
        restored: the revision that was asked for.
        created, updated, deleted: how many objects came back, changed and went.
        left_out: how many objects could not be restored because their label is gone.
    """

    version: int
    restored: int
    created: int = 0
    updated: int = 0
    deleted: int = 0
    left_out: int = 0
