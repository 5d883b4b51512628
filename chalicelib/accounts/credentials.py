"""Secrets that sign requests. Only their SHA-256 digests are stored.

A secret begins with its user's id, so that a request reads the credential and its user together.
The key that a login answers and the session cookie are one credential: the cookie is derived from
the key, and the CSRF token from the cookie, each by a one-way function, so that neither gives away
what it was derived from and signing out ends them all.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode

#: Starts every access token, so that scanners of leaked secrets can recognise one.
ACCESS_TOKEN_PREFIX = "sky_"  # noqa: S105 - a mark, not a secret


def digest(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_login_key(user_id: int) -> str:
    """The key of a new login, at most 40 characters."""
    return _owned(user_id, secrets.token_hex(14))


def session_of(login_key: str) -> str:
    """The session cookie that belongs to a login key."""
    owner, _, _ = login_key.partition("-")
    return f"{owner}-{_derived('session', login_key)}"


def csrf_of(session: str) -> str:
    """The CSRF token that belongs to a session cookie."""
    return _derived("csrf", session)


def new_access_token(user_id: int) -> str:
    """The value of a new access token."""
    return ACCESS_TOKEN_PREFIX + _owned(user_id, secrets.token_urlsafe(32))


def owner_of(secret: str) -> int | None:
    """The user id that a secret claims; None if it is no secret of ours."""
    owner, dash, _ = secret.removeprefix(ACCESS_TOKEN_PREFIX).partition("-")
    if not dash or not owner or len(owner) > 11 or not owner.isascii() or not owner.isalnum():
        return None
    try:
        return int(owner, 36)
    except ValueError:
        return None


def _owned(user_id: int, secret: str) -> str:
    return f"{_base36(user_id)}-{secret}"


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
        if not number:
            return digits


def _derived(purpose: str, secret: str) -> str:
    raw = hashlib.sha256(f"{purpose}:{secret}".encode()).digest()
    return urlsafe_b64encode(raw).decode().rstrip("=")
