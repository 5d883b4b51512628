from __future__ import annotations

import re
from typing import Any

import pytest

from tests.unit.projects.conftest import Join, MakeTask, Member

CAR = {"name": "car", "attributes": []}
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
#: Fields of TaskRead in which the clients accept no null.
NEVER_NULL = {
    "segment_size", "size", "bug_tracker", "subset", "image_quality", "mode", "dimension",
    "initial_replicas", "media_type", "jobs", "labels",
}  # fmt: skip


def test_a_new_task_has_no_media_yet_and_no_null_where_clients_refuse_it(ann: Member) -> None:
    answer = ann.api.post("/api/tasks", {"name": " cats ", "labels": [CAR], "segment_size": 5})

    assert answer.status == 201
    task = answer.json
    assert {name for name in NEVER_NULL & task.keys() if task[name] is None} == set()
    assert ISO.fullmatch(task["created_date"])
    assert ISO.fullmatch(task["updated_date"])
    expected = {
        "url": f"http://localhost:8080/api/tasks/{task['id']}",
        "name": "cats",
        "size": 0,
        "mode": "",
        "status": "annotation",
        "segment_size": 5,
        "overlap": None,
        "subset": "",
        "bug_tracker": "",
        "project_id": None,
        "assignee": None,
        "source_storage": {"location": "local", "cloud_storage_id": None},
        "target_storage": {"location": "local", "cloud_storage_id": None},
        "jobs": {
            "count": 0,
            "completed": 0,
            "validation": 0,
            "url": f"http://localhost:8080/api/jobs?task_id={task['id']}",
        },
        "labels": {"url": f"http://localhost:8080/api/labels?task_id={task['id']}"},
    }
    assert expected.items() <= task.items()
    assert task["owner"]["username"] == "ann"
    assert ann.api.get(f"/api/tasks/{task['id']}").json == task


def test_a_task_with_media_says_what_it_has(make_task: MakeTask) -> None:
    task = make_task(1800, mode="interpolation", segment_size=600)

    assert {
        "size": 1800,
        "mode": "interpolation",
        "segment_size": 600,
        "overlap": 5,
        "data": task["id"],
        "data_chunk_size": 36,
        "data_original_chunk_type": "video",
        "data_compressed_chunk_type": "imageset",
        "dimension": "2d",
        "media_type": "video",
        "image_quality": 70,
    }.items() <= task.items()
    assert task["jobs"]["count"] == 4


def test_unknown_fields_are_ignored(ann: Member) -> None:
    assert ann.api.post("/api/tasks", {"name": "cats", "flavour": 3}).status == 201


def test_one_changes_what_a_task_says_of_itself(ann: Member, make_task: MakeTask) -> None:
    task = make_task()
    change = {"name": "dogs", "bug_tracker": "https://bugs.example/7", "subset": "Train"}

    answer = ann.api.patch(f"/api/tasks/{task['id']}", change)

    assert answer.status == 200
    assert change.items() <= answer.json.items()
    assert answer.json["updated_date"] >= task["updated_date"]
    assert ann.api.get(f"/api/tasks/{task['id']}").json == answer.json


def test_changing_the_assignee_is_dated(ann: Member, make_task: MakeTask) -> None:
    task = make_task()
    assert task["assignee_updated_date"] is None

    assigned = ann.api.patch(f"/api/tasks/{task['id']}", {"assignee_id": ann.id}).json
    again = ann.api.patch(f"/api/tasks/{task['id']}", {"assignee_id": ann.id}).json
    freed = ann.api.patch(f"/api/tasks/{task['id']}", {"assignee_id": None}).json

    assert assigned["assignee"]["id"] == ann.id
    assert ISO.fullmatch(assigned["assignee_updated_date"])
    assert again["assignee_updated_date"] == assigned["assignee_updated_date"]
    assert freed["assignee"] is None
    assert freed["assignee_updated_date"] >= assigned["assignee_updated_date"]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({}, {"name": ["This field is required."]}),
        ({"name": ""}, "name"),
        ({"name": "   "}, {"name": ["This field may not be blank."]}),
        ({"name": "x" * 257}, "name"),
        ({"name": None}, {"name": ["This field may not be null."]}),
        ({"name": 5}, "name"),
        ({"name": "x", "segment_size": -1}, "segment_size"),
        ({"name": "x", "segment_size": "10"}, "segment_size"),
        ({"name": "x", "overlap": 1.5}, "overlap"),
        ({"name": "x", "subset": "s" * 65}, "subset"),
        ({"name": "x", "bug_tracker": "b" * 2001}, "bug_tracker"),
        ({"name": "x", "consensus_replicas": 3}, "consensus_replicas"),
        ({"name": "x", "project_id": 404}, "project_id"),
        ({"name": "x", "labels": "car"}, "labels"),
        ({"name": "x", "labels": [{"name": "a", "type": "blob"}]}, "labels"),
        ({"name": "x", "labels": [{"color": "#ff0000"}]}, "labels"),
        ({"name": "x", "labels": [{"name": "n" * 65}]}, "labels"),
        ({"name": "x", "labels": [{"name": "a"}, {"name": "a"}]}, "labels"),
        ({"name": "x", "labels": [{"name": "a", "deleted": True}]}, "labels"),
        ({"name": "x", "target_storage": {"location": "moon"}}, "target_storage"),
        (
            {"name": "x", "source_storage": {"location": "cloud_storage", "cloud_storage_id": 1}},
            "source_storage",
        ),
    ],
)
def test_a_bad_task_is_refused_and_nothing_is_made(
    ann: Member, body: dict[str, Any], complaint: Any
) -> None:
    answer = ann.api.post("/api/tasks", body)

    assert answer.status == 400
    if isinstance(complaint, str):
        assert list(answer.json) == [complaint]
    else:
        assert answer.json == complaint
    assert ann.api.get("/api/tasks").json["count"] == 0
    assert ann.api.get("/api/labels").json["count"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": None},
        {"subset": 7},
        {"labels": [{"id": 999, "name": "cat"}]},
        {"labels": [{"name": "car"}]},
        {"project_id": 404},
        {"organization_id": 3},
        {"name": "good", "labels": [{"name": "fine"}, {"id": 999, "deleted": True}]},
    ],
)
def test_a_bad_change_is_refused_and_nothing_is_changed(
    ann: Member, make_task: MakeTask, body: dict[str, Any]
) -> None:
    task = make_task(labels=[CAR])
    url = f"/api/tasks/{task['id']}"
    labels = ann.api.get("/api/labels", task_id=task["id"]).json

    assert ann.api.patch(url, body).status == 400

    assert ann.api.get(url).json == task
    assert ann.api.get("/api/labels", task_id=task["id"]).json == labels


def test_people_who_do_not_exist_or_may_not_be_seen_are_refused(
    ann: Member, bob: Member, admin: Member, make_task: MakeTask
) -> None:
    task = make_task()
    url = f"/api/tasks/{task['id']}"

    assert admin.api.patch(url, {"assignee_id": 999}).json == {
        "assignee_id": ['Invalid pk "999" - object does not exist.']
    }
    assert ann.api.patch(url, {"assignee_id": 999}).status == 403
    assert ann.api.patch(url, {"assignee_id": bob.id}).status == 403
    assert ann.api.post("/api/tasks", {"name": "x", "assignee_id": bob.id}).status == 403
    assert ann.api.post("/api/tasks", {"name": "x", "owner_id": bob.id}).status == 403
    assert ann.api.get(url).json == task
    assert admin.api.patch(url, {"assignee_id": bob.id}).json["assignee"]["username"] == "bob"


def test_others_see_and_change_nothing(
    ann: Member, bob: Member, make_task: MakeTask, application: Any
) -> None:
    task = make_task()
    url = f"/api/tasks/{task['id']}"

    assert bob.api.get(url).status == 403
    assert bob.api.patch(url, {"name": "mine"}).status == 403
    assert bob.api.delete(url).status == 403
    assert bob.api.get("/api/tasks").json["results"] == []
    assert application.get(url).status == 401
    assert bob.api.get("/api/tasks/404").status == 404
    assert ann.api.get(url).json == task


def test_an_assignee_works_on_a_task_but_does_not_give_it_away(
    admin: Member, bob: Member, make_task: MakeTask
) -> None:
    task = make_task()
    url = f"/api/tasks/{task['id']}"
    admin.api.patch(url, {"assignee_id": bob.id})

    assert [t["id"] for t in bob.api.get("/api/tasks").json["results"]] == [task["id"]]
    assert bob.api.patch(url, {"name": "ours"}).status == 200
    assert bob.api.patch(url, {"assignee_id": bob.id}).status == 403
    assert bob.api.patch(url, {"owner_id": bob.id}).status == 403
    assert bob.api.patch(url, {"name": "x", "target_storage": None}).status == 403
    assert bob.api.patch(url, {"project_id": 1}).status == 403
    assert bob.api.delete(url).status == 403


def test_a_worker_makes_no_tasks(join: Join) -> None:
    assert join("wim", "worker").api.post("/api/tasks", {"name": "x"}).status == 403


def test_a_new_owner_owns_the_jobs_too(
    ann: Member, bob: Member, admin: Member, make_task: MakeTask
) -> None:
    task = make_task(segment_size=5)

    changed = admin.api.patch(f"/api/tasks/{task['id']}", {"owner_id": bob.id}).json

    assert changed["owner"]["username"] == "bob"
    assert bob.api.get("/api/jobs").json["count"] == 2
    assert ann.api.get("/api/jobs").json["count"] == 0
    assert ann.api.get(f"/api/tasks/{task['id']}").status == 403


def test_the_legacy_status_says_whether_media_is_ready(ann: Member, make_task: MakeTask) -> None:
    task = make_task()
    answer = ann.api.get(f"/api/tasks/{task['id']}/status")
    assert answer.json == {"state": "Finished", "message": "", "progress": 0.0}
