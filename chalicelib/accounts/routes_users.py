"""Routes of `/api/users`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.accounts import access_tokens, cookies, permissions, recognition, users
from chalicelib.accounts.models import ADMIN, GROUPS, User
from chalicelib.accounts.routes_auth import check_email, check_username
from chalicelib.accounts.users import BasicUser
from chalicelib.platform.clock import iso
from chalicelib.platform.errors import Forbidden, Invalid, NotFound
from chalicelib.platform.filters import ListFields, narrow
from chalicelib.platform.http import Router
from chalicelib.platform.paging import Page, paginate
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import json_answer

routes = Router(__name__, tag="users")

Name = Annotated[str, Meta(max_length=150)]


class MetaUser(BasicUser, kw_only=True):
    """What a user and administrators see of an account."""

    email: str
    groups: list[str]
    is_staff: bool
    is_superuser: bool
    is_active: bool
    last_login: str | None
    date_joined: str
    has_analytics_access: bool


class PatchedUserRequest(msgspec.Struct, kw_only=True):
    """Fields to change; the last four are administrators' to change."""

    username: Annotated[str, Meta(min_length=1, max_length=150)] | UnsetType = UNSET
    first_name: Name | UnsetType = UNSET
    last_name: Name | UnsetType = UNSET
    email: Annotated[str, Meta(max_length=254)] | UnsetType = UNSET
    groups: list[str] | UnsetType = UNSET
    is_staff: bool | UnsetType = UNSET
    is_superuser: bool | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


_FIELDS: ListFields[User] = ListFields(
    filter={
        "id": lambda user: user.id,
        "username": lambda user: user.username,
        "first_name": lambda user: user.first_name,
        "last_name": lambda user: user.last_name,
        "is_active": lambda user: user.is_active,
    },
    search=("username", "first_name", "last_name"),
    simple=("username", "first_name", "last_name", "is_active"),
)
_LIST_QUERY = (
    "filter", "first_name", "is_active", "last_name", "org", "org_id", "page", "page_size",
    "search", "sort", "username",
)  # fmt: skip


@routes.get("/api/users", response=Page[MetaUser], query=_LIST_QUERY)
def listing(request: Request) -> Page[MetaUser]:
    """Users that the user may see"""
    principal = request.principal
    permissions.require(principal, "users", "list")
    if principal.is_admin:
        visible = users.everybody()
    else:
        visible = list(users.get_many([principal.id]).values())
    kept = narrow(request, visible, _FIELDS)
    return paginate(request, kept, lambda user: show(user, request.base_url))


@routes.get("/api/users/self", response=MetaUser)
def retrieve_self(request: Request) -> Any:
    """The signed-in user. Renews the browser's cookies, which live as long as the session"""
    user = _existing(request.principal.id)
    headers = {}
    if request.principal.method == "session":
        headers = cookies.signed_in(request.cookies[cookies.SESSION], request.base_url)
    return json_answer(show(user, request.base_url), headers=headers)


@routes.get("/api/users/{id}", response=MetaUser, query=("org", "org_id"))
def retrieve(request: Request, user_id: int) -> MetaUser:
    """One user"""
    return show(_permitted(request, user_id, "view"), request.base_url)


@routes.patch("/api/users/{id}", body=PatchedUserRequest, response=MetaUser)
def update(request: Request, user_id: int, body: PatchedUserRequest) -> MetaUser:
    """Change a user"""
    _not_by_access_token(request)
    user = _permitted(request, user_id, "update")
    fields = _changes(user, body)
    if not request.principal.is_admin and fields.keys() & {"groups", "is_active"}:
        raise Forbidden("Only administrators may change groups or activity of a user.")
    changed = users.change(user_id, **fields) if fields else user
    if changed is None:
        raise NotFound
    recognition.forget_user(user_id)
    return show(changed, request.base_url)


@routes.delete("/api/users/{id}")
def destroy(request: Request, user_id: int) -> None:
    """Delete a user. What it owned remains"""
    _not_by_access_token(request)
    user = _permitted(request, user_id, "delete")
    for token in access_tokens.of_user(user_id):
        access_tokens.revoke(token)
    users.delete(user)
    recognition.forget_user(user_id)


def show(user: User, base_url: str) -> MetaUser:
    """A user in full."""
    basic = users.show_basic(user, base_url)
    return MetaUser(
        **msgspec.structs.asdict(basic),
        email=user.email,
        groups=list(user.groups),
        is_staff=user.is_admin,
        is_superuser=user.is_admin,
        is_active=user.is_active,
        last_login=_shown(user.last_login),
        date_joined=iso(user.joined),
        has_analytics_access=user.is_admin,
    )


def _shown(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


def _existing(user_id: int) -> User:
    user = users.reread(user_id)
    if user is None:
        raise NotFound
    return user


def _permitted(request: Request, user_id: int, scope: str) -> User:
    user = _existing(user_id)
    relations = frozenset({"Self"}) if request.principal.id == user_id else frozenset[str]()
    permissions.require(request.principal, "users", scope, relations)
    return user


def _not_by_access_token(request: Request) -> None:
    if request.principal.method == "access_token":
        raise Forbidden("Access tokens may not change users.")


def _changes(user: User, body: PatchedUserRequest) -> dict[str, Any]:
    """What a request would really change. Raises Invalid."""
    wanted: dict[str, Any] = {
        name: getattr(body, name)
        for name in ("username", "first_name", "last_name", "email", "is_active")
        if getattr(body, name) is not UNSET
    }
    if "username" in wanted:
        wanted["username"] = users.normal(wanted["username"])
        check_username(wanted["username"])
    if "email" in wanted:
        wanted["email"] = wanted["email"].strip()
        check_email(wanted["email"])
    wanted["groups"] = _groups(user, body)
    return {name: value for name, value in wanted.items() if value != getattr(user, name)}


def _groups(user: User, body: PatchedUserRequest) -> tuple[str, ...]:
    """Groups after a change; `is_staff` and `is_superuser` are other names of the group admin."""
    groups = set(user.groups) if body.groups is UNSET else set(body.groups)
    unknown = groups - set(GROUPS)
    if unknown:
        raise Invalid(groups=f"Object with name={min(unknown)} does not exist.")
    for flag in (body.is_staff, body.is_superuser):
        if flag is True:
            groups.add(ADMIN)
        elif flag is False and body.groups is UNSET:
            groups.discard(ADMIN)
    return tuple(name for name in GROUPS if name in groups)
