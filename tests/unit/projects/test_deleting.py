from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.annotations import store as annotation_store
from chalicelib.annotations.model.document import Objects, Tag
from chalicelib.annotations.revisions import reading
from chalicelib.annotations.revisions.changes import Change
from chalicelib.platform import bucket, table
from chalicelib.platform.table import Record
from chalicelib.projects import sweep
from tests.unit.projects.conftest import MakeTask, Member

LABELS = [{"name": "cat"}]


class Crash(BaseException):
    """The process dies here."""


def _left() -> list[str]:
    """What the table still holds, apart from people, their sessions, and counters."""
    kept = ("USER", "EMAIL", "SESSION", "COUNTER")
    return sorted(f"{r.pk}/{r.sk}" for r in Record.scan() if not r.pk.startswith(kept))


def _fill(member: Member, task: dict[str, Any]) -> None:
    """Media and annotations for a task."""
    bucket.put(f"tasks/{task['id']}/raw/a.jpg", b"...")
    label = member.api.get("/api/labels", task_id=task["id"]).json["results"][0]
    for job in member.api.get("/api/jobs", task_id=task["id"]).json["results"]:
        tag = Tag(frame=job["start_frame"], label_id=label["id"])
        annotation_store.save(
            annotation_store.Save(job_id=job["id"], change=Change(create=Objects(tags=[tag])))
        )


def test_a_deleted_task_leaves_nothing(ann: Member, make_task: MakeTask) -> None:
    task = make_task(10, segment_size=5, labels=LABELS)
    other = make_task(labels=LABELS)
    job, label = (
        ann.api.get(f"/api/{kind}", task_id=task["id"]).json["results"][0]
        for kind in ("jobs", "labels")
    )
    _fill(ann, task)
    _fill(ann, other)

    assert ann.api.delete(f"/api/tasks/{task['id']}").status == 204

    for url in (f"/api/tasks/{task['id']}", f"/api/jobs/{job['id']}", f"/api/labels/{label['id']}"):
        assert ann.api.get(url).status == 404
    assert [t["id"] for t in ann.api.get("/api/tasks").json["results"]] == [other["id"]]
    assert ann.api.get("/api/jobs").json["count"] == 1
    assert [key for key, _ in bucket.listing("")] == [f"tasks/{other['id']}/raw/a.jpg"]
    gone = (f"TASK#{task['id']}/", f"JOB#{job['id']}/", f"LABEL#{label['id']}/", "GONE", "MOVED")
    assert [entry for entry in _left() if entry.startswith(gone)] == []
    assert ann.api.delete(f"/api/tasks/{task['id']}").status == 404


def test_a_deleted_project_takes_its_tasks_along(ann: Member, make_task: MakeTask) -> None:
    project = ann.api.post("/api/projects", {"name": "pets", "labels": LABELS}).json
    for _ in range(2):
        _fill(ann, make_task(4, segment_size=2, project_id=project["id"]))

    assert ann.api.delete(f"/api/projects/{project['id']}").status == 204

    assert _left() == []
    assert list(bucket.listing("")) == []
    assert ann.api.get(f"/api/projects/{project['id']}").status == 404


@pytest.mark.parametrize("calls_before_crash", range(14))
def test_whenever_a_deletion_is_interrupted_nothing_half_is_seen_and_it_is_finished_later(
    ann: Member, make_task: MakeTask, monkeypatch: pytest.MonkeyPatch, calls_before_crash: int
) -> None:
    project = ann.api.post("/api/projects", {"name": "pets", "labels": LABELS}).json
    tasks = [make_task(4, segment_size=2, project_id=project["id"]) for _ in range(2)]
    for task in tasks:
        _fill(ann, task)
    kept = make_task(labels=LABELS)
    calls = iter(range(1000))

    def failing(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            if next(calls) == calls_before_crash:
                raise Crash
            return real(*arguments)

        return call

    with monkeypatch.context() as patch:
        for module, name in (
            (table, "commit"),
            (table, "delete_many"),
            (bucket, "delete_below"),
            (annotation_store, "delete_job"),
        ):
            patch.setattr(module, name, failing(getattr(module, name)))
        with pytest.raises(Crash):
            ann.api.delete(f"/api/projects/{project['id']}")

    whole = ann.api.get(f"/api/projects/{project['id']}").status == 200
    assert whole == (calls_before_crash == 0)
    assert ann.api.get("/api/projects").json["count"] == (1 if whole else 0)
    assert ann.api.get("/api/tasks").json["count"] == (3 if whole else 1)
    assert ann.api.get("/api/jobs").json["count"] == (5 if whole else 1)
    for task in tasks:
        assert ann.api.get(f"/api/tasks/{task['id']}").status == (200 if whole else 404)

    sweep.resume()
    if whole:
        ann.api.delete(f"/api/projects/{project['id']}")
    assert sweep.resume() == 0
    assert ann.api.get(f"/api/tasks/{kept['id']}").json == kept
    ann.api.delete(f"/api/tasks/{kept['id']}")
    assert _left() == []


def test_annotations_that_lost_their_head_to_a_crash_are_swept_too(
    ann: Member, make_task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = make_task(labels=LABELS)
    _fill(ann, task)
    job_id = ann.api.get("/api/jobs").json["results"][0]["id"]

    def crash(_: int) -> None:
        table.delete_many([reading.head_key(job_id)])
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(annotation_store, "delete_job", crash)
        with pytest.raises(Crash):
            ann.api.delete(f"/api/tasks/{task['id']}")

    assert sweep.resume() == 1
    assert _left() == []


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
