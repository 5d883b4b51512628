"""The first administrator."""

from __future__ import annotations

from chalicelib.accounts import passwords, users
from chalicelib.accounts.models import ADMIN
from chalicelib.platform.errors import Invalid


def ensure_admin(username: str, password: str) -> bool:
    """Create an administrator unless the username is taken; its password is then left alone.

    Returns whether it was created.
    """
    if users.named(username):
        return False
    try:
        users.create(username, passwords.make_hash(password), groups=(ADMIN,))
    except Invalid:
        return False  # another process created it meanwhile
    return True
