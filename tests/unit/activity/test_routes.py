"""`/api/requests`: one's own, filtered, newest first."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.activity import request_ids, requests
from chalicelib.activity.routes import routes
from chalicelib.platform import http
from chalicelib.platform.requests import Principal, Request
from tests.support.api import Api
from tests.unit.activity.conftest import MARIE, PIERRE, ROOT, Start, loaded

PEOPLE = {person.username: person for person in (MARIE, PIERRE, ROOT)}


@pytest.fixture
def api(table: None, monkeypatch: pytest.MonkeyPatch) -> Api:
    def sign_in(request: Request, public: bool) -> None:
        name = request.header("x-who")
        request.principal = PEOPLE[name] if name else None

    monkeypatch.setattr(http._Hooks, "authenticate", staticmethod(sign_in))
    return Api.of(routes)


def as_(api: Api, person: Principal) -> Api:
    return api.with_headers(x_who=person.username)


def path(request_id: str, *, encoded: bool = True) -> str:
    return f"/api/requests/{quote(request_id, safe='') if encoded else request_id}"


def test_a_request_is_shown_as_clients_parse_it(api: Api, start: Start) -> None:
    request_id = request_ids.export("task", 7, MARIE.id, "dataset", "COCO 1.0")
    start(request_id)
    shown = as_(api, MARIE).get(path(request_id)).json
    assert shown.pop("created_date").endswith("Z")
    assert shown == {
        "id": request_id,
        "status": "queued",
        "progress": None,
        "message": "",
        "operation": {
            "type": "export:dataset",
            "target": "task",
            "project_id": None,
            "task_id": 7,
            "job_id": None,
            "org_id": None,
            "format": None,
            "function_id": None,
            "lightweight": None,
        },
        "started_date": None,
        "finished_date": None,
        "expiry_date": None,
        "owner": {"id": 1, "username": "marie"},
        "result_url": None,
        "result_id": None,
    }


def test_a_result_has_an_absolute_url_of_the_host_that_was_asked(api: Api, start: Start) -> None:
    requests.finish(loaded(start("one")), result_url="/api/tasks/7/dataset/download?rq_id=one")
    client = as_(api, MARIE).with_headers(host="example.org", x_forwarded_proto="https")
    shown = client.get(path("one")).json
    assert shown["result_url"] == "https://example.org/api/tasks/7/dataset/download?rq_id=one"
    assert shown["status"] == "finished"
    assert all(shown[name] for name in ("started_date", "finished_date", "expiry_date"))


@pytest.mark.parametrize("encoded", [True, False])
def test_an_id_is_understood_encoded_or_not(api: Api, start: Start, encoded: bool) -> None:
    request_id = start(request_ids.create(7))
    assert as_(api, MARIE).get(path(request_id, encoded=encoded)).json["id"] == request_id


def test_others_requests_are_forbidden_and_missing_ones_missing(api: Api, start: Start) -> None:
    start("one")
    assert api.get(path("one")).status == 401
    assert as_(api, PIERRE).get(path("one")).status == 403
    assert as_(api, PIERRE).post(path("one") + "/cancel").status == 403
    assert as_(api, MARIE).get(path("two")).status == 404
    assert as_(api, ROOT).get(path("one")).status == 200
    assert as_(api, PIERRE).get("/api/requests").json["count"] == 0


def test_what_is_not_being_written_yet_can_be_cancelled(api: Api, start: Start) -> None:
    marie = as_(api, MARIE)
    start("one")
    assert marie.post(path("one") + "/cancel").status == 200
    assert marie.get(path("one")).json["status"] == "failed"
    start("one")
    requests.progress(loaded("one"), 0.1)
    assert marie.post(path("one") + "/cancel").status == 200
    assert marie.get(path("one")).json["message"] == requests.CANCELLED
    start("two")
    requests.settle(loaded("two"))
    for _ in range(2):
        assert marie.post(path("two") + "/cancel").status == 400
        requests.finish(loaded("two"))
    assert marie.get(path("two")).json["status"] == "finished"


@pytest.fixture
def several(start: Start) -> dict[str, str]:
    """Three requests of Marie's, oldest first, by what they are; the first has failed."""
    operation = requests.Operation
    ids = {
        "create": start(
            request_ids.create(1),
            kind="create",
            machine="ingest",
            operation=operation(type="create:task", target="task", task_id=1),
        ),
        "export": start(
            request_ids.export("job", 5, MARIE.id, "annotations", "COCO 1.0"),
            operation=operation(
                type="export:annotations", target="job", job_id=5, task_id=2, format="COCO 1.0"
            ),
        ),
        "import": start(
            request_ids.import_("project", 9, "dataset"),
            kind="import",
            machine="import",
            operation=operation(type="import:dataset", target="project", project_id=9),
        ),
    }
    requests.fail(loaded(ids["create"]), "no frames")
    return ids


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["import", "export", "create"]),
        ({"sort": "created_date"}, ["create", "export", "import"]),
        ({"action": "create"}, ["create"]),
        ({"target": "job"}, ["export"]),
        ({"subresource": "dataset"}, ["import"]),
        ({"status": "queued"}, ["import", "export"]),
        ({"project_id": 9}, ["import"]),
        ({"task_id": 2}, ["export"]),
        ({"job_id": 5}, ["export"]),
        ({"format": "COCO 1.0"}, ["export"]),
        ({"filter": '{"==":[{"var":"status"},"failed"]}'}, ["create"]),
        ({"page_size": 2, "page": 2}, ["create"]),
        ({"task_id": 77}, []),
    ],
)
def test_lists_are_filtered_and_newest_first(
    api: Api, several: dict[str, str], query: dict[str, Any], expected: list[str]
) -> None:
    results = as_(api, MARIE).get("/api/requests", **query).json["results"]
    assert [item["id"] for item in results] == [several[name] for name in expected]
