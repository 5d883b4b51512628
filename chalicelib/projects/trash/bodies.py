"""What the API says of the trash."""

from __future__ import annotations

from typing import Literal

import msgspec

from chalicelib.accounts.users import BasicUser

Kind = Literal["project", "task"]

#: Fields by which the list is filtered with a parameter of their name.
SIMPLE = ("kind", "name", "owner", "project_id")


class TrashEntry(msgspec.Struct, kw_only=True):
    """A deleted project or task.

    Attributes:
        expires_date: when it is removed for good.
        tasks, jobs: how many come back with it; jobs is null until they are counted.
        project_id: the project that a task was deleted from.
    """

    kind: Kind
    id: int
    name: str
    deleted_date: str
    deleted_by: BasicUser | None
    expires_date: str
    owner: BasicUser | None
    tasks: int
    jobs: int | None
    project_id: int | None


class Restored(msgspec.Struct, kw_only=True):
    """What was restored. `finished` is false while some of it is still on its way."""

    kind: Kind
    id: int
    url: str
    finished: bool


class Term(msgspec.Struct):
    """For how many days what is deleted can be restored; 0: not at all."""

    days: float
