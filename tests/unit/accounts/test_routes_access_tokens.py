"""Access tokens: told once, listed without their value, refused when over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.accounts import recognition
from chalicelib.accounts.models import User
from chalicelib.platform import clock, config
from chalicelib.platform.table import Record
from tests.support.api import Api
from tests.unit.accounts.conftest import PASSWORD

Person = Callable[..., User]
PATH = "/api/auth/access_tokens"


@pytest.fixture
def marie(api: Api, person: Person) -> Api:
    person("marie")
    return api.sign_in("marie", PASSWORD)


def make(client: Api, **fields: Any) -> dict[str, Any]:
    answer = client.post(PATH, {"name": "script", **fields})
    assert answer.status == 201, answer
    body: dict[str, Any] = answer.json
    return body


def bearer(client: Api, token: dict[str, Any]) -> Api:
    return client.with_headers(cookie="", authorization=f"Bearer {token['value']}")


def test_the_value_is_told_once_and_stored_nowhere(marie: Api) -> None:
    token = make(marie, read_only=True)
    value = token.pop("value")
    assert token["owner"]["username"] == "marie"
    assert (token["name"], token["read_only"], token["expiry_date"]) == ("script", True, None)
    assert marie.get(f"{PATH}/{token['id']}").json == token
    assert marie.get(PATH).json["results"] == [token]
    assert value not in repr([record.attribute_values for record in Record.scan()])


def test_a_token_knows_itself(marie: Api) -> None:
    token = make(marie)
    itself = bearer(marie, token).get(f"{PATH}/self").json
    assert itself["id"] == token["id"]
    assert itself["last_used_date"] is not None
    assert marie.get(f"{PATH}/self").status == 403


def test_tokens_are_listed_newest_first_searched_and_sorted(marie: Api) -> None:
    for name in ("one", "two", "three"):
        make(marie, name=name, read_only=name == "two")

    def names(**query: str) -> list[str]:
        return [token["name"] for token in marie.get(PATH, **query).json["results"]]

    assert names() == ["three", "two", "one"]
    assert names(sort="name") == ["one", "three", "two"]
    assert names(search="t") == ["three", "two"]
    assert names(read_only="true") == ["two"]


def test_a_token_is_renamed_and_revoked(marie: Api) -> None:
    token = make(marie)
    path = f"{PATH}/{token['id']}"
    assert marie.patch(path, {"name": "new"}).json["name"] == "new"
    assert bearer(marie, token).get("/api/users/self").status == 200
    assert marie.delete(path).status == 204
    assert marie.get(path).status == marie.delete(path).status == 404
    assert bearer(marie, token).get("/api/users/self").status == 401
    assert marie.get(PATH).json["count"] == 0


def test_a_token_is_not_trusted_from_memory_when_it_changes(
    marie: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting = msgspec.structs.replace(config.settings(), session_cache_seconds=60.0)
    monkeypatch.setattr(recognition, "settings", lambda: trusting)
    token = make(marie)
    script, path = bearer(marie, token), f"{PATH}/{token['id']}"
    assert script.post("/api/auth/logout").status == 200
    as_cookie = marie.with_headers(cookie=f"sessionid={token['value']}")
    assert as_cookie.get("/api/users/self").status == 401
    marie.patch(path, {"read_only": True})
    assert script.post("/api/auth/logout").status == 403
    assert script.get("/api/users/self").status == 200
    marie.delete(path)
    assert script.get("/api/users/self").status == 401


def test_others_tokens_do_not_exist(api: Api, person: Person, marie: Api) -> None:
    token = make(marie)
    person("pierre")
    pierre = api.sign_in("pierre", PASSWORD)
    path = f"{PATH}/{token['id']}"
    assert pierre.get(path).status == pierre.delete(path).status == 404
    assert pierre.patch(path, {"name": "mine"}).status == 404


def test_a_token_may_not_manage_tokens_passwords_or_users(marie: Api) -> None:
    token = make(marie)
    client = bearer(marie, token)
    me = client.get("/api/users/self").json["id"]
    change = {"old_password": PASSWORD, "new_password1": "x" * 12, "new_password2": "x" * 12}
    refused = [
        client.get(PATH),
        client.post(PATH, {"name": "more"}),
        client.patch(f"{PATH}/{token['id']}", {"read_only": False}),
        client.delete(f"{PATH}/{token['id']}"),
        client.post("/api/auth/password/change", change),
        client.patch(f"/api/users/{me}", {"first_name": "x"}),
        client.delete(f"/api/users/{me}"),
    ]
    assert [answer.status for answer in refused] == [403] * len(refused)
    assert client.get("/api/users/self").json["first_name"] == ""


def test_an_expired_token_is_refused(marie: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    expiry = clock.now() + timedelta(days=1)
    token = make(marie, expiry_date=expiry.isoformat())
    assert token["expiry_date"] == clock.iso(expiry)
    assert bearer(marie, token).get("/api/users/self").status == 200
    monkeypatch.setattr(clock, "now", lambda: expiry + timedelta(seconds=1))
    assert bearer(marie, token).get("/api/users/self").status == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 51}, "name"),
        ({"name": "x", "read_only": "yes"}, "read_only"),
        ({"name": "x", "expiry_date": "2020-01-01T00:00:00Z"}, "expiry_date"),
        ({"name": "x", "expiry_date": "2020-01-01T00:00:00"}, "expiry_date"),
        ({"name": "x", "expiry_date": "soon"}, "expiry_date"),
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(
    marie: Api, body: dict[str, Any], field: str
) -> None:
    answer = marie.post(PATH, body)
    assert answer.status == 400
    assert list(answer.json) == [field]
    assert marie.get(PATH).json["count"] == 0


def test_a_password_change_leaves_access_tokens_alone(marie: Api) -> None:
    token = make(marie)
    change = {"old_password": PASSWORD, "new_password1": "x1" * 6, "new_password2": "x1" * 6}
    assert marie.post("/api/auth/password/change", change).status == 200
    assert bearer(marie, token).get("/api/users/self").status == 200
