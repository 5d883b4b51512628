"""Owners and assignees that a request names."""

from __future__ import annotations

from msgspec import UnsetType

from chalicelib.accounts import permissions, users
from chalicelib.platform import clock
from chalicelib.platform.errors import Invalid
from chalicelib.platform.requests import Principal
from chalicelib.projects.models import Job, Project, Task


def check(principal: Principal, **named: int | UnsetType | None) -> None:
    """Let a request name only users that the principal may see, and that exist.

    `named` maps the request's fields to users' ids.

    Raises:
        Forbidden: the principal may not see the user. Invalid: there is no such user.
    """
    for field, user_id in named.items():
        if not isinstance(user_id, int):
            continue
        relations = frozenset({"Self"} if user_id == principal.id else ())
        permissions.require(principal, "users", "view", relations)
        if users.get(user_id) is None:
            raise Invalid(**{field: f'Invalid pk "{user_id}" - object does not exist.'})


def assign(item: Project | Task | Job, user_id: int | UnsetType | None) -> None:
    """Change the assignee, and the time when that happened, if it is another one."""
    if isinstance(user_id, UnsetType) or user_id == item.assignee_id:
        return
    item.assignee_id = user_id
    item.assignee_updated_date = clock.iso()
