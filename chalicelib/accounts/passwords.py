"""Password rules and argon2id hashes."""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 8
LONGEST = 256


@cache
def _hasher() -> PasswordHasher:
    # Imported when first needed: most API processes never see a password.
    from argon2 import PasswordHasher

    # OWASP's smallest recommended setting: 40 threads that hash at once stay below 1 GB.
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobody() -> str:
    """A hash to verify against when there is no such user, so that both cases take as long."""
    return make_hash(secrets.token_urlsafe())


def make_hash(password: str) -> str:
    """The argon2id hash to store."""
    return _hasher().hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether a password fits a stored hash. Without a hash it does not, after as long a time."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(stored)


def complaint(password: str, *personal: str) -> str | None:
    """What is wrong with a new password, or None.

    Args:
        personal: texts that it must not be made of, such as the username.
    """
    if len(password) < SHORTEST:
        return f"This password is too short. It must contain at least {SHORTEST} characters."
    if len(password) > LONGEST:
        return f"This password is too long. It may contain at most {LONGEST} characters."
    if password.isdigit():
        return "This password is entirely numeric."
    if password.lower() in {text.lower() for text in personal if text}:
        return "This password is too similar to the username or e-mail address."
    return None
