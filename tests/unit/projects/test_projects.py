from __future__ import annotations

from typing import Any

import pytest

from tests.unit.projects.conftest import Join, MakeTask, Member

LABELS = [{"name": "cat"}, {"name": "dog"}]


def _project(owner: Member, **fields: Any) -> dict[str, Any]:
    answer = owner.api.post("/api/projects", {"name": "pets", "labels": LABELS, **fields})
    assert answer.status == 201, answer
    made: dict[str, Any] = answer.json
    return made


def test_a_new_project(ann: Member) -> None:
    project = _project(ann, bug_tracker="https://bugs.example")

    assert {
        "url": f"http://localhost:8080/api/projects/{project['id']}",
        "name": "pets",
        "assignee": None,
        "assignee_updated_date": None,
        "guide_id": None,
        "bug_tracker": "https://bugs.example",
        "task_subsets": [],
        "status": "annotation",
        "dimension": None,
        "organization": None,
        "organization_id": None,
        "target_storage": {"location": "local", "cloud_storage_id": None},
        "source_storage": {"location": "local", "cloud_storage_id": None},
        "tasks": {
            "count": 0,
            "url": f"http://localhost:8080/api/tasks?project_id={project['id']}",
        },
        "labels": {"url": f"http://localhost:8080/api/labels?project_id={project['id']}"},
    }.items() <= project.items()
    assert project["owner"]["username"] == "ann"
    assert ann.api.get(f"/api/projects/{project['id']}").json == project


def test_a_project_knows_its_tasks_their_subsets_and_dimension(
    ann: Member, make_task: MakeTask
) -> None:
    project = _project(ann)
    url = f"/api/projects/{project['id']}"
    first = make_task(project_id=project["id"], subset="Train")
    second = make_task(project_id=project["id"], subset="Train")
    make_task()

    now = ann.api.get(url).json
    assert now["tasks"]["count"] == 2
    assert now["task_subsets"] == ["Train"]
    assert now["dimension"] == "2d"
    assert now["updated_date"] >= second["created_date"]
    listed = ann.api.get("/api/tasks", project_id=project["id"]).json["results"]
    assert [task["id"] for task in listed] == [second["id"], first["id"]]
    assert {task["project_name"] for task in listed} == {"pets"}

    ann.api.patch(f"/api/tasks/{first['id']}", {"subset": "Test"})
    assert ann.api.get(url).json["task_subsets"] == ["Test", "Train"]
    ann.api.delete(f"/api/tasks/{second['id']}")
    now = ann.api.get(url).json
    assert (now["tasks"]["count"], now["task_subsets"]) == (1, ["Test"])


def test_a_task_uses_the_labels_of_its_project(ann: Member, make_task: MakeTask) -> None:
    project = _project(ann)
    task = make_task(project_id=project["id"])
    job = ann.api.get("/api/jobs", task_id=task["id"]).json["results"][0]

    of_project = ann.api.get("/api/labels", project_id=project["id"]).json["results"]
    assert [label["name"] for label in of_project] == ["cat", "dog"]
    assert {label["project_id"] for label in of_project} == {project["id"]}
    assert all("task_id" not in label for label in of_project)
    assert ann.api.get("/api/labels", task_id=task["id"]).json["results"] == of_project
    assert ann.api.get("/api/labels", job_id=job["id"]).json["results"] == of_project


def test_a_task_cannot_bring_labels_into_a_project(ann: Member) -> None:
    project = _project(ann)
    body = {"name": "x", "project_id": project["id"], "labels": [{"name": "cat"}]}
    assert ann.api.post("/api/tasks", body).status == 400
    task = ann.api.post("/api/tasks", {"name": "x", "project_id": project["id"]}).json
    answer = ann.api.patch(f"/api/tasks/{task['id']}", {"labels": [{"name": "cow"}]})
    assert answer.status == 400
    assert len(ann.api.get("/api/labels", task_id=task["id"]).json["results"]) == 2


def test_one_changes_a_project_and_its_labels_together(ann: Member) -> None:
    project = _project(ann)
    url = f"/api/projects/{project['id']}"
    cat, dog = ann.api.get("/api/labels", project_id=project["id"]).json["results"]

    answer = ann.api.patch(
        url,
        {
            "name": "animals",
            "bug_tracker": "b",
            "labels": [
                {"id": cat["id"], "name": "lion", "color": "#112233"},
                {"id": dog["id"], "deleted": True},
                {"name": "owl"},
            ],
        },
    )

    assert answer.status == 200
    assert (answer.json["name"], answer.json["bug_tracker"]) == ("animals", "b")
    labels = ann.api.get("/api/labels", project_id=project["id"]).json["results"]
    assert labels[0]["id"] == cat["id"]
    assert labels[0]["color"] == "#112233"
    assert [label["name"] for label in labels] == ["lion", "owl"]
    assert labels[1]["id"] > dog["id"]
    assert ann.api.get(f"/api/labels/{dog['id']}").status == 404


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"labels": [{"id": 999, "name": "x"}]},
        {"labels": [{"name": "cat"}]},
        {"name": "new", "labels": [{"name": "ok"}, {"name": "ok"}]},
        {"organization_id": 1},
        {"target_storage": {"location": "cloud_storage", "cloud_storage_id": 5}},
    ],
)
def test_a_bad_change_changes_nothing(ann: Member, body: dict[str, Any]) -> None:
    project = _project(ann)
    labels = ann.api.get("/api/labels").json

    assert ann.api.patch(f"/api/projects/{project['id']}", body).status == 400

    assert ann.api.get(f"/api/projects/{project['id']}").json == project
    assert ann.api.get("/api/labels").json == labels


def test_who_may_do_what(
    ann: Member, bob: Member, admin: Member, join: Join, make_task: MakeTask
) -> None:
    wim = join("wim", "worker")
    project = _project(ann)
    url = f"/api/projects/{project['id']}"
    task = make_task(project_id=project["id"])
    assert bob.api.get(url).status == 403
    assert bob.api.get("/api/projects/404").status == 404
    assert wim.api.post("/api/projects", {"name": "x"}).status == 403
    assert bob.api.post("/api/tasks", {"name": "x", "project_id": project["id"]}).status == 403
    assert ann.api.patch(url, {"owner_id": ann.id}).status == 403
    assert ann.api.post("/api/projects", {"name": "x", "owner_id": bob.id}).status == 403

    admin.api.patch(url, {"assignee_id": bob.id})

    assert bob.api.get("/api/projects").json["count"] == 1
    assert bob.api.get("/api/tasks").json["count"] == 1
    assert bob.api.get("/api/jobs").json["count"] == 1
    assert bob.api.patch(url, {"name": "shared"}).status == 200
    assert bob.api.patch(url, {"assignee_id": bob.id}).status == 403
    assert bob.api.delete(url).status == 403
    assert bob.api.patch(f"/api/tasks/{task['id']}", {"assignee_id": bob.id}).status == 200
    assert bob.api.post("/api/tasks", {"name": "x", "project_id": project["id"]}).status == 201
    assert admin.api.patch(url, {"owner_id": bob.id}).json["owner"]["username"] == "bob"
