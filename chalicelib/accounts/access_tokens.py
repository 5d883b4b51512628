"""Personal access tokens: one record by digest, and one below its user by id for listing."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from chalicelib.accounts import credentials, recognition, users
from chalicelib.accounts.models import AccessToken, User
from chalicelib.accounts.sessions import principal_of
from chalicelib.platform import clock, ids, keys
from chalicelib.platform.requests import Principal
from chalicelib.platform.table import (
    Create,
    Delete,
    Key,
    Lost,
    Record,
    Touch,
    Update,
    children,
    commit,
    load,
    load_many,
)

PREFIX = "TOKEN#"
#: How exact the date of last use is.
USE_NOTED_EVERY = timedelta(hours=1)


class Kept(msgspec.Struct, frozen=True):
    """A token as stored: never its value."""

    token: AccessToken
    digest: str
    last_used: str | None


def create(
    user_id: int, name: str, *, expiry: datetime | None, read_only: bool
) -> tuple[Kept, str]:
    """A new token of a user and its value, which is told only now."""
    (number,) = ids.allocate("access_token")
    now = clock.now()
    token = AccessToken(
        id=number, user_id=user_id, name=name, read_only=read_only, created=now, updated=now,
        expiry=expiry,
    )  # fmt: skip
    value = credentials.new_access_token(user_id)
    digest = credentials.digest(value)
    commit(
        Create(Record(keys.token(digest), num=number).write(token)),
        Create(Record(*_place(user_id, number), num=number, blob=digest.encode())),
    )
    return Kept(token, digest, None), value


def of_user(user_id: int) -> list[Kept]:
    """A user's tokens, newest first."""
    pointers = children(keys.user(user_id), PREFIX)
    records = load_many((_by_digest(pointer), keys.META) for pointer in pointers)
    return sorted((_kept(record) for record in records.values()), key=lambda k: -k.token.id)


def get(user_id: int, token_id: int) -> Kept | None:
    """One of a user's tokens."""
    pointer = load(*_place(user_id, token_id))
    record = load(_by_digest(pointer)) if pointer else None
    return _kept(record) if record else None


def by_digest(digest: str) -> Kept | None:
    """The token that signed a request."""
    record = load(keys.token(digest))
    return _kept(record) if record else None


def change(user_id: int, token_id: int, **fields: object) -> Kept | None:
    """Change fields of one of a user's tokens; None if it does not exist."""
    while True:
        kept = get(user_id, token_id)
        record = load(keys.token(kept.digest)) if kept else None
        if record is None:
            return None
        token = msgspec.structs.replace(record.read(AccessToken), updated=clock.now(), **fields)
        try:
            commit(Update(record.write(token)))
        except Lost:
            continue
        recognition.forget(record.pk)
        return _kept(record)


def revoke(kept: Kept) -> None:
    """Make a token worthless."""
    commit(
        Delete((keys.token(kept.digest), keys.META)),
        Delete(_place(kept.token.user_id, kept.token.id)),
    )
    recognition.forget(keys.token(kept.digest))


def find(value: str) -> Principal | None:
    """Whose token a value is; None if it is nobody's, expired or revoked."""
    owner = credentials.owner_of(value)
    if owner is None or not value.startswith(credentials.ACCESS_TOKEN_PREFIX):
        return None
    digest = credentials.digest(value)
    return recognition.recall(keys.token(digest)) or _read(owner, digest)


def _read(owner: int, digest: str) -> Principal | None:
    token_key, user_key = (keys.token(digest), keys.META), (keys.user(owner), keys.META)
    records = load_many([token_key, user_key])
    if len(records) != 2:
        return None
    token, user = records[token_key].read(AccessToken), records[user_key].read(User)
    now = clock.now()
    if not user.is_active or (token.expiry is not None and token.expiry <= now):
        return None
    _note_use(records[token_key], now)
    users.remember(user)
    principal = principal_of(user, "access_token", read_only=token.read_only, credential=digest)
    recognition.remember(keys.token(digest), principal)
    return principal


def _note_use(record: Record, now: datetime) -> None:
    if record.updated is None or record.updated < clock.iso(now - USE_NOTED_EVERY):
        try:
            commit(Touch(record.key, clock.iso(now)))
        except Lost:
            return  # revoked meanwhile; this request was still in time


def _place(user_id: int, token_id: int) -> Key:
    return keys.user(user_id), f"{PREFIX}{token_id:012d}"


def _by_digest(pointer: Record) -> str:
    return keys.token(bytes(pointer.blob or b"").decode())


def _kept(record: Record) -> Kept:
    return Kept(record.read(AccessToken), record.pk.removeprefix(PREFIX), record.updated)
