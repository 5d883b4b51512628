"""`/api/requests/{id}/report`: what an export or import did, for who asked for it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from chalicelib.activity import requests
from chalicelib.formats import report_store
from chalicelib.formats.report import Report
from chalicelib.formats.routes import routes
from chalicelib.platform import http, workflows
from chalicelib.platform.requests import Principal, Request
from tests.support.api import Api

MARIE = Principal(1, "marie", ("user",), "session")
PIERRE = Principal(2, "pierre", ("user",), "session")
PEOPLE = {person.username: person for person in (MARIE, PIERRE)}
ID = "action=export&target=task&target_id=7"
PATH = f"/api/requests/{quote(ID, safe='')}/report"

Begin = Callable[[], requests.Request]


@pytest.fixture
def api(table: None, bucket: None, monkeypatch: pytest.MonkeyPatch) -> Api:
    def sign_in(request: Request, public: bool) -> None:
        request.principal = PEOPLE[request.header("x-who") or "marie"]

    monkeypatch.setattr(http._Hooks, "authenticate", staticmethod(sign_in))
    monkeypatch.setattr(workflows, "start", lambda *_: None)
    return Api.of(routes)


@pytest.fixture
def begin(api: Api) -> Begin:
    def started() -> requests.Request:
        requests.start(
            "export",
            request_id=ID,
            owner=MARIE,
            operation=requests.Operation(type="export:annotations", target="task", task_id=7),
            machine="export",
            inputs={},
        )
        found = requests.load(ID)
        assert found is not None
        return found

    return started


def reported(request: requests.Request, objects: int = 2) -> None:
    report = Report(frames=1)
    report.took("rectangle", objects)
    report.convert("ellipse became a polygon", "a.jpg")
    report.unmatched("zebra", "b.jpg")
    report_store.save(request, report, "Exported", "COCO 1.0")


def test_a_finished_request_has_its_report(api: Api, begin: Begin) -> None:
    request = begin()
    reported(request)
    requests.finish(request)
    assert api.get(PATH).json == {
        "verb": "Exported",
        "format": "COCO 1.0",
        "frames": 1,
        "objects": 2,
        "kinds": {"rectangle": 2},
        "converted": {"ellipse became a polygon": 1},
        "skipped": {"no label of that name": 1},
        "labels": {"zebra": 1},
        "examples": {
            "ellipse became a polygon": ["a.jpg"],
            "no label of that name": ["zebra (b.jpg)"],
        },
        "files": {},
        "more_files": 0,
        "new_labels": [],
    }


def test_the_report_is_that_of_the_latest_run(api: Api, begin: Begin) -> None:
    first = begin()
    reported(first, 2)
    requests.finish(first)
    second = begin()
    reported(second, 5)
    assert api.get(PATH).status == 404, "the second has not finished"
    requests.finish(second)
    assert api.get(PATH).json["objects"] == 5


def test_what_made_no_report_has_none(api: Api, begin: Begin) -> None:
    requests.finish(begin())
    assert api.get(PATH).status == 404
    assert api.get("/api/requests/nothing/report").status == 404


def test_a_report_is_for_who_asked_for_the_work(api: Api, begin: Begin) -> None:
    request = begin()
    reported(request)
    requests.finish(request)
    assert api.with_headers(x_who="pierre").get(PATH).status == 403
