"""Users: who sees and changes whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.accounts import users
from chalicelib.accounts.models import ADMIN, WORKER, User
from chalicelib.platform.table import Record
from tests.support.api import Api
from tests.unit.accounts.conftest import PASSWORD

Person = Callable[..., User]


def test_one_sees_oneself_in_full(api: Api, person: Person) -> None:
    marie = person("marie", email="marie@example.org")
    me = api.sign_in("marie", PASSWORD).get("/api/users/self").json
    dates = {name: me.pop(name) for name in ("last_login", "date_joined")}
    assert all(value.endswith("Z") for value in dates.values())
    assert me == {
        "url": f"http://localhost:8080/api/users/{marie.id}",
        "id": marie.id,
        "username": "marie",
        "first_name": "",
        "last_name": "",
        "email": "marie@example.org",
        "groups": ["user"],
        "is_staff": False,
        "is_superuser": False,
        "is_active": True,
        "has_analytics_access": False,
    }


def test_the_browser_keeps_its_cookies_as_long_as_its_session(api: Api, person: Person) -> None:
    person("marie")
    signed_in = api.sign_in("marie", PASSWORD)
    renewed = signed_in.get("/api/users/self").cookies
    assert signed_in.headers["cookie"] == "; ".join(f"{k}={v}" for k, v in renewed.items())


def test_others_are_forbidden_and_the_missing_are_missing(api: Api, person: Person) -> None:
    person("marie")
    pierre = person("pierre")
    marie = api.sign_in("marie", PASSWORD)
    path = f"/api/users/{pierre.id}"
    assert marie.get(path).status == 403
    assert marie.patch(path, {"first_name": "x"}).status == 403
    assert marie.delete(path).status == 403
    assert marie.get("/api/users/999").status == 404
    assert marie.get("/api/users/nobody").status == 404
    assert users.reread(pierre.id) == pierre


def test_lists_show_oneself_and_administrators_everybody(api: Api, person: Person) -> None:
    for name in ("marie", "pierre", "paul"):
        person(name)
    person("root", ADMIN)
    mine = api.sign_in("marie", PASSWORD).get("/api/users").json
    assert [user["username"] for user in mine["results"]] == ["marie"]
    root = api.sign_in("root", PASSWORD)
    everybody = root.get("/api/users", page_size=3).json
    assert everybody["count"] == 4
    assert everybody["next"] == "http://localhost:8080/api/users?page_size=3&page=2"
    names = [user["username"] for user in root.get("/api/users", sort="username").json["results"]]
    assert names == ["marie", "paul", "pierre", "root"]
    assert root.get("/api/users", search="P").json["count"] == 2
    assert root.get("/api/users", username="paul").json["count"] == 1
    assert root.get("/api/users", is_active="false").json["count"] == 0
    rule = '{"==":[{"var":"id"},1]}'
    assert root.get("/api/users", filter=rule).json["results"][0]["username"] == "marie"


def test_one_changes_names_and_address_and_keeps_the_old_ones_free(
    api: Api, person: Person
) -> None:
    marie = person("marie", email="marie@example.org")
    signed_in = api.sign_in("marie", PASSWORD)
    fields = {"username": "Maria", "email": "maria@example.org", "last_name": "Curie"}
    changed = signed_in.patch(f"/api/users/{marie.id}", fields).json
    assert changed | fields == changed
    assert api.sign_in("maria@example.org", PASSWORD).get("/api/users/self").status == 200
    assert person("marie", email="marie@example.org").id != marie.id


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"username": "PIERRE"}, "username"),
        ({"username": "a b"}, "username"),
        ({"email": "Pierre@example.org"}, "email"),
        ({"email": "nonsense"}, "email"),
        ({"first_name": "x" * 151}, "first_name"),
        ({"username": None}, "username"),
        ({"groups": ["gods"]}, "groups"),
    ],
)
def test_a_change_that_fails_names_the_field_and_changes_nothing(
    api: Api, person: Person, fields: dict[str, Any], field: str
) -> None:
    marie = person("marie")
    person("pierre", email="pierre@example.org")
    answer = api.sign_in("marie", PASSWORD).patch(f"/api/users/{marie.id}", fields)
    assert answer.status == 400
    assert list(answer.json) == [field]
    now = users.reread(marie.id)
    assert now is not None
    assert (now.username, now.email, now.groups) == ("marie", "", ("user",))


@pytest.mark.parametrize(
    "fields", [{"groups": ["admin"]}, {"is_superuser": True}, {"is_staff": True},
               {"is_active": False}]
)  # fmt: skip
def test_nobody_raises_their_own_rank(api: Api, person: Person, fields: dict[str, Any]) -> None:
    marie = person("marie", WORKER)
    answer = api.sign_in("marie", PASSWORD).patch(f"/api/users/{marie.id}", fields)
    assert answer.status == 403
    now = users.reread(marie.id)
    assert now is not None
    assert (now.groups, now.is_active) == ((WORKER,), True)


def test_an_administrator_raises_and_lowers_others(api: Api, person: Person) -> None:
    marie = person("marie")
    person("root", ADMIN)
    root, signed_in = api.sign_in("root", PASSWORD), api.sign_in("marie", PASSWORD)
    path = f"/api/users/{marie.id}"
    assert root.patch(path, {"is_superuser": True}).json["groups"] == ["admin", "user"]
    assert signed_in.get("/api/users").json["count"] == 2
    assert root.patch(path, {"groups": ["worker"]}).json["is_staff"] is False
    assert signed_in.get("/api/users").json["count"] == 1


def test_deleting_oneself_ends_sessions_and_frees_the_name(api: Api, person: Person) -> None:
    marie = person("marie", email="marie@example.org")
    signed_in = api.sign_in("marie", PASSWORD)
    assert signed_in.post("/api/auth/access_tokens", {"name": "script"}).status == 201
    assert signed_in.delete(f"/api/users/{marie.id}").status == 204
    assert signed_in.get("/api/users/self").status == 401
    assert users.basic(marie.id, "http://localhost") is None
    left = {record.pk.partition("#")[0] for record in Record.scan()}
    # A session without its user is nobody's; it expires by itself.
    assert left <= {"COUNTER", "THROTTLE", "SESSION"}
    assert person("marie").id > marie.id
