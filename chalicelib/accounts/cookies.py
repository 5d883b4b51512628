"""The two cookies of a session.

The SDK reads several `Set-Cookie` headers joined by `, `, through a parser that loses the cookie
that follows an attribute without a value or a date. So each one ends in `SameSite=Lax`, and
lifetimes are given in seconds.
"""

from __future__ import annotations

from chalicelib.accounts import credentials
from chalicelib.accounts.sessions import LIFETIME

CSRF = "csrftoken"
SESSION = "sessionid"


def signed_in(session: str, base_url: str) -> dict[str, list[str]]:
    """Headers that give a browser its session and its CSRF token."""
    return {
        "Set-Cookie": [
            _cookie(CSRF, credentials.csrf_of(session), LIFETIME, base_url),
            _cookie(SESSION, session, LIFETIME, base_url, flags="HttpOnly; "),
        ]
    }


def signed_out(base_url: str) -> dict[str, list[str]]:
    """Headers that make a browser forget both."""
    return {"Set-Cookie": [_cookie(name, '""', 0, base_url) for name in (CSRF, SESSION)]}


def _cookie(name: str, value: str, age: int, base_url: str, flags: str = "") -> str:
    if base_url.startswith("https:"):
        flags += "Secure; "
    return f"{name}={value}; {flags}Max-Age={age}; Path=/; SameSite=Lax"
