"""Sessions: two at once, one that is over, ones that never were."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.support.wire import Client, Person

if TYPE_CHECKING:
    from tests.client.bad_input.estate import Estate
    from tests.support.server import Server


def test_two_logins_at_once_are_two_sessions_that_end_apart(server: Server) -> None:
    person = Person(server)
    together = threading.Barrier(4)

    def sign_in(_: int) -> Client:
        together.wait(10)
        return Client(server.url, person.sign_in())

    with ThreadPoolExecutor(4) as pool:
        clients = list(pool.map(sign_in, range(4)))
    assert len({client.headers["Cookie"] for client in clients}) == 4
    first, *others = clients
    assert first.call("POST", "/api/auth/logout").status == 200
    assert first.get("/api/users/self").status == 401
    for other in (*others, person):
        assert other.made("GET", "/api/users/self")["id"] == person.id


def test_the_cookie_of_a_deleted_session_opens_nothing(server: Server, unchanged: Estate) -> None:
    gone = Client(server.url, unchanged.owner.sign_in())
    assert gone.get(unchanged.annotations).status == 200
    assert gone.call("POST", "/api/auth/logout").status == 200
    for method, path, body in (
        ("GET", f"/api/tasks/{unchanged.task_id}", None),
        ("GET", "/api/tasks", None),
        ("PUT", unchanged.annotations, {"shapes": []}),
        ("PATCH", f"/api/tasks/{unchanged.task_id}", {"name": "stolen"}),
        ("DELETE", f"/api/projects/{unchanged.project_id}", None),
    ):
        answer = gone.call(method, path, body)
        assert answer.status == 401, answer
        assert answer.json == {"detail": "Authentication credentials were not provided."}
    again = gone.call("POST", "/api/auth/logout")
    assert again.status == 200


def test_a_user_who_is_deleted_has_no_sessions(server: Server) -> None:
    person = Person(server)
    other = Client(server.url, person.sign_in())
    assert other.get("/api/users/self").status == 200
    assert person.call("DELETE", f"/api/users/{person.id}").status == 204
    for client in (person, other):
        assert client.get("/api/users/self").status == 401


@pytest.mark.parametrize(
    "cookie",
    ["sessionid=", "sessionid=x", "sessionid=" + "a" * 32, "sessionid=../../x", 'sessionid="', "=",
     "sessionid=a; sessionid=b", "sessionid=" + "%00" * 20, "sessionid=" + "ÿ" * 9],
)  # fmt: skip
def test_cookies_that_were_never_given_out(cookie: str, server: Server) -> None:
    made_up = Client(server.url, {"Cookie": cookie})
    assert made_up.get("/api/users/self").status == 401


@pytest.mark.parametrize(
    "header",
    ["Bearer x", "Bearer ", "Token x", "Basic x", "Basic OjpPOg==", "Basic /w==", "Basic"],
)
def test_authorizations_that_were_never_given_out(header: str, server: Server) -> None:
    answer = Client(server.url, {"Authorization": header}).get("/api/users/self")
    assert answer.status == 401
    assert answer.json["detail"]


@pytest.mark.parametrize("missing", ["X-CSRFToken", "csrftoken"])
def test_another_site_cannot_write_with_the_cookies(missing: str, unchanged: Estate) -> None:
    headers = dict(unchanged.owner.headers)
    if missing in headers:
        del headers[missing]
    else:
        cookies = headers["Cookie"].split("; ")
        headers["Cookie"] = "; ".join(c for c in cookies if not c.startswith(missing))
    page = Client(unchanged.owner.url, headers)
    assert page.get("/api/users/self").status == 200
    for method, path in (
        ("DELETE", f"/api/tasks/{unchanged.task_id}"),
        ("DELETE", unchanged.annotations),
        ("POST", "/api/auth/access_tokens"),
    ):
        answer = page.call(method, path, {"name": "stolen"})
        assert answer.status == 403, answer
        assert answer.json["detail"].startswith("CSRF Failed")
