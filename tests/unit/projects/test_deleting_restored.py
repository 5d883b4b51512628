"""What was deleted comes back exactly as it was, whatever interrupts that."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.annotations import store as annotation_store
from chalicelib.platform import bucket, workflows
from chalicelib.projects import sweep
from tests.support.crashes import Crash, When, counted_calls, each_crash
from tests.unit.projects.conftest import MakeTask, Member, TrashDays
from tests.unit.projects.estate import LABELS, fill, left, seen, stored


@pytest.fixture
def project(ann: Member) -> dict[str, Any]:
    made: dict[str, Any] = ann.api.post("/api/projects", {"name": "pets", "labels": LABELS}).json
    return made


def _task(ann: Member, make_task: MakeTask, **fields: Any) -> dict[str, Any]:
    task = make_task(4, segment_size=2, **fields)
    fill(ann, task)
    return task


def _restore(member: Member, kind: str, thing: dict[str, Any]) -> Any:
    answer = member.api.post(f"/api/trash/{kind}/{thing['id']}/restore")
    assert answer.status == 200, answer
    return answer.json


def test_a_task_comes_back_as_it_was(
    ann: Member, make_task: MakeTask, project: dict[str, Any]
) -> None:
    alone = _task(ann, make_task, labels=LABELS)
    below = _task(ann, make_task, project_id=project["id"], subset="Train")
    _task(ann, make_task, project_id=project["id"], subset="Test")
    before, shown = stored(), seen(ann)
    for task in (alone, below):
        ann.api.delete(f"/api/tasks/{task['id']}")
    assert ann.api.get(f"/api/projects/{project['id']}").json["task_subsets"] == ["Test"]
    assert ann.api.get(f"/api/projects/{project['id']}").json["tasks"]["count"] == 1

    for task in (alone, below):
        answer = _restore(ann, "task", task)
        assert answer["url"].endswith(f"/api/tasks/{task['id']}")
        assert answer["finished"] is True
        assert ann.api.get(f"/api/tasks/{task['id']}").json == task

    assert stored() == before
    now = seen(ann)
    now["projects"]["results"][0]["updated_date"] = project["updated_date"]
    shown["projects"]["results"][0]["updated_date"] = project["updated_date"]
    assert now == shown
    assert ann.api.get("/api/trash").json["count"] == 0


def test_a_project_comes_back_with_its_tasks_but_not_with_those_deleted_before(
    ann: Member, make_task: MakeTask, project: dict[str, Any]
) -> None:
    early, *late = [_task(ann, make_task, project_id=project["id"]) for _ in range(3)]
    whole = stored()
    ann.api.delete(f"/api/tasks/{early['id']}")
    before = stored()
    ann.api.delete(f"/api/projects/{project['id']}")
    for task in late:
        assert ann.api.get(f"/api/tasks/{task['id']}").status == 404
        assert ann.api.post(f"/api/trash/task/{task['id']}/restore").status == 404
    assert seen(ann)["tasks"]["count"] == seen(ann)["jobs"]["count"] == 0

    _restore(ann, "project", project)
    assert stored() == before
    _restore(ann, "task", early)
    assert stored() == whole


def test_a_task_whose_project_is_in_the_trash_waits_for_it(
    ann: Member, make_task: MakeTask, project: dict[str, Any]
) -> None:
    task = _task(ann, make_task, project_id=project["id"])
    before = stored()
    ann.api.delete(f"/api/tasks/{task['id']}")
    ann.api.delete(f"/api/projects/{project['id']}")
    answer = ann.api.post(f"/api/trash/task/{task['id']}/restore")
    assert answer.status == 409
    assert answer.json["detail"] == (
        f"Task 'cats' (id {task['id']}) belongs to a project. Its project 'pets' (id"
        f" {project['id']}) is in the trash, too: restore that first."
    )
    _restore(ann, "project", project)
    _restore(ann, "task", task)
    assert stored() == before


def test_a_project_removed_for_good_takes_along_the_tasks_deleted_from_it(
    ann: Member, make_task: MakeTask, project: dict[str, Any]
) -> None:
    task = _task(ann, make_task, project_id=project["id"])
    ann.api.delete(f"/api/tasks/{task['id']}")
    ann.api.delete(f"/api/projects/{project['id']}")
    assert ann.api.delete(f"/api/trash/project/{project['id']}").status == 204
    assert ann.api.post(f"/api/trash/task/{task['id']}/restore").status == 404
    sweep.resume()
    assert left() == []
    assert list(bucket.listing("")) == []


def test_a_project_that_goes_while_its_task_is_restored_leaves_the_task_in_the_trash(
    ann: Member, make_task: MakeTask, project: dict[str, Any]
) -> None:
    task = _task(ann, make_task, project_id=project["id"])
    ann.api.delete(f"/api/tasks/{task['id']}")
    with counted_calls(8), pytest.raises(Crash):
        ann.api.post(f"/api/trash/task/{task['id']}/restore")
    ann.api.delete(f"/api/projects/{project['id']}")
    answer = ann.api.post(f"/api/trash/task/{task['id']}/restore")
    assert answer.status == 409
    sweep.resume()
    assert seen(ann)["jobs"]["count"] == 0
    assert {entry["kind"] for entry in ann.api.get("/api/trash").json["results"]} == {
        "task", "project",
    }  # fmt: skip
    assert [name for name, record in stored()["records"].items() if "JOB#" in name
            and any(record["indexes"])] == []  # fmt: skip
    _restore(ann, "project", project)
    _restore(ann, "task", task)
    assert ann.api.get(f"/api/tasks/{task['id']}").json == task


def test_labels_that_the_project_lost_meanwhile_go_from_the_task(
    ann: Member, make_task: MakeTask, project: dict[str, Any]
) -> None:
    task = _task(ann, make_task, project_id=project["id"])
    jobs = [job["id"] for job in ann.api.get("/api/jobs", sort="id").json["results"]]
    cat, dog = ann.api.get("/api/labels", project_id=project["id"], sort="id").json["results"]
    ann.api.delete(f"/api/tasks/{task['id']}")
    assert ann.api.delete(f"/api/labels/{cat['id']}").status == 204
    _restore(ann, "task", task)
    for job in jobs:
        document = annotation_store.read_job(job)
        assert [tag.label_id for tag in document.tags] == [dog["id"]]
        assert document.version == 3


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["task", "project"])
def test_whenever_a_deletion_or_restoration_is_interrupted_it_can_be_repeated(
    ann: Member, make_task: MakeTask, project: dict[str, Any], kind: str, when: When
) -> None:
    tasks = [_task(ann, make_task, project_id=project["id"], subset="a") for _ in range(2)]
    kept = _task(ann, make_task, labels=LABELS)
    before = stored()
    thing = tasks[0] if kind == "task" else project
    url, trash = f"/api/{kind}s/{thing['id']}", f"/api/trash/{kind}/{thing['id']}/restore"
    gone = {"task": (2, 4), "project": (1, 2)}[kind]

    def check(deleted: bool) -> None:
        assert ann.api.get(url).status == (404 if deleted else 200)
        assert ann.api.get(f"/api/tasks/{tasks[0]['id']}").status == (404 if deleted else 200)
        counts = tuple(ann.api.get(f"/api/{each}").json["count"] for each in ("tasks", "jobs"))
        assert counts == (gone if deleted else (3, 6))
        assert ann.api.get("/api/trash").json["count"] == int(deleted)

    deaths = 0
    for _ in each_crash(lambda: ann.api.delete(url), when):
        deaths += 1
        deleted = ann.api.get(url).status == 404
        check(deleted)
        if deaths % 2:
            assert sweep.resume() in {0, 1}
            check(deleted)
            assert sweep.resume() == 0
        if deleted:
            assert ann.api.post(trash).status == 200
        check(deleted=False)
        assert stored() == before
    check(deleted=True)
    for _ in each_crash(lambda: ann.api.post(trash), when):
        deaths += 1
        deleted = ann.api.get(url).status == 404
        check(deleted)
        if deaths % 2:
            sweep.resume()
        assert ann.api.post(trash).status == 200
        check(deleted=False)
        assert stored() == before
        ann.api.delete(url)
    assert stored() == before
    assert deaths > 25
    assert ann.api.get(f"/api/tasks/{kept['id']}").json == kept


def test_more_jobs_than_one_transaction_takes(ann: Member, make_task: MakeTask) -> None:
    task = make_task(250, segment_size=1, labels=LABELS)
    before = stored()
    ann.api.delete(f"/api/tasks/{task['id']}")
    assert ann.api.get("/api/jobs").json["count"] == 0
    _restore(ann, "task", task)
    assert stored() == before


def test_a_deletion_that_takes_too_long_for_a_request_goes_on_later(
    ann: Member, make_task: MakeTask, project: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        _task(ann, make_task, project_id=project["id"])
    before = stored()
    sent: list[str] = []
    monkeypatch.setattr(workflows, "send", lambda function, _: sent.append(function))
    with monkeypatch.context() as patch:
        patch.setattr("chalicelib.projects.trash.pace.SECONDS_IN_REQUEST", -1.0)
        assert ann.api.delete(f"/api/projects/{project['id']}").status == 204
        assert seen(ann)["jobs"]["count"] == 0
        answer = ann.api.post(f"/api/trash/project/{project['id']}/restore")
        assert (answer.status, answer.json["finished"]) == (200, True)  # nothing had left yet
        ann.api.delete(f"/api/projects/{project['id']}")
    assert sweep.resume() == 1
    with monkeypatch.context() as patch:
        patch.setattr("chalicelib.projects.trash.pace.SECONDS_IN_REQUEST", -1.0)
        answer = ann.api.post(f"/api/trash/project/{project['id']}/restore")
        assert (answer.status, answer.json["finished"]) == (202, False)
        assert ann.api.get(f"/api/projects/{project['id']}").status == 404
    assert sent == ["sweep"] * 3
    assert sweep.resume() == 1
    assert stored() == before
    assert ann.api.post(f"/api/trash/project/{project['id']}/restore").json["finished"] is True


def test_what_is_being_restored_is_not_removed(
    ann: Member, make_task: MakeTask, trash_days: TrashDays
) -> None:
    task = _task(ann, make_task, labels=LABELS)
    before = stored()
    ann.api.delete(f"/api/tasks/{task['id']}")
    with counted_calls(5), pytest.raises(Crash):
        ann.api.post(f"/api/trash/task/{task['id']}/restore")
    answer = ann.api.delete(f"/api/trash/task/{task['id']}")
    assert answer.status == 409
    assert "being restored" in answer.json["detail"]
    trash_days(0)
    assert sweep.resume() == 1
    assert stored() == before
