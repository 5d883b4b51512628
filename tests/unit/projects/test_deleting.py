"""What is deleted is out of everybody's sight, and leaves nothing when its time is up."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.annotations import store as annotation_store
from chalicelib.annotations.revisions import reading
from chalicelib.platform import bucket, table
from chalicelib.projects import sweep
from tests.support.crashes import Crash, When, each_crash
from tests.unit.projects.conftest import MakeTask, Member, TrashDays
from tests.unit.projects.estate import LABELS, fill, left


def test_a_deleted_task_is_out_of_reach(ann: Member, make_task: MakeTask) -> None:
    task = make_task(10, segment_size=5, labels=LABELS)
    other = make_task(labels=LABELS)
    job, label = (
        ann.api.get(f"/api/{kind}", task_id=task["id"]).json["results"][0]
        for kind in ("jobs", "labels")
    )
    fill(ann, task)

    assert ann.api.delete(f"/api/tasks/{task['id']}").status == 204

    for url in (f"/api/tasks/{task['id']}", f"/api/jobs/{job['id']}", f"/api/labels/{label['id']}"):
        assert ann.api.get(url).status == 404
    assert ann.api.get("/api/jobs", task_id=task["id"]).json["count"] == 0
    assert ann.api.get("/api/labels", task_id=task["id"]).status == 404
    assert [t["id"] for t in ann.api.get("/api/tasks").json["results"]] == [other["id"]]
    assert ann.api.get("/api/jobs").json["count"] == 1
    assert ann.api.delete(f"/api/tasks/{task['id']}").status == 404


def test_what_is_deleted_leaves_nothing_when_its_time_is_up(
    ann: Member, make_task: MakeTask, trash_days: TrashDays
) -> None:
    project = ann.api.post("/api/projects", {"name": "pets", "labels": LABELS}).json
    for _ in range(2):
        fill(ann, make_task(4, segment_size=2, project_id=project["id"]))
    alone = make_task(labels=LABELS)
    fill(ann, alone)
    ann.api.delete(f"/api/projects/{project['id']}")
    ann.api.delete(f"/api/tasks/{alone['id']}")

    assert sweep.resume() == 0
    assert ann.api.get("/api/trash").json["count"] == 2

    trash_days(0)
    assert sweep.resume() == 2
    assert left() == []
    assert list(bucket.listing("")) == []
    assert sweep.resume() == 0
    assert ann.api.post(f"/api/trash/project/{project['id']}/restore").status == 404


def test_what_is_not_due_yet_stays(ann: Member, make_task: MakeTask, trash_days: TrashDays) -> None:
    task = make_task(labels=LABELS)
    ann.api.delete(f"/api/tasks/{task['id']}")
    trash_days(1 / 24 / 3600 * 60)
    assert sweep.resume() == 0
    assert ann.api.post(f"/api/trash/task/{task['id']}/restore").status == 200


def test_without_a_trash_a_deletion_is_for_good(
    ann: Member, make_task: MakeTask, trash_days: TrashDays
) -> None:
    trash_days(0)
    project = ann.api.post("/api/projects", {"name": "pets", "labels": LABELS}).json
    fill(ann, make_task(4, segment_size=2, project_id=project["id"]))
    assert ann.api.delete(f"/api/projects/{project['id']}").status == 204
    assert left() == []
    assert list(bucket.listing("")) == []
    assert ann.api.get("/api/trash").json["count"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
def test_whenever_a_removal_for_good_is_interrupted_it_is_finished_later(
    ann: Member, make_task: MakeTask, trash_days: TrashDays, when: When
) -> None:
    kept = make_task(labels=LABELS)
    before = left()
    made: list[int] = []

    def make() -> None:
        project = ann.api.post("/api/projects", {"name": "pets", "labels": LABELS}).json
        for _ in range(2):
            fill(ann, make_task(4, segment_size=2, project_id=project["id"]))
        trash_days(30)
        ann.api.delete(f"/api/projects/{project['id']}")
        made.append(project["id"])
        trash_days(0)

    make()
    for _ in each_crash(sweep.resume, when):
        sweep.resume()
        assert left() == before
        assert list(bucket.listing("")) == []
        assert sweep.resume() == 0
        make()
    assert left() == before
    assert len(made) > 15
    assert ann.api.get(f"/api/tasks/{kept['id']}").json == kept


def test_annotations_that_lost_their_head_to_a_crash_are_swept_too(
    ann: Member, make_task: MakeTask, monkeypatch: pytest.MonkeyPatch, trash_days: TrashDays
) -> None:
    trash_days(0)
    task = make_task(labels=LABELS)
    fill(ann, task)
    job_id = ann.api.get("/api/jobs").json["results"][0]["id"]

    def crash(_: int) -> None:
        table.delete_many([reading.head_key(job_id)])
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(annotation_store, "delete_job", crash)
        with pytest.raises(Crash):
            ann.api.delete(f"/api/tasks/{task['id']}")

    assert sweep.resume() == 1
    assert left() == []


def test_a_task_cannot_be_put_into_a_deleted_project(ann: Member) -> None:
    project = ann.api.post("/api/projects", {"name": "pets"}).json
    ann.api.delete(f"/api/projects/{project['id']}")
    answer = ann.api.post("/api/tasks", {"name": "x", "project_id": project["id"]})
    assert answer.json == {"project_id": [f'Invalid pk "{project["id"]}" - object does not exist.']}


def test_strangers_delete_nothing(ann: Member, bob: Member, make_task: MakeTask) -> None:
    project = ann.api.post("/api/projects", {"name": "pets"}).json
    task = make_task()
    assert bob.api.delete(f"/api/projects/{project['id']}").status == 403
    assert bob.api.delete(f"/api/tasks/{task['id']}").status == 403
    assert ann.api.get(f"/api/projects/{project['id']}").status == 200
    assert ann.api.get(f"/api/tasks/{task['id']}").status == 200


def test_two_who_delete_the_same_delete_it_once(
    ann: Member, make_task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = ann.api.post("/api/projects", {"name": "pets", "labels": LABELS}).json
    task = make_task(project_id=project["id"])
    answers: list[Any] = []
    commit = table.commit

    def overtaken(*writes: Any) -> None:
        monkeypatch.setattr(table, "commit", commit)
        answers.append(ann.api.delete(f"/api/tasks/{task['id']}").status)
        commit(*writes)

    monkeypatch.setattr(table, "commit", overtaken)
    answers.append(ann.api.delete(f"/api/tasks/{task['id']}").status)
    assert answers == [204, 404]
    assert ann.api.get(f"/api/projects/{project['id']}").json["tasks"]["count"] == 0
    assert ann.api.get("/api/trash").json["count"] == 1
