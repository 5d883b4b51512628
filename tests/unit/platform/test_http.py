"""Routes decode, encode, and turn every mistake into an answer."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError
from pynamodb.exceptions import GetError

from chalicelib.platform import http
from chalicelib.platform.errors import Conflict, Throttled
from chalicelib.platform.requests import Principal, Request
from chalicelib.platform.table import Lost
from tests.unit.platform.requests import event


class Thing(msgspec.Struct):
    name: str


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(http, "ROUTES", [])
    monkeypatch.setattr(http._Hooks, "authenticate", staticmethod(_sign_in))
    routes = http.Router(__name__, tag="things")

    @routes.post("/api/things/{id}/{name}", body=Thing, status=201)
    def make(request: Request, thing_id: int, name: str, body: Thing) -> dict[str, Any]:
        return {"id": thing_id, "name": name, "body": body.name, "who": request.principal.username}

    @routes.get("/api/things/{id}")
    def fail(request: Request, thing_id: int) -> None:
        if thing_id == 1:
            raise Conflict({"rq_id": "x"})
        if thing_id == 2:
            raise Throttled(7)
        if thing_id == 4:
            raise Lost([0])
        if thing_id == 5:
            raise ClientError({"Error": {"Code": "SlowDown"}}, "GetObject")
        if thing_id == 6:
            cause: Any = {"Error": {"Code": "ProvisionedThroughputExceededException"}}
            raise GetError(cause=ClientError(cause, "GetItem"))
        if thing_id == 7:
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")
        raise RuntimeError("secret detail")

    @routes.delete("/api/things/{id}", public=True)
    def remove(request: Request, thing_id: int) -> None:
        return None

    app = http.App(app_name="test")
    app.register_blueprint(routes)

    def call(method: str, route: str, parameters: dict[str, str], **options: Any) -> Any:
        path = route.format(**parameters)
        answer = app(event(method, path, route=route, parameters=parameters, **options), None)
        body = answer["body"]
        return answer["statusCode"], json.loads(body) if body else None, answer["headers"]

    return call


def _sign_in(request: Request, public: bool) -> None:
    name = request.header("x-user")
    if name:
        request.principal = Principal(1, name, ("user",), "session")


THING = "/api/things/{id}/{name}"
NUMBERED = "/api/things/{id}"
ANN = {"x-user": "ann"}


def test_a_body_and_path_parameters_reach_the_handler(call: Any) -> None:
    status, body, _ = call("POST", THING, {"id": "7", "name": "a%3D"}, headers=ANN,
                           body='{"name": "x"}')  # fmt: skip
    assert status == 201
    assert body == {"id": 7, "name": "a%3D", "body": "x", "who": "ann"}


def test_who_is_not_signed_in_gets_401(call: Any) -> None:
    status, body, _ = call("POST", THING, {"id": "7", "name": "a"}, body='{"name": "x"}')
    assert status == 401
    assert body == {"detail": "Authentication credentials were not provided."}


@pytest.mark.parametrize("number", ["x", "-1", "1e3", "٣", "9" * 40])
def test_an_id_that_is_no_number_is_not_found(call: Any, number: str) -> None:
    status, _, _ = call("GET", NUMBERED, {"id": number}, headers=ANN)
    assert status == 404


def test_errors_keep_their_bodies_and_headers(call: Any) -> None:
    assert call("GET", NUMBERED, {"id": "1"}, headers=ANN)[:2] == (409, {"rq_id": "x"})
    status, _, headers = call("GET", NUMBERED, {"id": "2"}, headers=ANN)
    assert status == 429
    assert headers["Retry-After"] == "7"


def test_an_unforeseen_error_tells_nothing(call: Any) -> None:
    status, body, _ = call("GET", NUMBERED, {"id": "3"}, headers=ANN)
    assert status == 500
    assert body == {"detail": "Internal server error."}


def test_an_unforeseen_error_is_logged_once_with_the_request_s_id(
    call: Any, caplog: pytest.LogCaptureFixture
) -> None:
    call("GET", NUMBERED, {"id": "3"}, headers=ANN)
    (record,) = caplog.records
    assert record.getMessage() == "GET /api/things/3 failed (request id-of-the-gateway)"
    assert record.exc_info


def test_who_loses_to_other_writers_to_the_end_may_try_again(call: Any) -> None:
    status, body, _ = call("GET", NUMBERED, {"id": "4"}, headers=ANN)
    assert status == 409
    assert "Try again" in body["detail"]


@pytest.mark.parametrize("number", ["5", "6"])
def test_what_has_no_capacity_left_may_be_asked_again(call: Any, number: str) -> None:
    status, body, headers = call("GET", NUMBERED, {"id": number}, headers=ANN)
    assert (status, headers["Retry-After"]) == (503, "1")
    assert "Try again" in body["detail"]


def test_what_the_table_or_bucket_refuses_is_no_lack_of_capacity(call: Any) -> None:
    assert call("GET", NUMBERED, {"id": "7"}, headers=ANN)[0] == 500


def test_a_public_route_needs_nobody(call: Any) -> None:
    assert call("DELETE", NUMBERED, {"id": "3"})[:2] == (204, None)


def test_threads_do_not_see_each_others_users(call: Any) -> None:
    barrier = threading.Barrier(8)

    def ask(number: int) -> bool:
        barrier.wait()
        answers = [
            call("POST", THING, {"id": "7", "name": "a"}, headers={"x-user": f"u{number}"},
                 body='{"name": "x"}')[1]["who"]
            for _ in range(50)
        ]  # fmt: skip
        return set(answers) == {f"u{number}"}

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(8)))
