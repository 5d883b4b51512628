"""Who a request is from, by each way to say so."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.accounts import passwords, recognition, sessions, users
from chalicelib.accounts.models import User
from tests.support.api import Api
from tests.unit.accounts.conftest import PASSWORD

Person = Callable[..., User]
SELF = "/api/users/self"
ABOUT = "/api/server/about"


def basic(name: str, password: str = PASSWORD) -> str:
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


def access_token(api: Api, name: str, **fields: Any) -> str:
    signed_in = api.sign_in(name, PASSWORD)
    answer = signed_in.post("/api/auth/access_tokens", {"name": "script", **fields})
    assert answer.status == 201, answer
    return f"Bearer {answer.json['value']}"


def test_a_stranger_gets_401_except_from_public_routes(api: Api) -> None:
    answer = api.get(SELF)
    assert answer.status == 401
    assert answer.json == {"detail": "Authentication credentials were not provided."}
    assert api.get(ABOUT).status == 200


def test_each_way_to_sign_a_request_works(api: Api, person: Person) -> None:
    person("marie")
    key = api.post("/api/auth/login", {"username": "marie", "password": PASSWORD}).json["key"]
    for header in (f"Token {key}", access_token(api, "marie"), basic("marie")):
        answer = api.with_headers(authorization=header).get(SELF)
        assert answer.json["username"] == "marie", header


@pytest.mark.parametrize(
    "header",
    [
        "Token 1-00000000000000000000",
        "Token nonsense",
        "Token ",
        "Bearer sky_1-unknown",
        "Bearer sky_zzzzzzzzzzzzzzzzzzzzz-x",
        "Bearer ",
        "Basic !!!",
        "Basic bm9jb2xvbg==",
        "Basic ключ",
        "Basic /////w==",
        basic("marie", "wrong"),
        basic("nobody"),
        basic("n" * 3000),
    ],
)
def test_a_wrong_header_is_refused_everywhere_but_at_the_login(
    api: Api, person: Person, header: str
) -> None:
    person("marie")
    wrong = api.with_headers(authorization=header)
    assert wrong.get(SELF).status == wrong.get(ABOUT).status == 401
    login = {"username": "marie", "password": PASSWORD}
    assert wrong.post("/api/auth/login", login).status == 200


def test_a_scheme_of_somebody_else_counts_as_no_header(api: Api) -> None:
    assert api.with_headers(authorization="Digest x=1").get(ABOUT).status == 200


@pytest.mark.parametrize("cookie", ["sessionid=1-gone", "sessionid=", 'sessionid="', "sessionid"])
def test_a_stale_cookie_breaks_nothing_that_strangers_may_do(
    api: Api, person: Person, cookie: str
) -> None:
    person("marie")
    stale = api.with_headers(cookie=f"other=1; {cookie}; csrftoken=x")
    assert stale.get(ABOUT).status == 200
    assert stale.get(SELF).status == 401
    login = {"username": "marie", "password": PASSWORD}
    assert stale.post("/api/auth/login", login).status == 200


def test_a_live_session_may_sign_in_again_without_csrf(api: Api, person: Person) -> None:
    person("marie")
    signed_in = api.sign_in("marie", PASSWORD).with_headers(x_csrftoken="")
    login = {"username": "marie", "password": PASSWORD}
    assert signed_in.post("/api/auth/login", login).status == 200


def test_a_session_must_send_its_csrf_token_to_change_anything(api: Api, person: Person) -> None:
    marie = person("marie")
    signed_in, other = api.sign_in("marie", PASSWORD), api.sign_in("marie", PASSWORD)
    path, change = f"/api/users/{marie.id}", {"first_name": "Marie"}

    def refusal(**headers: str) -> str:
        answer = signed_in.with_headers(**headers).patch(path, change)
        assert answer.status == 403
        return str(answer.json["detail"])

    session = signed_in.headers["cookie"].partition("sessionid=")[2]
    assert refusal(x_csrftoken="") == "CSRF Failed: CSRF token missing."
    assert refusal(x_csrftoken="wrong") == "CSRF Failed: CSRF token incorrect."
    assert refusal(cookie=f"sessionid={session}") == "CSRF Failed: CSRF cookie not set."
    foreign = other.headers["x-csrftoken"]
    assert refusal(
        x_csrftoken=foreign, cookie=f"csrftoken={foreign}; sessionid={session}"
    ).startswith("CSRF Failed")
    now = users.reread(marie.id)
    assert now is not None
    assert now.first_name == ""
    assert signed_in.get(path).status == 200
    assert signed_in.patch(path, change).json["first_name"] == "Marie"


def test_only_sessions_need_csrf(api: Api, person: Person) -> None:
    marie = person("marie")
    answer = api.with_headers(authorization=basic("marie")).patch(
        f"/api/users/{marie.id}", {"first_name": "Marie"}
    )
    assert answer.status == 200


def test_a_header_goes_before_the_cookie(api: Api, person: Person) -> None:
    person("marie")
    person("pierre")
    both = api.sign_in("marie", PASSWORD).with_headers(authorization=basic("pierre"))
    assert both.get(SELF).json["username"] == "pierre"


def test_a_password_is_hashed_once_for_many_basic_requests(
    api: Api, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    marie = person("marie")
    checks: list[str] = []
    real = passwords.matches

    def counted(stored: str | None, password: str) -> bool:
        checks.append(password)
        return real(stored, password)

    monkeypatch.setattr(passwords, "matches", counted)
    by_password = api.with_headers(authorization=basic("marie"))
    for _ in range(3):
        assert by_password.get(SELF).status == 200
    assert len(checks) == 1
    users.change(marie.id, password=passwords.make_hash("changed since"))
    assert by_password.get(SELF).status == 401


def test_a_read_only_token_reads_and_exports_and_nothing_else(api: Api, person: Person) -> None:
    person("marie")
    header = access_token(api, "marie", read_only=True)
    reader = api.with_headers(authorization=header)
    assert reader.get(SELF).status == 200
    assert reader.post("/api/auth/logout").status == 403
    assert reader.get(SELF).status == 200


def test_answering_a_known_session_costs_next_to_nothing(
    api: Api, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hot path: no call to the table."""
    person("marie")
    signed_in = api.sign_in("marie", PASSWORD)
    monkeypatch.setattr(recognition, "settings", lambda: _Trusting)
    assert signed_in.get(SELF).status == 200
    monkeypatch.setattr(sessions, "_read", _unexpected)
    for _ in range(3):
        assert signed_in.get(ABOUT).status == 200


class _Trusting:
    session_cache_seconds = 60.0


def _unexpected(*_: Any) -> None:
    raise AssertionError("the table was read")
