from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from chalicelib.platform import table
from tests.unit.projects.conftest import MakeTask, Member


def _jobs(member: Member, task: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = member.api.get("/api/jobs", task_id=task["id"]).json["results"]
    return found[::-1]


def test_a_job_says_what_it_is_and_what_it_inherits(ann: Member, make_task: MakeTask) -> None:
    project = ann.api.post("/api/projects", {"name": "pets", "bug_tracker": "b"}).json
    task = make_task(10, project_id=project["id"], segment_size=4)

    _, second, third = _jobs(ann, task)

    assert {
        "url": f"http://localhost:8080/api/jobs/{second['id']}",
        "task_id": task["id"],
        "task_name": "cats",
        "project_id": project["id"],
        "project_name": "pets",
        "type": "annotation",
        "stage": "annotation",
        "state": "new",
        "status": "annotation",
        "assignee": None,
        "guide_id": None,
        "bug_tracker": "b",
        "dimension": "2d",
        "mode": "annotation",
        "media_type": "image",
        "start_frame": 4,
        "stop_frame": 7,
        "frame_count": 4,
        "data_chunk_size": 36,
        "data_original_chunk_type": "imageset",
        "data_compressed_chunk_type": "imageset",
        "parent_job_id": None,
        "replicas_count": 0,
        "issues": {"url": f"http://localhost:8080/api/issues?job_id={second['id']}"},
        "labels": {"url": f"http://localhost:8080/api/labels?job_id={second['id']}"},
        "target_storage": {"location": "local", "cloud_storage_id": None},
    }.items() <= second.items()
    assert (third["start_frame"], third["stop_frame"], third["frame_count"]) == (8, 9, 2)
    assert ann.api.get(f"/api/jobs/{second['id']}").json == second


def test_one_job_costs_one_call_to_the_table_beside_the_session(
    ann: Member, make_task: MakeTask
) -> None:
    (job,) = _jobs(ann, make_task())
    url = f"/api/jobs/{job['id']}"
    ann.api.get(url)
    calls: list[str] = []

    def count(model: Any, **_: Any) -> None:
        calls.append(model.name)

    events = table.connection().client.meta.events
    events.register("before-call.dynamodb", count)
    try:
        ann.api.get(url)
    finally:
        events.unregister("before-call.dynamodb", count)
    assert calls == ["BatchGetItem", "BatchGetItem"]


def test_a_new_stage_starts_afresh(ann: Member, make_task: MakeTask) -> None:
    (job,) = _jobs(ann, make_task())
    url = f"/api/jobs/{job['id']}"

    assert ann.api.patch(url, {"state": "completed"}).json["state"] == "completed"
    moved = ann.api.patch(url, {"stage": "validation"}).json
    assert (moved["stage"], moved["state"], moved["status"]) == ("validation", "new", "validation")
    done = ann.api.patch(url, {"stage": "acceptance", "state": "completed"}).json
    assert (done["stage"], done["state"], done["status"]) == ("acceptance",) + ("completed",) * 2
    same = ann.api.patch(url, {"stage": "acceptance"}).json
    assert same["state"] == "completed"


def test_a_task_is_where_its_slowest_job_is(ann: Member, make_task: MakeTask) -> None:
    task = make_task(10, segment_size=5)
    url = f"/api/tasks/{task['id']}"
    first, second = (f"/api/jobs/{job['id']}" for job in _jobs(ann, task))

    def state() -> tuple[Any, ...]:
        now = ann.api.get(url).json
        jobs = now["jobs"]
        return now["status"], jobs["count"], jobs["completed"], jobs["validation"]

    ann.api.patch(first, {"stage": "validation"})
    assert state() == ("annotation", 2, 0, 1)
    ann.api.patch(second, {"stage": "acceptance", "state": "completed"})
    assert state() == ("validation", 2, 1, 1)
    ann.api.patch(first, {"stage": "acceptance", "state": "completed"})
    assert state() == ("completed", 2, 2, 0)
    ann.api.patch(first, {"state": "rejected"})
    assert state() == ("validation", 2, 1, 0)
    ann.api.patch(second, {"stage": "annotation"})
    assert state() == ("annotation", 2, 0, 0)


def test_counts_are_right_when_everybody_saves_at_once(ann: Member, make_task: MakeTask) -> None:
    task = make_task(8, segment_size=1)
    urls = [f"/api/jobs/{job['id']}" for job in _jobs(ann, task)]
    statuses: list[int] = []

    def finish(url: str) -> None:
        statuses.append(ann.api.patch(url, {"stage": "validation"}).status)
        done = {"stage": "acceptance", "state": "completed"}
        statuses.append(ann.api.patch(url, done).status)

    threads = [threading.Thread(target=finish, args=(url,)) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 16
    now = ann.api.get(f"/api/tasks/{task['id']}").json
    assert now["jobs"].items() >= {"count": 8, "completed": 8, "validation": 0}.items()
    assert now["status"] == "completed"


def test_an_assignee_sees_and_works_on_the_job_alone(
    ann: Member, bob: Member, admin: Member, make_task: MakeTask
) -> None:
    task = make_task(10, segment_size=5)
    first, second = _jobs(ann, task)
    url = f"/api/jobs/{first['id']}"
    assert bob.api.get(url).status == 403
    assert ann.api.patch(url, {"assignee": bob.id}).status == 403

    given = admin.api.patch(url, {"assignee": bob.id}).json

    assert given["assignee"]["username"] == "bob"
    assert given["assignee_updated_date"] is not None
    assert [job["id"] for job in bob.api.get("/api/jobs").json["results"]] == [first["id"]]
    listed = bob.api.get("/api/jobs", task_id=task["id"]).json["results"]
    assert [job["id"] for job in listed] == [first["id"]]
    assert bob.api.patch(url, {"state": "in progress"}).status == 200
    assert bob.api.patch(url, {"stage": "validation"}).status == 403
    assert bob.api.patch(url, {"state": "new", "assignee": None}).status == 403
    assert bob.api.get(url).json["state"] == "in progress"
    assert bob.api.get(f"/api/jobs/{second['id']}").status == 403
    assert bob.api.get(f"/api/tasks/{task['id']}").status == 403


def test_a_change_of_a_job_dates_its_task_and_project(ann: Member, make_task: MakeTask) -> None:
    project = ann.api.post("/api/projects", {"name": "pets"}).json
    task = make_task(project_id=project["id"])
    (job,) = _jobs(ann, task)
    time.sleep(0.002)

    changed = ann.api.patch(f"/api/jobs/{job['id']}", {"state": "in progress"}).json

    assert (
        changed["updated_date"] > job["updated_date"]
        or job["updated_date"] == (changed["updated_date"])
    )
    for url in (f"/api/tasks/{task['id']}", f"/api/projects/{project['id']}"):
        assert ann.api.get(url).json["updated_date"] == changed["updated_date"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"stage": "done"}, "stage"),
        ({"state": "sleeping"}, "state"),
        ({"stage": None}, "stage"),
        ({"assignee": "bob"}, "assignee"),
        ({"assignee": 404}, "assignee"),
    ],
)
def test_a_bad_change_changes_nothing(
    ann: Member, admin: Member, make_task: MakeTask, body: dict[str, Any], field: str
) -> None:
    (job,) = _jobs(ann, make_task())
    answer = admin.api.patch(f"/api/jobs/{job['id']}", body)
    assert (answer.status, list(answer.json)) == (400, [field])
    assert ann.api.get(f"/api/jobs/{job['id']}").json == job


def test_jobs_come_and_go_with_their_task_only(ann: Member, make_task: MakeTask) -> None:
    task = make_task()
    (job,) = _jobs(ann, task)
    created = ann.api.post("/api/jobs", {"type": "ground_truth", "task_id": task["id"]})
    assert created.status == 400
    deleted = ann.api.delete(f"/api/jobs/{job['id']}")
    assert deleted.status == 400
    assert deleted.json == ["Only ground truth jobs can be deleted; delete the task instead."]
    assert len(_jobs(ann, task)) == 1
    assert ann.api.get("/api/jobs/404").status == 404
