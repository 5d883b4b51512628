"""Checking a username and a password."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.accounts import passwords, recognition, sessions, users
from chalicelib.accounts.models import User
from chalicelib.accounts.throttle import Attempt
from chalicelib.platform import clock
from chalicelib.platform.table import Lost

#: How exact the date of the last login is: scripts that sign in at the same time as one user would
#: otherwise wait for each other.
LOGIN_NOTED_EVERY = timedelta(minutes=1)


def check_password(login: str, password: str, address: str) -> User | None:
    """The active user whose name (or e-mail address) and password these are.

    Takes as long for an unknown name as for a wrong password. Raises Throttled after too many
    failures from an address.
    """
    attempt = Attempt(users.normal(login), address)
    named = users.named(login)
    if not named:
        passwords.matches(None, password)
    for user in named:
        if passwords.matches(user.password, password) and user.is_active:
            attempt.succeeded()
            return user
    return None


def sign_in(user: User, password: str) -> str:
    """Start a session and note the date. Returns the login key."""
    fields: dict[str, object] = {}
    if user.last_login is None or clock.now() - user.last_login > LOGIN_NOTED_EVERY:
        fields["last_login"] = clock.now()
    if passwords.is_outdated(user.password):
        fields["password"] = passwords.make_hash(password)
    if fields:
        users.change(user.id, **fields)
    return sessions.start(user)


def change_password(user_id: int, password: str, credential: str) -> None:
    """Set a password. All sessions and login keys of the user end, except `credential`."""
    stored = passwords.make_hash(password)
    while user := users.reread(user_id):
        kept = sessions.kept(credential, user.epoch + 1) if credential else []
        try:
            users.change(user_id, *kept, password=stored, epoch=user.epoch + 1)
        except Lost:
            continue
        break
    recognition.forget_user(user_id)
