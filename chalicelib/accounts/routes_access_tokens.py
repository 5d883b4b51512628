"""Routes of `/api/auth/access_tokens`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.accounts import access_tokens, users
from chalicelib.accounts.access_tokens import Kept
from chalicelib.accounts.users import BasicUser
from chalicelib.platform import clock
from chalicelib.platform.clock import iso
from chalicelib.platform.errors import Forbidden, Invalid, NotFound
from chalicelib.platform.filters import ListFields, narrow
from chalicelib.platform.http import Router
from chalicelib.platform.paging import Page, paginate
from chalicelib.platform.requests import Request

routes = Router(__name__, tag="auth")

Name = Annotated[str, Meta(min_length=1, max_length=50)]


class AccessTokenRead(msgspec.Struct, omit_defaults=True):
    """An access token. `value` is told once, when it is created."""

    id: int
    name: str
    created_date: str
    updated_date: str
    expiry_date: str | None
    last_used_date: str | None
    read_only: bool
    owner: BasicUser | None
    value: str | UnsetType = UNSET


class AccessTokenWriteRequest(msgspec.Struct, kw_only=True):
    """A new access token. Without `expiry_date` it lives until it is revoked."""

    name: Name
    expiry_date: datetime | None = None
    read_only: bool = False


class PatchedAccessTokenWriteRequest(msgspec.Struct, kw_only=True):
    """Fields to change."""

    name: Name | UnsetType = UNSET
    expiry_date: datetime | UnsetType | None = UNSET
    read_only: bool | UnsetType = UNSET


_FIELDS: ListFields[Kept] = ListFields(
    filter={
        "id": lambda kept: kept.token.id,
        "name": lambda kept: kept.token.name,
        "created_date": lambda kept: iso(kept.token.created),
        "updated_date": lambda kept: iso(kept.token.updated),
        "expiry_date": lambda kept: _shown(kept.token.expiry),
        "last_used_date": lambda kept: kept.last_used,
        "read_only": lambda kept: kept.token.read_only,
    },
    search=("name",),
    simple=("name", "read_only"),
)
_LIST_QUERY = ("filter", "name", "page", "page_size", "read_only", "search", "sort")


@routes.get("/api/auth/access_tokens", response=Page[AccessTokenRead], query=_LIST_QUERY)
def listing(request: Request) -> Page[AccessTokenRead]:
    """The user's access tokens"""
    _not_by_access_token(request)
    tokens = narrow(request, access_tokens.of_user(request.principal.id), _FIELDS)
    return paginate(request, tokens, lambda kept: _show(kept, request.base_url))


@routes.post(
    "/api/auth/access_tokens",
    body=AccessTokenWriteRequest,
    response=AccessTokenRead,
    status=201,
)
def create(request: Request, body: AccessTokenWriteRequest) -> AccessTokenRead:
    """Create an access token; its value is told only in this answer"""
    _not_by_access_token(request)
    kept, value = access_tokens.create(
        request.principal.id,
        body.name,
        expiry=_future(body.expiry_date),
        read_only=body.read_only,
    )
    answer = _show(kept, request.base_url)
    answer.value = value
    return answer


@routes.get("/api/auth/access_tokens/self", response=AccessTokenRead)
def retrieve_self(request: Request) -> AccessTokenRead:
    """The access token that signs this request"""
    if request.principal.method != "access_token":
        raise Forbidden("This request is not signed by an access token.")
    kept = access_tokens.by_digest(request.principal.credential)
    if kept is None:
        raise NotFound
    return _show(kept, request.base_url)


@routes.get("/api/auth/access_tokens/{id}", response=AccessTokenRead)
def retrieve(request: Request, token_id: int) -> AccessTokenRead:
    """One of the user's access tokens"""
    return _show(_own(request, token_id), request.base_url)


@routes.patch(
    "/api/auth/access_tokens/{id}", body=PatchedAccessTokenWriteRequest, response=AccessTokenRead
)
def update(
    request: Request, token_id: int, body: PatchedAccessTokenWriteRequest
) -> AccessTokenRead:
    """Change name, expiry or rights of an access token"""
    kept = _own(request, token_id)
    fields: dict[str, Any] = {}
    if body.name is not UNSET:
        fields["name"] = body.name
    if body.read_only is not UNSET:
        fields["read_only"] = body.read_only
    if body.expiry_date is not UNSET:
        fields["expiry"] = _future(body.expiry_date)
    changed = access_tokens.change(request.principal.id, kept.token.id, **fields)
    if changed is None:
        raise NotFound
    return _show(changed, request.base_url)


@routes.delete("/api/auth/access_tokens/{id}")
def destroy(request: Request, token_id: int) -> None:
    """Revoke an access token"""
    access_tokens.revoke(_own(request, token_id))


def _own(request: Request, token_id: int) -> Kept:
    _not_by_access_token(request)
    kept = access_tokens.get(request.principal.id, token_id)
    if kept is None:
        raise NotFound
    return kept


def _not_by_access_token(request: Request) -> None:
    if request.principal.method == "access_token":
        raise Forbidden("Access tokens may not manage access tokens.")


def _future(moment: datetime | None) -> datetime | None:
    """A moment in UTC. Raises Invalid if it is over."""
    if moment is None:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if moment <= clock.now():
        raise Invalid(expiry_date="Expiration date must be in the future.")
    return moment


def _show(kept: Kept, base_url: str) -> AccessTokenRead:
    token = kept.token
    return AccessTokenRead(
        id=token.id,
        name=token.name,
        created_date=iso(token.created),
        updated_date=iso(token.updated),
        expiry_date=_shown(token.expiry),
        last_used_date=kept.last_used,
        read_only=token.read_only,
        owner=users.basic(token.user_id, base_url),
    )


def _shown(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
