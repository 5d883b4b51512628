"""Credentials that this process has read lately and trusts for `session_cache_seconds`.

What ends a credential forgets it here; other processes trust it until their time is over.
"""

from __future__ import annotations

import threading
import time

from chalicelib.platform.config import settings
from chalicelib.platform.requests import Principal

LIMIT = 10_000

#: Key of a credential's record (a session is no access token, even if their texts were equal) →
#: until when it is trusted (monotonic seconds), and whose it is.
_known: dict[str, tuple[float, Principal]] = {}
_lock = threading.Lock()


def recall(key: str) -> Principal | None:
    """Whose credential this is, if it was read lately."""
    known = _known.get(key)
    return known[1] if known is not None and known[0] > time.monotonic() else None


def remember(key: str, principal: Principal) -> None:
    """Trust a credential that was just read."""
    seconds = settings().session_cache_seconds
    if seconds <= 0:
        return
    with _lock:
        if len(_known) >= LIMIT:
            _known.clear()
        _known[key] = (time.monotonic() + seconds, principal)


def forget(key: str) -> None:
    """Read a credential again before it is trusted."""
    with _lock:
        _known.pop(key, None)


def forget_user(user_id: int) -> None:
    """Read all credentials of a user again before they are trusted."""
    with _lock:
        for key, (_, principal) in list(_known.items()):
            if principal.id == user_id:
                del _known[key]


def forget_all() -> None:
    """Trust nothing that was read before."""
    with _lock:
        _known.clear()
