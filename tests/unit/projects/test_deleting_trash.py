"""The trash as a list: whose it is, what it says, and what it costs everybody else."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.activity import requests
from chalicelib.platform import clock, table, workflows
from chalicelib.platform.requests import Principal
from chalicelib.platform.table import Record
from chalicelib.projects import sweep
from chalicelib.projects.indexing import task_record
from chalicelib.projects.models import Task
from chalicelib.projects.trash import entries
from chalicelib.projects.trash.entries import Deletion
from tests.support.crashes import counted_calls
from tests.unit.projects.conftest import Join, MakeTask, Member, TrashDays
from tests.unit.projects.estate import LABELS, fill

LISTS = ("/api/projects", "/api/tasks", "/api/jobs", "/api/labels")


def _trash(member: Member, **query: Any) -> list[tuple[str, int]]:
    answer = member.api.get("/api/trash", **query)
    assert answer.status == 200, answer
    return [(entry["kind"], entry["id"]) for entry in answer.json["results"]]


def _project(member: Member, **fields: Any) -> Any:
    answer = member.api.post("/api/projects", {"name": "pets", "labels": LABELS, **fields})
    assert answer.status == 201, answer
    return answer.json


def test_an_entry_says_what_was_deleted_by_whom_and_until_when_it_is_kept(
    ann: Member, admin: Member, make_task: MakeTask, trash_days: TrashDays
) -> None:
    trash_days(7)
    project = _project(ann)
    for _ in range(2):
        make_task(4, segment_size=2, project_id=project["id"])
    alone = make_task(6, segment_size=2, project_id=project["id"], name="third")
    ann.api.delete(f"/api/tasks/{alone['id']}")
    admin.api.delete(f"/api/projects/{project['id']}")

    first, second = ann.api.get("/api/trash").json["results"]
    dates = [datetime.fromisoformat(first.pop(f"{word}_date")) for word in ("deleted", "expires")]
    assert dates[1] - dates[0] == timedelta(days=7)
    assert abs(dates[0] - clock.now()) < timedelta(minutes=1)
    assert first.pop("deleted_by")["username"] == "root"
    assert first == {
        "kind": "project", "id": project["id"], "name": "pets", "owner": project["owner"],
        "tasks": 2, "jobs": 4, "project_id": None,
    }  # fmt: skip
    assert second["deleted_by"]["username"] == "ann"
    assert (second["name"], second["tasks"], second["jobs"]) == ("third", 1, 3)
    assert second["project_id"] == project["id"]


def test_the_trash_is_paged_searched_filtered_and_sorted(ann: Member) -> None:
    names = ["cats", "Dogs", "cows"]
    made = [ann.api.post("/api/tasks", {"name": name}).json["id"] for name in names]
    for task_id in made:
        ann.api.delete(f"/api/tasks/{task_id}")
    project = _project(ann)
    ann.api.delete(f"/api/projects/{project['id']}")
    newest = [("project", project["id"]), *(("task", task_id) for task_id in reversed(made))]
    assert _trash(ann) == newest
    page = ann.api.get("/api/trash", page=2, page_size=3).json
    assert (page["count"], page["next"], len(page["results"])) == (4, None, 1)
    assert page["previous"].endswith("/api/trash?page_size=3")
    assert _trash(ann, search="dog") == [("task", made[1])]
    assert _trash(ann, kind="project") == newest[:1]
    assert _trash(ann, sort="name", kind="task") == [("task", made[i]) for i in (0, 2, 1)]
    rule = json.dumps({"==": [{"var": "id"}, made[0]]})
    assert ("task", made[0]) in _trash(ann, filter=rule)
    assert ann.api.get("/api/trash", sort="colour").status == 400
    assert ann.api.get("/api/trash", page=9).status == 404


def test_who_may_delete_may_see_restore_and_remove(
    join: Join, ann: Member, bob: Member, admin: Member, make_task: MakeTask
) -> None:
    eve = join("eve")
    project = _project(admin, owner_id=bob.id)
    task = make_task(4, owner=admin, owner_id=ann.id, project_id=project["id"])
    named = ("task", task["id"])
    url = f"/api/trash/task/{task['id']}"
    for member in (ann, bob, admin):
        assert ann.api.delete(f"/api/tasks/{task['id']}").status == 204
        assert eve.api.post(f"{url}/restore").status == 403
        assert eve.api.delete(url).status == 403
        assert _trash(eve) == []
        assert _trash(ann) == _trash(bob) == _trash(admin) == [named]
        assert member.api.post(f"{url}/restore").status == 200
        assert eve.api.post(f"{url}/restore").status == 403
        assert member.api.post(f"{url}/restore").status == 200  # as a repeated request
    bob.api.delete(f"/api/projects/{project['id']}")
    project_url = f"/api/trash/project/{project['id']}"
    assert ann.api.post(f"{project_url}/restore").status == 403
    assert _trash(ann) == []
    assert bob.api.delete(project_url).status == 204
    assert _trash(bob) == _trash(admin) == []
    assert bob.api.delete(project_url).status == 404


def test_a_task_of_a_deleted_project_is_seen_by_the_owner_of_the_project(
    ann: Member, bob: Member, admin: Member, make_task: MakeTask
) -> None:
    project = _project(admin, owner_id=bob.id)
    task = make_task(4, owner=admin, owner_id=ann.id, project_id=project["id"])
    ann.api.delete(f"/api/tasks/{task['id']}")
    bob.api.delete(f"/api/projects/{project['id']}")
    assert _trash(bob) == [("project", project["id"]), ("task", task["id"])]
    assert bob.api.delete(f"/api/trash/task/{task['id']}").status == 204
    assert _trash(bob) == [("project", project["id"])]


@pytest.mark.parametrize("path", ["task/999999", "project/999999", "job/1", "task/x", "label/1"])
def test_what_is_not_in_the_trash_is_not_found(ann: Member, path: str) -> None:
    assert ann.api.post(f"/api/trash/{path}/restore").status == 404
    assert ann.api.delete(f"/api/trash/{path}").status == 404


def test_what_was_never_deleted_is_not_removed_through_the_trash(
    ann: Member, make_task: MakeTask
) -> None:
    task = make_task()
    assert ann.api.delete(f"/api/trash/task/{task['id']}").status == 404
    assert ann.api.get(f"/api/tasks/{task['id']}").json == task


@pytest.mark.parametrize("who", ["ann", "admin"])
def test_lists_cost_the_same_with_a_thousand_things_in_the_trash(
    ann: Member, admin: Member, make_task: MakeTask, who: str
) -> None:
    """Calls are counted, and what the indexes answer: they know nothing of the trash."""
    member = {"ann": ann, "admin": admin}[who]
    project = _project(ann)
    for _ in range(3):
        make_task(4, segment_size=2, project_id=project["id"])
    before = [_cost(member, path) for path in LISTS]
    for _ in range(3):
        deleted = make_task(4, segment_size=2, project_id=project["id"])
        ann.api.delete(f"/api/tasks/{deleted['id']}")
    _fill_trash(ann, project["id"])
    assert member.api.get("/api/trash").json["count"] == 1003

    assert [_cost(member, path) for path in LISTS] == before
    calls, read = _cost(member, "/api/trash")
    assert len(calls) < 20
    assert read < 2 * 1003 + 50


def _cost(member: Member, path: str) -> tuple[list[str], int]:
    """Calls of a list, and how many records they brought."""
    brought = 0

    def answered(parsed: Any, **_: Any) -> None:
        nonlocal brought
        brought += len(parsed.get("Items", []))
        brought += sum(len(found) for found in parsed.get("Responses", {}).values())

    events = table.connection().client.meta.events
    member.api.get(path)  # what the process remembers is there from now on
    events.register("after-call.dynamodb", answered)
    try:
        with counted_calls() as calls:
            member.api.get(path)
    finally:
        events.unregister("after-call.dynamodb", answered)
    return calls.made, brought


def _fill_trash(member: Member, project_id: int) -> None:
    """A thousand tasks of a project, as they are when everything was done for their deletion."""
    moment = clock.iso()
    graves = []
    for number in range(10_000, 11_000):
        task = Task(
            id=number, name="old", owner_id=member.id, project_id=project_id,
            created_date=moment, updated_date=moment,
        )  # fmt: skip
        deletion = Deletion(kind="task", id=number, at=moment, by=None, version=1, jobs=0)
        entry = entries.buried(task_record(task), deletion)
        entry.becoming(state="kept")
        graves.append(entry.record)
    table.put_many(graves)


def test_nothing_of_the_trash_is_in_the_indexes_of_lists(ann: Member, make_task: MakeTask) -> None:
    project = _project(ann)
    for task in (make_task(4, segment_size=2, project_id=project["id"]), make_task(labels=LABELS)):
        fill(ann, task)
    ann.api.delete(f"/api/projects/{project['id']}")
    ann.api.delete(f"/api/tasks/{task['id']}")
    listed = [
        (record.pk, value)
        for record in Record.scan()
        for value in (record.by_kind, record.by_owner, record.by_assignee, record.by_parent)
        if value and not value.startswith(("trash", "user"))
    ]
    assert listed == []


def test_background_requests_end_with_what_they_are_for(
    ann: Member, make_task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflows, "start", lambda *_: None)
    project = _project(ann)
    task, other = make_task(project_id=project["id"]), make_task(labels=LABELS)
    owner = Principal(ann.id, "ann", ("user",), "session")

    def start(name: str, **target: Any) -> None:
        operation = requests.Operation(type="export:dataset", target="task", **target)
        requests.start(
            "export", request_id=name, owner=owner, operation=operation, machine="export", inputs={}
        )

    start("of the task", task_id=task["id"], project_id=project["id"])
    start("of the project", project_id=project["id"])
    start("of another", task_id=other["id"])

    def status(name: str) -> str:
        found = requests.load(name)
        assert found is not None
        return f"{found.status} {found.message}".strip()

    ann.api.delete(f"/api/tasks/{task['id']}")
    ended = "failed The task was deleted meanwhile. Restore it and start this again."
    assert status("of the task") == ended
    assert status("of the project") == "queued"
    ann.api.delete(f"/api/projects/{project['id']}")
    assert status("of the project") == ended.replace("task", "project")
    assert status("of another") == "queued"


def test_a_project_without_a_task_that_the_index_does_not_know_yet_waits_for_it(
    ann: Member, make_task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = _project(ann)
    tasks = [make_task(project_id=project["id"]) for _ in range(2)]
    listed = table.listed

    def behind(index: Any, value: str, **more: Any) -> Any:
        return [key for key in listed(index, value, **more) if key[0] != f"TASK#{tasks[1]['id']}"]

    with monkeypatch.context() as patch:
        patch.setattr(table, "listed", behind)
        assert ann.api.delete(f"/api/projects/{project['id']}").status == 204
        assert ann.api.get(f"/api/tasks/{tasks[1]['id']}").status == 404
        assert ann.api.get("/api/trash").json["results"][0]["jobs"] is None
    assert sweep.resume() == 1
    assert ann.api.get("/api/trash").json["results"][0]["jobs"] == 2
    assert ann.api.get("/api/jobs").json["count"] == 0
    ann.api.post(f"/api/trash/project/{project['id']}/restore")
    assert ann.api.get("/api/tasks").json["count"] == 2


def test_the_term_is_told_before_anything_is_deleted(ann: Member, trash_days: TrashDays) -> None:
    trash_days(7)
    assert ann.api.get("/api/trash/term").json == {"days": 7}
    trash_days(0)
    assert ann.api.get("/api/trash/term").json == {"days": 0}
