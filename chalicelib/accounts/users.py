"""Users: unique by username and by e-mail, whatever the letters' case.

Uniqueness is a pointer record per name and per address, written with the user in one transaction.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterable
from typing import Any

import msgspec

from chalicelib.accounts.models import USER, User
from chalicelib.platform import clock, ids, keys
from chalicelib.platform.errors import Invalid
from chalicelib.platform.table import (
    Create,
    Delete,
    Lost,
    Record,
    Update,
    Write,
    commit,
    listed,
    load,
    load_many,
)

KIND = "user"
#: Seconds that a process may show a user as it read them.
CACHE_SECONDS = 5.0

_cached: dict[int, tuple[float, User]] = {}


class BasicUser(msgspec.Struct):
    """What everybody may see of a user."""

    url: str
    id: int
    username: str
    first_name: str
    last_name: str


def get(user_id: int) -> User | None:
    """A user by id, at most `CACHE_SECONDS` old."""
    found = _cached.get(user_id)
    if found is not None and found[0] > time.monotonic():
        return found[1]
    return reread(user_id)


def reread(user_id: int) -> User | None:
    """A user by id, read consistently."""
    record = load(keys.user(user_id))
    return None if record is None else remember(record.read(User))


def get_many(user_ids: Iterable[int]) -> dict[int, User]:
    """Users by id in one call to the table; those that do not exist are absent."""
    now = time.monotonic()
    wanted = set(user_ids)
    have = {i: _cached[i][1] for i in wanted if i in _cached and _cached[i][0] > now}
    records = load_many((keys.user(i), keys.META) for i in wanted - have.keys())
    have.update((user.id, remember(user)) for user in (r.read(User) for r in records.values()))
    return have


def basic(user_id: int | None, base_url: str) -> BasicUser | None:
    """A user as lists and objects mention them; None if there is none (any more)."""
    user = None if user_id is None else get(user_id)
    return None if user is None else show_basic(user, base_url)


def show_basic(user: User, base_url: str) -> BasicUser:
    return BasicUser(
        url=f"{base_url}/api/users/{user.id}",
        id=user.id,
        username=user.username,
        first_name=user.first_name,
        last_name=user.last_name,
    )


def named(login: str) -> list[User]:
    """Who may be meant by a username or e-mail address, read consistently.

    Two at most: nothing forbids a username that is somebody else's address.
    """
    login = normal(login)
    names = ((keys.username(login), keys.META), (keys.email(login), keys.META))
    numbers = {pointer.number for pointer in load_many(names).values()}
    records = load_many((keys.user(number), keys.META) for number in numbers)
    return [record.read(User) for record in records.values()]


def everybody() -> list[User]:
    """All users, newest first."""
    found = load_many(listed(Record.kind_index, keys.kind_of(KIND)))
    return sorted((r.read(User) for r in found.values()), key=lambda user: -user.id)


def create(
    username: str,
    password_hash: str,
    *,
    email: str = "",
    first_name: str = "",
    last_name: str = "",
    groups: tuple[str, ...] = (USER,),
) -> User:
    """Store a new user. Raises Invalid if the username or the address is taken."""
    (number,) = ids.allocate(KIND)
    user = User(
        id=number,
        username=normal(username),
        password=password_hash,
        email=email.strip(),
        first_name=first_name,
        last_name=last_name,
        groups=groups,
        joined=clock.now(),
    )
    record = Record(keys.user(number), num=number, by_kind=keys.kind_of(KIND)).write(user)
    _commit([Create(record)], *_claims(user, None))
    return user


def change(user_id: int, *more: Write, **fields: Any) -> User | None:
    """Change fields of a user, and apply other writes in the same transaction.

    Returns the user as stored, or None if there is no such user.

    Raises:
        Invalid: a new username or address is taken.
        Lost: with other writes only: someone else wrote first, so read again and retry.
    """
    while True:
        record = load(keys.user(user_id))
        if record is None:
            return None
        before = record.read(User)
        after = msgspec.structs.replace(before, **fields)
        try:
            _commit([Update(record.write(after)), *more], *_claims(after, before))
        except Lost as lost:
            if more or lost.failed != [0]:
                raise
            continue
        return remember(after)


def delete(user: User) -> None:
    """Delete a user. Sessions and tokens end with it; what it owned remains, without owner."""
    pointers = [Delete((key, keys.META)) for key in _names(user)]
    commit(Delete((keys.user(user.id), keys.META)), *pointers)
    forget(user.id)


def normal(username: str) -> str:
    """The one spelling of a name whose characters Unicode can write in several ways."""
    return unicodedata.normalize("NFKC", username).strip()


def remember(user: User) -> User:
    """Note a user that was just read or written."""
    _cached[user.id] = (time.monotonic() + CACHE_SECONDS, user)
    return user


def forget(user_id: int | None = None) -> None:
    """Drop what this process remembers of a user, or of all."""
    if user_id is None:
        _cached.clear()
    else:
        _cached.pop(user_id, None)


def _names(user: User) -> list[str]:
    names = [keys.username(user.username)]
    return [*names, keys.email(user.email)] if user.email else names


def _claims(after: User, before: User | None) -> tuple[list[Create], list[Delete]]:
    """Pointers to write and to delete so that exactly the user's present names are taken."""
    old = _names(before) if before else []
    new = _names(after)
    return (
        [Create(Record(key, num=after.id)) for key in new if key not in old],
        [Delete((key, keys.META)) for key in old if key not in new],
    )


def _commit(writes: list[Write], claimed: list[Create], released: list[Delete]) -> None:
    try:
        commit(*writes, *claimed, *released)
    except Lost as lost:
        for index in lost.failed:
            if len(writes) <= index < len(writes) + len(claimed):
                raise _taken(claimed[index - len(writes)].record.pk) from None
        raise


def _taken(key: str) -> Invalid:
    if key.startswith(keys.email("")):
        return Invalid(email="A user is already registered with this e-mail address.")
    return Invalid(username="A user with that username already exists.")
