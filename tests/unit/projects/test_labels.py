from __future__ import annotations

import threading
from typing import Any

import pytest

from chalicelib.annotations import store as annotation_store
from chalicelib.annotations.model.document import Objects, Shape
from chalicelib.annotations.revisions.changes import Change
from tests.unit.projects.conftest import MakeTask, Member

CAR: dict[str, Any] = {
    "name": "car",
    "type": "rectangle",
    "color": "#ff0000",
    "attributes": [
        {
            "name": "colour",
            "mutable": False,
            "input_type": "select",
            "default_value": "red",
            "values": ["red", "blue"],
        }
    ],
}
BODY: dict[str, Any] = {
    "name": "body",
    "type": "skeleton",
    "svg": '<circle r="1" cx="1" cy="1" data-label-name="head"/>',
    "sublabels": [{"name": "head", "type": "points", "color": "#00ff00", "attributes": []}],
}


def _labels(member: Member, **query: Any) -> list[dict[str, Any]]:
    answer = member.api.get("/api/labels", **query)
    assert answer.status == 200, answer
    found: list[dict[str, Any]] = answer.json["results"]
    return found


def test_labels_of_a_task_are_as_given(ann: Member, make_task: MakeTask) -> None:
    task = make_task(labels=[CAR, BODY, {"name": "tree"}])

    car, body, tree = _labels(ann, task_id=task["id"])

    attribute = car["attributes"][0]
    assert car == {
        "id": car["id"],
        "name": "car",
        "color": "#ff0000",
        "type": "rectangle",
        "attributes": [{**CAR["attributes"][0], "id": attribute["id"]}],
        "sublabels": [],
        "task_id": task["id"],
        "parent_id": None,
        "has_parent": False,
    }
    (head,) = body["sublabels"]
    assert head == {**BODY["sublabels"][0], "id": head["id"], "has_parent": True}
    assert f'data-label-id="{head["id"]}"' in body["svg"]
    assert (tree["type"], tree["attributes"]) == ("any", [])
    assert tree["color"].startswith("#")
    assert ann.api.get(f"/api/labels/{car['id']}").json == car
    lone = ann.api.get(f"/api/labels/{head['id']}").json
    assert (lone["parent_id"], lone["has_parent"]) == (body["id"], True)


def test_lists_narrow_search_and_page(ann: Member, bob: Member, make_task: MakeTask) -> None:
    first = make_task(labels=[CAR, BODY, {"name": "cart"}])
    second = make_task(labels=[{"name": "cat"}])

    assert [x["name"] for x in _labels(ann)] == ["car", "body", "cart", "cat"]
    assert [x["name"] for x in _labels(ann, search="car")] == ["car", "cart"]
    assert [x["name"] for x in _labels(ann, name="car")] == ["car"]
    assert [x["name"] for x in _labels(ann, type="skeleton")] == ["body"]
    assert [x["name"] for x in _labels(ann, parent="body")] == ["head"]
    assert [x["name"] for x in _labels(ann, task_id=first["id"], sort="-name")] == [
        "cart", "car", "body",
    ]  # fmt: skip
    page = ann.api.get("/api/labels", task_id=first["id"], page_size=2, page=2, org="").json
    assert [x["name"] for x in page["results"]] == ["cart"]
    assert page["count"] == 3
    assert bob.api.get("/api/labels").json["count"] == 0
    assert bob.api.get("/api/labels", task_id=first["id"]).status == 403
    assert ann.api.get("/api/labels", task_id=404).status == 404
    assert ann.api.get("/api/labels", task_id=first["id"], project_id=1).status == 400
    assert ann.api.get("/api/labels", task_id="x").status == 400
    assert ann.api.get("/api/labels", page=9).status == 404
    assert _labels(ann, task_id=second["id"])[0]["name"] == "cat"


def test_one_changes_a_label_by_its_id(ann: Member, make_task: MakeTask) -> None:
    task = make_task(labels=[CAR, {"name": "tree"}])
    car = _labels(ann, task_id=task["id"])[0]
    added = {"name": "brand", "input_type": "text", "mutable": True, "values": []}
    change = {"name": "auto", "color": "#0000ff", "attributes": [added]}

    changed = ann.api.patch(f"/api/labels/{car['id']}", change)

    assert changed.status == 200
    assert (changed.json["name"], changed.json["color"]) == ("auto", "#0000ff")
    assert [a["name"] for a in changed.json["attributes"]] == ["colour", "brand"]
    assert _labels(ann, task_id=task["id"])[0] == changed.json


@pytest.mark.parametrize(
    "body",
    [
        {"name": "tree"},
        {"name": ""},
        {"name": "n" * 65},
        {"type": "blob"},
        {"color": "crimson"},
        {"attributes": [{"name": "x", "input_type": "slider"}]},
        {"attributes": [{"name": "colour", "deleted": True}]},
        {"attributes": [{"id": 999, "name": "colour"}]},
    ],
)
def test_a_bad_change_changes_nothing(
    ann: Member, make_task: MakeTask, body: dict[str, Any]
) -> None:
    task = make_task(labels=[CAR, {"name": "tree"}])
    before = _labels(ann, task_id=task["id"])

    assert ann.api.patch(f"/api/labels/{before[0]['id']}", body).status == 400

    assert _labels(ann, task_id=task["id"]) == before


def test_sublabels_belong_to_their_skeleton(ann: Member, make_task: MakeTask) -> None:
    task = make_task(labels=[BODY])
    (body,) = _labels(ann, task_id=task["id"])
    head = body["sublabels"][0]
    url = f"/api/labels/{head['id']}"

    assert ann.api.delete(url).status == 400
    assert ann.api.patch(url, {"name": "nose"}).status == 400
    assert _labels(ann, task_id=task["id"]) == [body]

    renamed = ann.api.patch(
        f"/api/labels/{body['id']}", {"sublabels": [{"id": head["id"], "name": "nose"}]}
    ).json
    assert [(s["id"], s["name"]) for s in renamed["sublabels"]] == [(head["id"], "nose")]
    assert renamed["svg"] == body["svg"]


def test_strangers_may_neither_read_nor_change_labels(
    ann: Member, bob: Member, make_task: MakeTask
) -> None:
    label = _labels(ann, task_id=make_task(labels=[CAR])["id"])[0]
    url = f"/api/labels/{label['id']}"
    assert bob.api.get(url).status == 403
    assert bob.api.patch(url, {"name": "x"}).status == 403
    assert bob.api.delete(url).status == 403
    assert bob.api.get("/api/labels/404").status == 404
    assert ann.api.get(url).json == label


def test_deleting_a_label_deletes_its_objects(ann: Member, make_task: MakeTask) -> None:
    task = make_task(labels=[CAR, {"name": "tree"}])
    job_id = ann.api.get("/api/jobs", task_id=task["id"]).json["results"][0]["id"]
    car, tree = _labels(ann, task_id=task["id"])
    shapes = [
        Shape(type="rectangle", frame=0, points=[1, 2, 3, 4], label_id=label["id"])
        for label in (car, tree)
    ]
    annotation_store.save(
        annotation_store.Save(job_id=job_id, change=Change(create=Objects(shapes=shapes)))
    )

    assert ann.api.delete(f"/api/labels/{car['id']}").status == 204

    assert [x["name"] for x in _labels(ann, task_id=task["id"])] == ["tree"]
    assert ann.api.get(f"/api/labels/{car['id']}").status == 404
    assert [s.label_id for s in annotation_store.read_job(job_id).shapes] == [tree["id"]]


def test_labels_added_at_the_same_time_are_all_kept(ann: Member) -> None:
    project = ann.api.post("/api/projects", {"name": "pets"}).json
    url = f"/api/projects/{project['id']}"
    statuses: list[int] = []

    def add(name: str) -> None:
        statuses.append(ann.api.patch(url, {"labels": [{"name": name}]}).status)

    wanted = [*"abcdef", "a"]
    threads = [threading.Thread(target=add, args=(name,)) for name in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] * 6 + [400]
    assert sorted(x["name"] for x in _labels(ann, project_id=project["id"])) == list("abcdef")


def test_a_thousand_labels_fit(ann: Member) -> None:
    labels = [{"name": f"class {k}", "attributes": CAR["attributes"]} for k in range(1000)]
    project = ann.api.post("/api/projects", {"name": "many", "labels": labels})
    assert project.status == 201, project
    page = ann.api.get("/api/labels", project_id=project.json["id"], page_size="all").json
    assert page["count"] == len(page["results"]) == 1000
    last = page["results"][-1]
    assert ann.api.get(f"/api/labels/{last['id']}").json == last
