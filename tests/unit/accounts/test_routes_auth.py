"""Registering, signing in and out, changing the password."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from chalicelib.accounts import credentials, passwords, recognition, sessions, throttle, users
from chalicelib.accounts.models import ADMIN, User
from chalicelib.platform import clock, config, keys
from chalicelib.platform.table import Record
from tests.support.api import Api
from tests.unit.accounts.conftest import PASSWORD

Person = Callable[..., User]
NEW = "another good password"


def credentials_of(name: str, password: str = PASSWORD) -> dict[str, str]:
    return {"username": name, "password": password}


@pytest.mark.parametrize("login", ["marie", "MARIE", "marie@example.org", "Marie@Example.org"])
def test_one_signs_in_by_username_or_address_in_any_case(
    api: Api, person: Person, login: str
) -> None:
    person("marie", email="marie@example.org")
    answer = api.post("/api/auth/login", credentials_of(login))
    assert answer.status == 200
    assert 0 < len(answer.json["key"]) <= 40


def test_a_form_and_the_field_email_are_accepted(api: Api, person: Person) -> None:
    person("marie", email="marie@example.org")
    body = urlencode({"email": "marie@example.org", "password": PASSWORD}).encode()
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert api.call("POST", "/api/auth/login", body, headers=form).status == 200


def test_the_sdk_finds_both_cookies_after_their_headers_are_joined(
    api: Api, person: Person
) -> None:
    person("marie")
    for proto in ("http", "https"):
        answer = api.with_headers(x_forwarded_proto=proto).post(
            "/api/auth/login", credentials_of("marie")
        )
        sent = answer.headers("set-cookie")
        assert [line.partition("=")[0] for line in sent] == ["csrftoken", "sessionid"]
        assert all(line.endswith("SameSite=Lax") for line in sent)
        jar = SimpleCookie(", ".join(sent))
        assert set(jar) == {"csrftoken", "sessionid"}
        assert jar["sessionid"]["httponly"] is True
        assert not jar["csrftoken"]["httponly"]
        assert bool(jar["sessionid"]["secure"]) == (proto == "https")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"username": "marie", "password": "wrong"}, "non_field_errors"),
        ({"username": "nobody", "password": PASSWORD}, "non_field_errors"),
        ({"password": PASSWORD}, "non_field_errors"),
        ({"username": "marie"}, "password"),
        ({"username": 7, "password": PASSWORD}, "username"),
    ],
)
def test_a_login_that_fails_says_why(
    api: Api, person: Person, body: dict[str, Any], field: str
) -> None:
    person("marie")
    answer = api.post("/api/auth/login", body)
    assert answer.status == 400
    assert list(answer.json) == [field]
    assert answer.headers("set-cookie") == []


def test_two_logins_at_once_both_work_and_end_apart(api: Api, person: Person) -> None:
    person("marie")
    first, second = api.sign_in("marie", PASSWORD), api.sign_in("marie", PASSWORD)
    assert first.get("/api/users/self").status == second.get("/api/users/self").status == 200
    assert first.post("/api/auth/logout").json == {"detail": "Successfully logged out."}
    assert first.get("/api/users/self").status == 401
    assert second.get("/api/users/self").status == 200


def test_many_logins_of_one_user_at_once_all_work(api: Api, person: Person) -> None:
    person("marie")
    with ThreadPoolExecutor(8) as pool:
        clients = list(pool.map(lambda _: api.sign_in("marie", PASSWORD), range(8)))
        answers = list(pool.map(lambda client: client.get("/api/users/self"), clients))
    assert [answer.status for answer in answers] == [200] * 8
    assert len({client.headers["cookie"] for client in clients}) == 8


def test_signing_out_ends_cookie_and_key_and_clears_the_browser(api: Api, person: Person) -> None:
    person("marie")
    key = api.post("/api/auth/login", credentials_of("marie")).json["key"]
    by_key = api.with_headers(authorization=f"Token {key}")
    cookie = f"sessionid={credentials.session_of(key)}"
    assert by_key.get("/api/users/self").json["username"] == "marie"
    assert api.with_headers(cookie=cookie).get("/api/users/self").status == 200
    answer = by_key.post("/api/auth/logout")
    assert answer.status == 200
    assert answer.cookies == {"csrftoken": "", "sessionid": ""}
    assert by_key.get("/api/users/self").status == 401
    assert api.with_headers(cookie=cookie).get("/api/users/self").status == 401


def test_signing_out_twice_and_as_a_stranger_is_no_error(api: Api) -> None:
    assert api.post("/api/auth/logout").status == 200


def test_only_digests_are_stored(api: Api, person: Person) -> None:
    person("marie")
    key = api.post("/api/auth/login", credentials_of("marie")).json["key"]
    stored = repr([record.attribute_values for record in Record.scan()])
    assert "argon2id" in stored
    for secret in (key, credentials.session_of(key), PASSWORD):
        assert secret not in stored


@pytest.fixture
def _in_one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts are counted in windows of the clock: time stands still, so that none ends."""
    now = clock.epoch()
    monkeypatch.setattr(clock, "epoch", lambda seconds=0: now + int(seconds))


@pytest.mark.usefixtures("_in_one_window")
def test_failures_are_throttled_per_account_and_address(api: Api, person: Person) -> None:
    person("marie")
    person("pierre")
    for _ in range(throttle.ACCOUNT_LIMIT):
        assert api.post("/api/auth/login", credentials_of("marie", "wrong")).status == 400
    answer = api.post("/api/auth/login", credentials_of("Marie"))
    assert answer.status == 429
    assert 0 < int(answer.header("retry-after") or 0) <= throttle.WINDOW
    assert api.post("/api/auth/login", credentials_of("pierre")).status == 200
    elsewhere = api.call("POST", "/api/auth/login", credentials_of("marie"), address="192.0.2.7")
    assert elsewhere.status == 200


def test_an_unknown_name_takes_as_much_work_as_a_wrong_password(
    api: Api, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("marie")
    real = passwords._hasher()
    verified: list[str] = []

    class Counting:
        hash = real.hash

        def verify(self, stored: str, password: str) -> bool:
            verified.append(stored.rpartition("$")[0].rpartition("$")[0])
            return real.verify(stored, password)

    monkeypatch.setattr(passwords, "_hasher", Counting)
    for name in ("marie", "nobody"):
        assert api.post("/api/auth/login", credentials_of(name, "wrong")).status == 400
    assert len(verified) == 2
    assert len(set(verified)) == 1, "both hashes cost the same"


def test_successes_are_never_throttled(api: Api, person: Person) -> None:
    person("marie")
    for _ in range(throttle.ACCOUNT_LIMIT + 2):
        assert api.post("/api/auth/login", credentials_of("marie")).status == 200


@pytest.mark.usefixtures("_in_one_window")
def test_an_address_that_tries_many_names_is_throttled(
    api: Api, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "ADDRESS_LIMIT", 3)
    person("marie")
    for number in range(3):
        assert api.post("/api/auth/login", credentials_of(f"guess{number}")).status == 400
    assert api.post("/api/auth/login", credentials_of("marie")).status == 429


def test_a_deactivated_user_cannot_sign_in_and_loses_sessions(api: Api, person: Person) -> None:
    marie = person("marie")
    person("root", ADMIN)
    signed_in = api.sign_in("marie", PASSWORD)
    root = api.sign_in("root", PASSWORD)
    assert root.patch(f"/api/users/{marie.id}", {"is_active": False}).status == 200
    assert signed_in.get("/api/users/self").status == 401
    assert api.post("/api/auth/login", credentials_of("marie")).status == 400


def test_registering_signs_in(api: Api) -> None:
    answer = api.post(
        "/api/auth/register",
        {"username": "newcomer", "email": "new@example.org", "password1": NEW, "password2": NEW},
    )
    assert answer.status == 201
    key = answer.json.pop("key")
    assert answer.json | {"key": None} == {
        "username": "newcomer",
        "email": "new@example.org",
        "first_name": "",
        "last_name": "",
        "email_verification_required": False,
        "key": None,
    }
    me = api.with_headers(authorization=f"Token {key}").get("/api/users/self").json
    assert me["groups"] == ["user"]
    assert me["is_superuser"] is False
    assert set(answer.cookies) == {"csrftoken", "sessionid"}


REGISTRATION = {"username": "newcomer", "password1": NEW, "password2": NEW}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"username": "marie"}, "username"),
        ({"username": "MARIE"}, "username"),
        ({"username": "with space"}, "username"),
        ({"username": "㌖" * 150}, "username"),
        ({"username": "x"}, "username"),
        ({"email": "MARIE@example.org"}, "email"),
        ({"email": "no address"}, "email"),
        ({"password2": "something else"}, "non_field_errors"),
        ({"password1": "short", "password2": "short"}, "password1"),
        ({"password1": "1234567890", "password2": "1234567890"}, "password1"),
        ({"password1": "NewComer", "password2": "NewComer"}, "password1"),
        ({"password1": None}, "password1"),
    ],
)
def test_a_registration_that_fails_names_the_field_and_makes_nobody(
    api: Api, person: Person, fields: dict[str, Any], field: str
) -> None:
    person("marie", email="marie@example.org")
    answer = api.post("/api/auth/register", REGISTRATION | fields)
    assert answer.status == 400
    assert list(answer.json) == [field]
    assert [user.username for user in users.everybody()] == ["marie"]


def test_registration_can_be_closed_except_for_administrators(
    api: Api, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKYLABEL_REGISTRATION", "0")
    config.settings.cache_clear()
    try:
        assert api.post("/api/auth/register", REGISTRATION).status == 403
        person("root", ADMIN)
        root = api.sign_in("root", PASSWORD)
        answer = root.post("/api/auth/register", REGISTRATION)
        assert answer.status == 201
        assert answer.json["key"] is None
        assert answer.headers("set-cookie") == []
    finally:
        monkeypatch.undo()
        config.settings.cache_clear()


def change(old: str, new: str = NEW, again: str | None = None) -> dict[str, str]:
    return {"old_password": old, "new_password1": new, "new_password2": again or new}


def test_changing_the_password_ends_every_other_session_and_key(api: Api, person: Person) -> None:
    person("marie")
    here, there = api.sign_in("marie", PASSWORD), api.sign_in("marie", PASSWORD)
    key = api.post("/api/auth/login", credentials_of("marie")).json["key"]
    elsewhere = api.with_headers(authorization=f"Token {key}")
    assert there.get("/api/users/self").status == elsewhere.get("/api/users/self").status == 200
    answer = here.post("/api/auth/password/change", change(PASSWORD))
    assert (answer.status, answer.json) == (200, {"detail": "New password has been saved."})
    assert here.get("/api/users/self").status == 200
    assert there.get("/api/users/self").status == elsewhere.get("/api/users/self").status == 401
    assert api.post("/api/auth/login", credentials_of("marie")).status == 400
    assert api.post("/api/auth/login", credentials_of("marie", NEW)).status == 200


def test_a_session_is_not_trusted_from_memory_after_a_password_change(
    api: Api, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("marie")
    trusting = msgspec.structs.replace(config.settings(), session_cache_seconds=60.0)
    monkeypatch.setattr(recognition, "settings", lambda: trusting)
    here, there = api.sign_in("marie", PASSWORD), api.sign_in("marie", PASSWORD)
    assert here.get("/api/users/self").status == there.get("/api/users/self").status == 200
    assert len(recognition._known) == 2
    here.post("/api/auth/password/change", change(PASSWORD))
    assert there.get("/api/users/self").status == 401
    assert here.get("/api/users/self").status == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (change("wrong"), "old_password"),
        (change(PASSWORD, NEW, "different"), "new_password2"),
        (change(PASSWORD, "short"), "new_password2"),
        ({"old_password": PASSWORD}, "new_password1"),
    ],
)
def test_a_password_change_that_fails_changes_nothing(
    api: Api, person: Person, body: dict[str, str], field: str
) -> None:
    person("marie")
    answer = api.sign_in("marie", PASSWORD).post("/api/auth/password/change", body)
    assert answer.status == 400
    assert list(answer.json) == [field]
    assert api.post("/api/auth/login", credentials_of("marie")).status == 200


def test_a_session_lasts_14_days_from_its_last_day_of_use(
    api: Api, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("marie")
    began = clock.epoch()

    def days_later(days: float) -> None:
        now = began + int(days * 86400)
        monkeypatch.setattr(clock, "epoch", lambda seconds=0: now + int(seconds))

    days_later(0)
    key = api.post("/api/auth/login", credentials_of("marie")).json["key"]
    signed_in = api.with_headers(cookie=f"sessionid={credentials.session_of(key)}")
    digest = credentials.digest(credentials.session_of(key))
    days_later(0.5)
    assert signed_in.get("/api/users/self").status == 200
    assert Record.get(keys.session(digest), keys.META).expires == began + sessions.LIFETIME
    days_later(13.5)
    assert signed_in.get("/api/users/self").status == 200
    days_later(27)
    assert signed_in.get("/api/users/self").status == 200
    days_later(27 + 14.01)
    assert signed_in.get("/api/users/self").status == 401
