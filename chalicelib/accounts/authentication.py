"""Who sends a request: `Token`, `Bearer`, session cookie or `Basic`, tried in this order."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode

from chalicelib.accounts import access_tokens, cookies, credentials, sessions, users, workspaces
from chalicelib.accounts.signing_in import check_password
from chalicelib.platform.errors import Forbidden, Unauthorized
from chalicelib.platform.requests import Principal, Request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Signing in must work whatever credentials the request still carries.
SIGN_IN_PATH = "/api/auth/login"

_BASIC_LIMIT = 1000
_basic_salt = secrets.token_bytes(32)
#: Basic credentials that fitted a user's stored hash: verifying each time would cost 20 ms.
_basic_known: dict[bytes, tuple[int, str]] = {}


def authenticate(request: Request, public: bool) -> None:
    """Set the principal and the workspace of a request.

    A wrong `Authorization` header is refused everywhere; a cookie of a session that is over counts
    as no cookie.

    Raises:
        Unauthorized: a wrong header.
        Forbidden: CSRF check failed, or a read-only token would write.
    """
    if public and request.path.rstrip("/").endswith(SIGN_IN_PATH):
        return
    principal = _from_header(request) or _from_session(request)
    if principal is None:
        return
    if principal.read_only:
        _only_reads(request)
    request.principal = principal
    if not public:
        request.workspace = workspaces.resolve(request)


def _from_header(request: Request) -> Principal | None:
    header = request.header("authorization")
    if not header:
        return None
    scheme, _, value = header.partition(" ")
    match scheme.lower():
        case "token":
            principal = _by_login_key(value.strip())
        case "bearer":
            principal = access_tokens.find(value.strip())
        case "basic":
            principal = _by_password(request, value.strip())
        case _:
            return None
    if principal is None:
        raise Unauthorized("Invalid token." if scheme.lower() != "basic" else
                           "Invalid username/password.")  # fmt: skip
    return principal


def _by_login_key(key: str) -> Principal | None:
    return sessions.find(credentials.session_of(key), "token")


def _by_password(request: Request, encoded: str) -> Principal | None:
    try:
        name, colon, password = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:  # no base64, not even ASCII, or no text
        return None
    if not colon:
        return None
    mark = hmac.new(_basic_salt, encoded.encode(), hashlib.sha256).digest()
    if known := _basic_known.get(mark):
        user = users.get(known[0])
        if user is not None and user.is_active and user.password == known[1]:
            return sessions.principal_of(user, "basic")
        _basic_known.pop(mark, None)  # unless another thread has found out, too
    user = check_password(name, password, request.client_address)
    if user is None:
        return None
    if len(_basic_known) >= _BASIC_LIMIT:
        _basic_known.clear()
    _basic_known[mark] = (user.id, user.password)
    return sessions.principal_of(user, "basic")


def _from_session(request: Request) -> Principal | None:
    header = request.header("cookie")
    if not header or cookies.SESSION not in header:
        return None
    sent = request.cookies
    session = sent.get(cookies.SESSION)
    principal = sessions.find(session, "session") if session else None
    if principal is not None and session and request.method not in SAFE_METHODS:
        _check_csrf(request, session, sent.get(cookies.CSRF))
    return principal


def _check_csrf(request: Request, session: str, cookie: str | None) -> None:
    """Demand what only a page of ours can send: the token of the cookie in a header, too."""
    sent = request.header("x-csrftoken")
    if not cookie:
        raise Forbidden("CSRF Failed: CSRF cookie not set.")
    if not sent:
        raise Forbidden("CSRF Failed: CSRF token missing.")
    expected = credentials.csrf_of(session).encode()
    if not (
        hmac.compare_digest(sent.encode(), expected)
        and hmac.compare_digest(cookie.encode(), expected)
    ):
        raise Forbidden("CSRF Failed: CSRF token incorrect.")


def _only_reads(request: Request) -> None:
    """Read-only tokens may read, and export to a file for download."""
    if request.method in SAFE_METHODS:
        return
    exports = request.path.rstrip("/").endswith("/export")
    if not exports or request.query("location") == "cloud_storage":
        raise Forbidden("This access token is read-only.")
