"""Sessions: a login, known by the digest of its cookie, for 14 days from its last day of use."""

from __future__ import annotations

import msgspec

from chalicelib.accounts import credentials, recognition, users
from chalicelib.accounts.models import Session, User
from chalicelib.platform import clock, keys
from chalicelib.platform.requests import Principal
from chalicelib.platform.table import Create, Delete, Lost, Record, Update, commit, load, load_many

LIFETIME = 14 * 86400
RENEW_AFTER = 86400


def start(user: User) -> str:
    """Sign a user in. Returns the login key; `credentials.session_of` gives its cookie."""
    key = credentials.new_login_key(user.id)
    now = clock.epoch()
    session = Session(user_id=user.id, epoch=user.epoch, created=now, renewed=now)
    commit(Create(_record(credentials.digest(credentials.session_of(key)), session)))
    return key


def find(cookie: str, method: str) -> Principal | None:
    """Whose session a cookie is; None if it is nobody's (any more).

    Args:
        method: `session` or `token`: how the credential came in.
    """
    digest = credentials.digest(cookie)
    principal = recognition.recall(keys.session(digest)) or _read(cookie, digest)
    if principal is None or principal.method == method:
        return principal
    return msgspec.structs.replace(principal, method=method)


def end(digest: str) -> None:
    """Sign out: the session's cookie and key are worth nothing from now on."""
    commit(Delete((keys.session(digest), keys.META)))
    recognition.forget(keys.session(digest))


def kept(digest: str, epoch: int) -> list[Update]:
    """The write that carries a session over into its user's next epoch."""
    record = load(keys.session(digest))
    if record is None:
        return []
    session = msgspec.structs.replace(record.read(Session), epoch=epoch)
    return [Update(record.write(session))]


def principal_of(user: User, method: str, **fields: object) -> Principal:
    """A user as handlers see who is asking."""
    return Principal(
        id=user.id,
        username=user.username,
        groups=user.groups,
        method=method,
        read_only=bool(fields.get("read_only", False)),
        credential=str(fields.get("credential", "")),
    )


def _read(cookie: str, digest: str) -> Principal | None:
    owner = credentials.owner_of(cookie)
    if owner is None:
        return None
    session_key, user_key = (keys.session(digest), keys.META), (keys.user(owner), keys.META)
    records = load_many([session_key, user_key])
    if len(records) != 2:
        return None
    session, user = records[session_key].read(Session), records[user_key].read(User)
    now = clock.epoch()
    if not user.is_active or session.epoch != user.epoch or session.renewed + LIFETIME <= now:
        return None
    users.remember(user)
    if session.renewed + RENEW_AFTER <= now:
        _renew(records[session_key], session, now)
    principal = principal_of(user, "session", credential=digest)
    recognition.remember(keys.session(digest), principal)
    return principal


def _renew(record: Record, session: Session, now: int) -> None:
    renewed = _record(record.pk.partition("#")[2], msgspec.structs.replace(session, renewed=now))
    record.doc, record.expires = renewed.doc, renewed.expires
    try:
        commit(Update(record))
    except Lost:
        return  # another request renewed or ended it


def _record(digest: str, session: Session) -> Record:
    return Record(keys.session(digest), expires=session.renewed + LIFETIME).write(session)
