from __future__ import annotations

from typing import Any

import pytest

from chalicelib.annotations import store as annotation_store
from chalicelib.annotations.model.document import AttributeValue, Objects, Shape
from chalicelib.annotations.revisions.changes import Change
from chalicelib.projects import following, sweep
from tests.unit.projects.conftest import MakeTask, Member

COLOUR = {"name": "colour", "mutable": False, "input_type": "select", "values": ["red", "blue"]}
CAR = {"name": "car", "attributes": [COLOUR]}


def _ids(member: Member, **parent: int) -> dict[str, tuple[int, int]]:
    """Ids of each label and of its first attribute, by name."""
    found = member.api.get("/api/labels", **parent).json["results"]
    return {
        label["name"]: (label["id"], label["attributes"][0]["id"] if label["attributes"] else 0)
        for label in found
    }


def _project(member: Member, *labels: dict[str, Any]) -> int:
    made = member.api.post("/api/projects", {"name": "street", "labels": list(labels)})
    return int(made.json["id"])


def _annotated(member: Member, make_task: MakeTask) -> tuple[int, int]:
    """A task with a car in its first job; returns the ids of both."""
    task = make_task(4, segment_size=2, labels=[CAR, {"name": "tree"}], subset="Train")
    job = member.api.get("/api/jobs", task_id=task["id"], sort="id").json["results"][0]
    label_id, spec_id = _ids(member, task_id=task["id"])["car"]
    shape = Shape(
        type="rectangle",
        frame=0,
        points=[1, 2, 3, 4],
        label_id=label_id,
        attributes=[AttributeValue(spec_id, "red")],
    )
    annotation_store.save(
        annotation_store.Save(job_id=job["id"], change=Change(create=Objects(shapes=[shape])))
    )
    return task["id"], job["id"]


def test_labels_attributes_and_annotations_move_along(ann: Member, make_task: MakeTask) -> None:
    project_id = _project(ann, {"name": "tree"}, CAR, {"name": "sky"})
    task_id, job_id = _annotated(ann, make_task)
    (before,) = annotation_store.read_job(job_id).shapes
    old = _ids(ann, task_id=task_id)

    moved = ann.api.patch(f"/api/tasks/{task_id}", {"project_id": project_id})

    assert moved.status == 200, moved
    assert (moved.json["project_id"], moved.json["project_name"]) == (project_id, "street")
    label_id, spec_id = _ids(ann, project_id=project_id)["car"]
    (shape,) = annotation_store.read_job(job_id).shapes
    assert (shape.id, shape.label_id, shape.points) == (before.id, label_id, before.points)
    assert shape.attributes == [AttributeValue(spec_id, "red")]
    assert _ids(ann, task_id=task_id) == _ids(ann, project_id=project_id)
    assert ann.api.get("/api/jobs", project_id=project_id).json["count"] == 2
    assert ann.api.get("/api/tasks", project_id=project_id).json["count"] == 1
    project = ann.api.get(f"/api/projects/{project_id}").json
    assert (project["tasks"]["count"], project["task_subsets"], project["dimension"]) == (
        1, ["Train"], "2d",
    )  # fmt: skip
    for label, _ in old.values():
        assert ann.api.get(f"/api/labels/{label}").status == 404


@pytest.mark.parametrize(
    "labels",
    [
        [],
        [CAR],
        [{"name": "car"}, {"name": "tree"}],
        [{"name": "car", "attributes": [{**COLOUR, "values": ["red"]}]}, {"name": "tree"}],
        [{"name": "car", "attributes": [{**COLOUR, "input_type": "radio"}]}, {"name": "tree"}],
    ],
)
def test_a_task_does_not_move_where_its_labels_are_not(
    ann: Member, make_task: MakeTask, labels: list[dict[str, Any]]
) -> None:
    project_id = _project(ann, *labels)
    task_id, job_id = _annotated(ann, make_task)
    before = ann.api.get(f"/api/tasks/{task_id}").json
    document = annotation_store.read_job(job_id)

    answer = ann.api.patch(f"/api/tasks/{task_id}", {"project_id": project_id, "name": "new"})

    assert (answer.status, list(answer.json)) == (400, ["project_id"])
    assert ann.api.get(f"/api/tasks/{task_id}").json == before
    assert annotation_store.read_job(job_id) == document
    assert ann.api.get(f"/api/projects/{project_id}").json["tasks"]["count"] == 0


def test_a_task_stays_in_its_project(ann: Member, make_task: MakeTask) -> None:
    first, second = _project(ann, CAR), _project(ann, CAR)
    task = make_task(project_id=first)
    url = f"/api/tasks/{task['id']}"
    assert ann.api.patch(url, {"project_id": second}).status == 400
    assert ann.api.patch(url, {"project_id": None}).status == 400
    assert ann.api.patch(url, {"project_id": first}).status == 200
    assert ann.api.get(url).json["project_id"] == first


def test_nobody_moves_a_task_into_a_strangers_project(
    ann: Member, bob: Member, make_task: MakeTask
) -> None:
    project_id = _project(bob, CAR)
    task = make_task(labels=[CAR])
    assert ann.api.patch(f"/api/tasks/{task['id']}", {"project_id": project_id}).status == 403
    assert ann.api.get(f"/api/tasks/{task['id']}").json == task


def test_an_interrupted_move_is_finished_later(
    ann: Member, make_task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    project_id = _project(ann, CAR, {"name": "tree"})
    task_id, job_id = _annotated(ann, make_task)

    def crash(*_: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(following, "_relabel", crash)
        assert ann.api.patch(f"/api/tasks/{task_id}", {"project_id": project_id}).status == 200
    assert annotation_store.read_revision(job_id) == 1

    assert sweep.resume() == 1

    (shape,) = annotation_store.read_job(job_id).shapes
    assert shape.label_id == _ids(ann, project_id=project_id)["car"][0]
    assert ann.api.get("/api/jobs", project_id=project_id).json["count"] == 2
    assert sweep.resume() == 0
