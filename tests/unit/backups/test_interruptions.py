"""Backups and restorations that are paused, killed, repeated and cancelled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chalicelib.activity import store
from chalicelib.activity.recovery import resume_unfinished
from chalicelib.backups import restorations
from chalicelib.media.archives import packs
from chalicelib.platform import bucket as storage
from chalicelib.platform import table as tables
from chalicelib.platform.config import settings
from functions.backup import restore_handler, write_handler, writing
from functions.backup.restoring import annotating, archive
from tests.unit.backups import facts
from tests.unit.backups.annotations import annotate
from tests.unit.backups.conftest import LABELS, World
from tests.unit.backups.test_bad_backups import left
from tests.unit.media.conftest import clip
from tests.unit.media.pictures import photographs


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is done in small pieces."""
    monkeypatch.setattr(writing, "PIECE", 10_000)
    monkeypatch.setattr(annotating, "BATCH", 300)
    monkeypatch.setattr(archive, "PIECE", 10_000)
    monkeypatch.setattr(packs, "PACK_SIZE", 2_000)


def whole_project(world: World) -> int:
    project_id = int(world.api.post("/api/projects", {"name": "p", "labels": LABELS}).json["id"])
    photos = world.task(photographs(), fields={"project_id": project_id, "segment_size": 3})
    video = world.task({"v.mp4": clip("b-frames.mp4")}, fields={"project_id": project_id})
    for task_id in (photos, video):
        annotate(world, task_id)
    return project_id


def of_project(world: World, project_id: int | None) -> list[Any]:
    tasks = world.json("/api/tasks", project_id=project_id)["results"]
    ids = sorted(task["id"] for task in tasks)
    return [(facts.of_task(world, each), facts.frames_of(world, each)) for each in ids]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("questions", [1, 2, 5])
def test_a_backup_is_the_same_in_however_many_calls(world: World, questions: int) -> None:
    project_id = whole_project(world)
    whole = world.back_up("project", project_id)
    world.questions, world.calls = questions, {}
    assert world.back_up("project", project_id, filename="again.zip") == whole
    assert world.calls["backup"] > 4


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("questions", [5, 9])
def test_a_restoration_is_the_same_in_however_many_calls(world: World, questions: int) -> None:
    project_id = whole_project(world)
    made = world.ask_backup("project", project_id)
    body = storage.get(made.result_key or "") or b""
    world.questions, world.calls = questions, {}
    request = world.restore("project", body)
    assert request.status == "finished", request.message
    count = made.message.removeprefix("The backup holds ")
    assert request.message == f"Restored a project of 2 tasks with {count}"
    assert world.calls["restore"] > 3
    assert of_project(world, request.result_id) == of_project(world, project_id)


class Killed(BaseException):
    """The process ends."""


class Murderer:
    """Ends the process at the n-th write to the table or the bucket."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
        self.left = after
        self._armed = False
        for owner, name in ((tables, "commit"), (storage, "put"), (tables, "commit")):
            monkeypatch.setattr(owner, name, self._deadly(getattr(owner, name)))

    def arm(self, after: int) -> None:
        self.left, self._armed = after, True

    def disarm(self) -> None:
        self._armed = False

    def _deadly(self, work: Any) -> Any:
        def call(*given: Any, **more: Any) -> Any:
            if self._armed:
                self.left -= 1
                if self.left < 0:
                    raise Killed
            return work(*given, **more)

        return call


@pytest.mark.usefixtures("small")
def test_a_restoration_that_is_killed_again_and_again_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.activity.recovery.RESTART_LIMIT", 1000)
    project_id = whole_project(world)
    body = world.back_up("project", project_id)
    murderer = Murderer(monkeypatch, 0)
    murderer.arm(8)
    kills = 0
    try:
        world.restore("project", body)
    except Killed:
        kills += 1
    for _ in range(200):
        murderer.arm(9)
        try:
            resume_unfinished()
        except Killed:
            kills += 1
            continue
        break
    murderer.disarm()
    assert kills > 3
    (request,) = (one for one in store.of_owner(1) if one.kind == "import")
    assert request.status == "finished", request.message
    assert of_project(world, request.result_id) == of_project(world, project_id)


@pytest.mark.usefixtures("small")
def test_a_backup_that_is_killed_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.activity.recovery.RESTART_LIMIT", 1000)
    monkeypatch.setattr(write_handler, "NOTE_SECONDS", 0.0)
    project_id = whole_project(world)
    whole = world.back_up("project", project_id)
    murderer = Murderer(monkeypatch, 0)
    murderer.arm(6)
    kills = 0
    with pytest.raises(Killed):
        world.ask_backup("project", project_id, filename="again.zip")
    for _ in range(100):
        murderer.arm(6)
        try:
            resume_unfinished()
        except Killed:
            kills += 1
            continue
        break
    murderer.disarm()
    assert kills > 2
    (request,) = (one for one in store.of_owner(1) if one.kind == "export")
    assert request.status == "finished", request.message
    assert storage.get(request.result_key or "") == whole


def test_steps_that_are_delivered_twice_change_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = world.task(photographs())
    annotate(world, task_id)
    body = world.back_up("task", task_id)
    handle = restore_handler.handle

    def twice(event: dict[str, Any], context: Any) -> Any:
        answer = handle(event, context)
        handle(event, context)
        return answer

    monkeypatch.setitem(world.handlers, "restore", twice)
    copy = world.restored("task", body)
    assert facts.of_task(world, copy) == facts.of_task(world, task_id)
    assert len(world.json("/api/tasks")["results"]) == 2


@pytest.mark.parametrize("step", ["restore", "finish"])
def test_a_function_that_breaks_leaves_nothing(world: World, step: str) -> None:
    task_id = world.task(photographs())
    annotate(world, task_id)
    body = world.back_up("task", task_id)
    before = left()

    def break_down(machine: str, event: dict[str, Any]) -> None:
        if (machine, event["step"]) == ("restore", step):
            raise MemoryError("of this size")

    world.failing = break_down
    request = world.restore("task", body)
    assert request.status == "failed"
    assert request.message.startswith("The backup could not be restored")
    assert left() == before


def test_what_is_being_restored_is_seen_by_nobody(world: World) -> None:
    task_id = world.task(photographs(), fields={"segment_size": 2})
    annotate(world, task_id)
    body = world.back_up("task", task_id)
    admin = world.api.with_headers(x_group="admin")
    seen: list[list[int]] = []

    def look(machine: str, event: dict[str, Any]) -> None:
        if (machine, event["step"]) == ("restore", "finish"):
            for kind in ("tasks", "jobs", "projects"):
                found = admin.get(f"/api/{kind}", page_size="all").json["results"]
                seen.append([one.get("task_id", one["id"]) for one in found])
            assert admin.get(f"/api/tasks/{task_id + 1}").status == 404
            assert admin.get("/api/jobs/4").status == 404

    world.failing = look
    copy = world.restored("task", body)
    assert copy == task_id + 1
    assert [set(ids) for ids in seen] == [{task_id}, {task_id}, set()]
    assert {one["task_id"] for one in admin.get("/api/jobs").json["results"]} == {task_id, copy}


def test_an_unchanged_task_is_backed_up_once(world: World) -> None:
    task_id = world.task(photographs())
    first = world.ask_backup("task", task_id)
    assert world.ask_backup("task", task_id).attempt == first.attempt
    annotate(world, task_id)
    assert world.ask_backup("task", task_id).attempt != first.attempt
    assert world.ask_backup("task", task_id, lightweight="true").operation.lightweight is True


def test_a_task_that_is_deleted_meanwhile_is_said(world: World) -> None:
    task_id = world.task(photographs())

    def delete(machine: str, event: dict[str, Any]) -> None:
        if (machine, event["step"]) == ("backup", "write"):
            world.failing = lambda *_: None
            assert world.api.delete(f"/api/tasks/{task_id}").status == 204

    world.failing = delete
    request = world.ask_backup("task", task_id)
    assert request.status == "failed"
    assert "deleted" in request.message


def test_a_file_that_is_gone_from_the_share_is_named(world: World, share: Path) -> None:
    for name, body in photographs().items():
        (share / name).write_bytes(body)
    task_id = world.empty_task()
    world.finish_data(task_id, server_files=["/"])
    (share / "img2.jpg").unlink()
    request = world.ask_backup("task", task_id)
    assert (request.status, request.message) == (
        "failed", "img2.jpg is not where it was when the task was made."
    )  # fmt: skip
    uploads = storage.client().list_multipart_uploads(Bucket=settings().bucket)
    assert not uploads.get("Uploads")
    assert not list(storage.listing("exports/"))


@pytest.mark.parametrize("kind", ["task", "project"])
def test_what_nobody_goes_on_with_is_swept(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    project_id = whole_project(world)
    tasks = world.json("/api/tasks", project_id=project_id)["results"]
    thing_id = project_id if kind == "project" else tasks[0]["id"]
    body = world.back_up(kind, thing_id)
    before = left()
    murderer = Murderer(monkeypatch, 0)
    murderer.arm(17)
    with pytest.raises(Killed):
        world.restore(kind, body)
    murderer.disarm()
    (request,) = (one for one in store.of_owner(1) if one.kind == "import")
    assert restorations.remove_abandoned() == 0  # somebody may go on with it
    assert left() != before
    monkeypatch.setattr("chalicelib.activity.recovery.RESTART_LIMIT", 0)
    resume_unfinished()
    assert restorations.remove_abandoned() == 1
    assert left() == before
    assert restorations.remove_abandoned() == 0
    assert [one.status for one in store.of_owner(1) if one.id == request.id] == ["failed"]
