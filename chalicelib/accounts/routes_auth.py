"""Routes of `/api/auth`: registering, signing in and out, changing the password."""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec
from chalice.app import Response
from msgspec import Meta

from chalicelib.accounts import cookies, credentials, passwords, sessions, users
from chalicelib.accounts.signing_in import change_password, check_password, sign_in
from chalicelib.accounts.throttle import REGISTRATION_LIMIT, count
from chalicelib.platform.config import settings
from chalicelib.platform.errors import Forbidden, Invalid
from chalicelib.platform.http import Router
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import created, json_answer

routes = Router(__name__, tag="auth")

USERNAME = re.compile(r"[\w.@+-]+")
#: One character may be spelt out as several by `users.normal`, so this is checked after it.
LONGEST_USERNAME = 150
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")

Name = Annotated[str, Meta(max_length=150)]
Address = Annotated[str, Meta(max_length=254)]
Password = Annotated[str, Meta(max_length=passwords.LONGEST)]


class LoginSerializerExRequest(msgspec.Struct, kw_only=True):
    """Username or e-mail address, and password."""

    username: str | None = None
    email: str | None = None
    password: str


class Token(msgspec.Struct):
    """The key of a login, for `Authorization: Token`."""

    key: str


class RegisterSerializerExRequest(msgspec.Struct, kw_only=True):
    """A new account."""

    username: Annotated[str, Meta(min_length=5, max_length=LONGEST_USERNAME)]
    password1: Password
    password2: Password
    email: Address = ""
    first_name: Name = ""
    last_name: Name = ""


class RegisterSerializerEx(msgspec.Struct):
    """The account, and the key of its first login."""

    username: str
    email: str
    first_name: str
    last_name: str
    email_verification_required: bool
    key: str | None


class PasswordChangeRequest(msgspec.Struct):
    """The present password and, twice, the new one."""

    old_password: Annotated[str, Meta(min_length=1)]
    new_password1: Password
    new_password2: Password


class RestAuthDetail(msgspec.Struct):
    """What happened."""

    detail: str


@routes.post("/api/auth/login", body=LoginSerializerExRequest, response=Token, public=True)
def login(request: Request, body: LoginSerializerExRequest) -> Response:
    """Sign in by username or e-mail address"""
    name = body.username or body.email
    if not name:
        raise Invalid(non_field_errors='Must include "username" or "email" and "password".')
    user = check_password(name, body.password, request.client_address)
    if user is None:
        raise Invalid(non_field_errors="Unable to log in with provided credentials.")
    key = sign_in(user, body.password)
    return json_answer(Token(key), headers=_signed_in(key, request))


@routes.post("/api/auth/logout", response=RestAuthDetail, public=True)
def logout(request: Request) -> Response:
    """Sign out: the session and its key are worth nothing from now on"""
    if not request.is_anonymous and request.principal.method in {"session", "token"}:
        sessions.end(request.principal.credential)
    return json_answer(
        RestAuthDetail("Successfully logged out."), headers=cookies.signed_out(request.base_url)
    )


@routes.post(
    "/api/auth/register",
    body=RegisterSerializerExRequest,
    response=RegisterSerializerEx,
    status=201,
    public=True,
)
def register(request: Request, body: RegisterSerializerExRequest) -> Response:
    """Create an account and sign it in"""
    by_admin = not request.is_anonymous and request.principal.is_admin
    if not by_admin:
        if not settings().registration:
            raise Forbidden("Registration is closed. Ask an administrator for an account.")
        count(f"register@{request.client_address}", REGISTRATION_LIMIT)
    check_username(body.username)
    check_email(body.email)
    if body.password1 != body.password2:
        raise Invalid(non_field_errors="The two password fields didn't match.")
    _check_new_password("password1", body.password1, body.username, body.email)
    user = users.create(
        body.username,
        passwords.make_hash(body.password1),
        email=body.email,
        first_name=body.first_name,
        last_name=body.last_name,
    )
    key = sessions.start(user) if request.is_anonymous else None
    answer = RegisterSerializerEx(
        user.username, user.email, user.first_name, user.last_name, False, key
    )
    return created(answer, _signed_in(key, request) if key else None)


@routes.post("/api/auth/password/change", body=PasswordChangeRequest, response=RestAuthDetail)
def password_change(request: Request, body: PasswordChangeRequest) -> RestAuthDetail:
    """Change the password; every other session of the user ends"""
    principal = request.principal
    if principal.method == "access_token":
        raise Forbidden("Access tokens may not change the password.")
    user = check_password(principal.username, body.old_password, request.client_address)
    if user is None or user.id != principal.id:
        raise Invalid(
            old_password="Your old password was entered incorrectly. Please enter it again."  # noqa: S106 - a message
        )
    if body.new_password1 != body.new_password2:
        raise Invalid(new_password2="The two password fields didn't match.")
    _check_new_password("new_password2", body.new_password2, principal.username)
    change_password(principal.id, body.new_password1, principal.credential)
    return RestAuthDetail("New password has been saved.")


def check_username(username: str) -> None:
    """Raise Invalid unless a username has the permitted length and characters."""
    name = users.normal(username)
    if len(name) > LONGEST_USERNAME:
        raise Invalid(username=f"Must have at most {LONGEST_USERNAME} characters.")
    if not USERNAME.fullmatch(name):
        raise Invalid(
            username="Enter a valid username. This value may contain only letters, numbers, "
            "and @/./+/-/_ characters."
        )


def check_email(email: str) -> None:
    """Raise Invalid unless a text is empty or looks like an e-mail address."""
    if email and not EMAIL.fullmatch(email.strip()):
        raise Invalid(email="Enter a valid email address.")


def _check_new_password(field: str, password: str, *personal: str) -> None:
    complaint = passwords.complaint(password, *personal)
    if complaint:
        raise Invalid(**{field: complaint})


def _signed_in(key: str, request: Request) -> dict[str, Any]:
    return cookies.signed_in(credentials.session_of(key), request.base_url)
