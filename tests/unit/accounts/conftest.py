"""The API of accounts, and people who use it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.accounts import passwords, users
from chalicelib.accounts.authentication import authenticate
from chalicelib.accounts.models import USER, User
from chalicelib.accounts.routes_access_tokens import routes as access_tokens
from chalicelib.accounts.routes_auth import routes as auth
from chalicelib.accounts.routes_users import routes as users_routes
from chalicelib.platform.http import set_authenticator
from chalicelib.server.routes import routes as server
from tests.support.api import Api

PASSWORD = "correct horse battery"
HASH = passwords.make_hash(PASSWORD)


@pytest.fixture(scope="session")
def application() -> Api:
    set_authenticator(authenticate)
    return Api.of(server, auth, access_tokens, users_routes)


@pytest.fixture
def api(application: Api, table: None) -> Api:
    """The API as a stranger calls it, over an empty table."""
    return application


@pytest.fixture
def person(table: None) -> Callable[..., User]:
    """Makes an account whose password is `PASSWORD`."""

    def make(username: str, *groups: str, email: str = "") -> User:
        return users.create(username, HASH, email=email, groups=groups or (USER,))

    return make
