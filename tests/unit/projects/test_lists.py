from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.projects.conftest import MakeTask, Member


def _names(member: Member, **query: Any) -> list[str]:
    answer = member.api.get("/api/tasks", **query)
    assert answer.status == 200, answer
    return [task["name"] for task in answer.json["results"]]


def _filter(rule: Any) -> str:
    return json.dumps(rule)


@pytest.fixture
def three(ann: Member, make_task: MakeTask) -> list[dict[str, Any]]:
    project = ann.api.post("/api/projects", {"name": "Street"}).json
    return [
        make_task(name="alpha night"),
        make_task(name="Beta", project_id=project["id"], subset="Train"),
        make_task(name="gamma", mode="interpolation", bug_tracker="https://bugs.example/9"),
    ]


def test_newest_first_and_in_pages(ann: Member, make_task: MakeTask) -> None:
    for number in range(12):
        make_task(name=str(number))

    first = ann.api.get("/api/tasks").json
    assert [task["name"] for task in first["results"]] == [str(k) for k in range(11, 1, -1)]
    assert (first["count"], first["previous"]) == (12, None)
    assert first["next"] == "http://localhost:8080/api/tasks?page=2"
    second = ann.api.get("/api/tasks", page=2).json
    assert [task["name"] for task in second["results"]] == ["1", "0"]
    assert (second["next"], second["previous"]) == (None, "http://localhost:8080/api/tasks")
    assert _names(ann, sort="id", page_size=3) == ["0", "1", "2"]
    assert len(_names(ann, page_size="all")) == 12
    for page in ("3", "0", "-1", "two"):
        answer = ann.api.get("/api/tasks", page=page)
        assert (answer.status, answer.json) == (404, {"detail": "Invalid page."})


def test_an_empty_list_has_one_page(ann: Member) -> None:
    for kind in ("projects", "tasks", "jobs", "labels"):
        answer = ann.api.get(f"/api/{kind}", page=1).json
        assert answer == {"count": 0, "next": None, "previous": None, "results": []}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"search": "night ALPHA"}, ["alpha night"]),
        ({"search": "street"}, ["Beta"]),
        ({"name": "Beta"}, ["Beta"]),
        ({"owner": "ann", "subset": "Train"}, ["Beta"]),
        ({"project_name": "Street"}, ["Beta"]),
        ({"mode": "interpolation"}, ["gamma"]),
        ({"media_type": "image"}, ["Beta", "alpha night"]),
        ({"tracker_link": "https://bugs.example/9"}, ["gamma"]),
        ({"assignee": "bob"}, []),
        ({"sort": "name"}, ["alpha night", "Beta", "gamma"]),
        ({"sort": "-mode,name"}, ["gamma", "alpha night", "Beta"]),
        ({"filter": _filter({"==": [{"var": "subset"}, "Train"]})}, ["Beta"]),
        (
            {"filter": _filter({"and": [{"in": ["a", {"var": "name"}]},
                                        {"!": {"==": [{"var": "mode"}, "interpolation"]}}]})},
            ["Beta", "alpha night"],
        ),
        ({"filter": _filter({"<=": [1, {"var": "id"}, 2]})}, ["Beta", "alpha night"]),
        ({"filter": _filter({">": [{"var": "updated_date"}, "2020-01-01T00:00:00Z"]}),
          "page_size": 1}, ["gamma"]),
    ],
)  # fmt: skip
def test_tasks_are_found(
    ann: Member, three: list[dict[str, Any]], query: dict[str, Any], expected: list[str]
) -> None:
    assert _names(ann, **query) == expected


def test_tasks_are_found_by_project(ann: Member, three: list[dict[str, Any]]) -> None:
    assert _names(ann, project_id=three[1]["project_id"]) == ["Beta"]
    assert _names(ann, project_id=404) == []


@pytest.mark.parametrize("kind", ["projects", "tasks", "jobs", "labels"])
@pytest.mark.parametrize(
    "query",
    [
        {"filter": "{"},
        {"filter": "[]"},
        {"filter": _filter({"==": [{"var": "shoe_size"}, 1]})},
        {"filter": _filter({"like": [{"var": "id"}, 1]})},
        {"filter": _filter({"<": [{"var": "id"}, "x"]})},
        {"sort": "shoe_size"},
    ],
)
def test_unknown_fields_and_operators_are_refused(
    ann: Member, make_task: MakeTask, kind: str, query: dict[str, str]
) -> None:
    project = ann.api.post("/api/projects", {"name": "p", "labels": [{"name": "a"}]}).json
    make_task(project_id=project["id"])
    assert ann.api.get(f"/api/{kind}", **query).status == 400


def test_jobs_are_found(ann: Member, make_task: MakeTask) -> None:
    project = ann.api.post("/api/projects", {"name": "Street"}).json
    first = make_task(4, segment_size=2, project_id=project["id"])
    second = make_task(4, name="other")

    def found(**query: Any) -> list[tuple[int, int]]:
        answer = ann.api.get("/api/jobs", **query)
        assert answer.status == 200, answer
        return [(job["task_id"], job["start_frame"]) for job in answer.json["results"]]

    a, b = first["id"], second["id"]
    assert found() == [(b, 0), (a, 2), (a, 0)]
    assert found(task_id=a) == [(a, 2), (a, 0)]
    assert found(task_id=a, org="") == [(a, 2), (a, 0)]
    assert found(project_id=project["id"]) == [(a, 2), (a, 0)]
    assert found(project_name="Street", sort="id") == [(a, 0), (a, 2)]
    assert found(task_name="other") == [(b, 0)]
    assert found(stage="annotation", state="new", type="annotation", search="street") == [
        (a, 2), (a, 0),
    ]  # fmt: skip
    assert found(filter=_filter({"==": [{"var": "task_id"}, b]})) == [(b, 0)]
    assert found(task_id=404) == []
    assert ann.api.get("/api/jobs", task_id="x").status == 400


def test_administrators_see_everything(
    admin: Member, bob: Member, three: list[dict[str, Any]]
) -> None:
    assert admin.api.get("/api/projects").json["count"] == 1
    assert admin.api.get("/api/tasks").json["count"] == 3
    assert admin.api.get("/api/jobs").json["count"] == 3
    for kind in ("projects", "tasks", "jobs"):
        assert bob.api.get(f"/api/{kind}").json["count"] == 0


def test_a_page_loads_no_more_than_itself(
    ann: Member, make_task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.platform import table

    for number in range(6):
        make_task(name=str(number))
    loaded: list[table.Key] = []
    real = table.load_many

    def watched(wanted: Any) -> dict[table.Key, table.Record]:
        keys = list(wanted)
        loaded.extend(key for key in keys if key[0].startswith("TASK#"))
        return real(keys)

    monkeypatch.setattr(table, "load_many", watched)
    assert _names(ann, page_size=2, page=2) == ["3", "2"]
    assert len(loaded) == 2
