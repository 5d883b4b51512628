"""What the table keeps about users and their credentials."""

from __future__ import annotations

from datetime import datetime

import msgspec

#: Global groups, most powerful first.
ADMIN, USER, WORKER = GROUPS = ("admin", "user", "worker")


class User(msgspec.Struct, frozen=True, kw_only=True):
    """An account.

    Attributes:
        epoch: raised with each password change; sessions of an earlier epoch are over.
    """

    id: int
    username: str
    password: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    groups: tuple[str, ...] = (USER,)
    is_active: bool = True
    joined: datetime
    last_login: datetime | None = None
    epoch: int = 0

    @property
    def is_admin(self) -> bool:
        return ADMIN in self.groups


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A login: what its key and its cookie both stand for. Times in seconds since 1970."""

    user_id: int
    epoch: int
    created: int
    renewed: int


class AccessToken(msgspec.Struct, frozen=True, kw_only=True):
    """A personal access token."""

    id: int
    user_id: int
    name: str
    read_only: bool
    created: datetime
    updated: datetime
    expiry: datetime | None = None
