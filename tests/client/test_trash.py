"""What the unmodified SDK and CLI delete can be restored, whatever the server dies of meanwhile."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from cvat_sdk import make_client
from cvat_sdk.api_client import exceptions
from cvat_sdk.models import ProjectWriteRequest, TaskWriteRequest
from urllib3.exceptions import HTTPError

from tests.client.datasets import LABELS, NAMES, PHOTOS, VIDEO, annotate_photos, photo_task
from tests.client.people import PASSWORD, register
from tests.support.processes import eventually
from tests.support.server import Server
from tests.support.wire import Person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cvat_sdk import Client
    from cvat_sdk.core.proxies.tasks import Task

#: Seconds after which the server is killed, counted from the moment a request is sent.
MOMENTS = (0.02, 0.08, 0.2, 0.4)
TASKS = 25


@pytest.fixture(scope="module")
def name(server: Server) -> str:
    return register(server)


@pytest.fixture(scope="module")
def marie(server: Server, name: str) -> Iterator[Client]:
    with make_client(server.url, credentials=(name, PASSWORD)) as client:
        client.config.status_check_period = 0.1
        yield client


@pytest.fixture
def wire(server: Server, name: str) -> Person:
    """The same person, who restores things."""
    return Person(server, name, PASSWORD)


def _picture(client: Client, task: Task) -> dict[str, Any]:
    """All that a person has of a task, down to the bytes of a frame."""
    again = client.tasks.retrieve(task.id)
    jobs = again.get_jobs()
    return {
        "task": again._model.to_dict(),
        "jobs": [job._model.to_dict() for job in jobs],
        "labels": [label.to_dict() for label in again.get_labels()],
        "annotations": [job.get_annotations().to_dict() for job in jobs],
        "frame": again.get_frame(1, quality="original").read(),
    }


def test_a_task_removed_by_the_sdk_comes_back(marie: Client, wire: Person) -> None:
    task = photo_task(marie, segment_size=2)
    annotate_photos(task)
    before = _picture(marie, task)
    job = before["jobs"][0]["id"]
    frame = f"/api/tasks/{task.id}/data"
    query = {"type": "frame", "number": 0, "quality": "original"}
    assert wire.get(frame, **query).status == 302
    task.remove()

    for path in (
        f"/api/tasks/{task.id}", f"/api/tasks/{task.id}/annotations", f"/api/jobs/{job}",
        f"/api/jobs/{job}/annotations", f"/api/tasks/{task.id}/data/meta",
        f"/api/tasks/{task.id}/preview", f"/api/labels/{before['labels'][0]['id']}",
    ):  # fmt: skip
        assert wire.get(path).status == 404, path
    assert wire.get(frame, **query).status == 404
    with pytest.raises(exceptions.NotFoundException):
        marie.tasks.retrieve(task.id)
    (entry,) = wire.made("GET", "/api/trash")["results"]
    assert (entry["kind"], entry["id"], entry["name"]) == ("task", task.id, "photographs")
    assert (entry["jobs"], entry["owner"]["username"]) == (2, wire.username)

    wire.made("POST", f"/api/trash/task/{task.id}/restore")
    assert _picture(marie, task) == before
    assert wire.made("GET", "/api/trash")["results"] == []


def test_projects_removed_by_ids_come_back_with_their_tasks(marie: Client, wire: Person) -> None:
    project = marie.projects.create(ProjectWriteRequest(name="pets", labels=LABELS))
    tasks = [
        marie.tasks.create(TaskWriteRequest(name=f"t{k}", project_id=project.id, subset="Train"))
        for k in range(3)
    ]
    tasks[2].remove()
    marie.projects.remove_by_ids([project.id])
    assert project.id not in {found.id for found in marie.projects.list()}
    answer = wire.call("POST", f"/api/trash/task/{tasks[2].id}/restore")
    assert answer.status == 409
    assert "restore that first" in answer.json["detail"]

    wire.made("POST", f"/api/trash/project/{project.id}/restore")
    project.fetch()
    assert (project.tasks.count, project.task_subsets) == (2, ["Train"])
    assert {task.id for task in project.get_tasks()} == {task.id for task in tasks[:2]}
    wire.made("POST", f"/api/trash/task/{tasks[2].id}/restore")
    assert len(project.get_tasks()) == 3
    marie.tasks.remove_by_ids([task.id for task in tasks])
    wire.made("DELETE", f"/api/trash/task/{tasks[0].id}")
    assert wire.call("POST", f"/api/trash/task/{tasks[0].id}/restore").status == 404
    assert wire.made("GET", "/api/trash")["count"] == 2


def test_a_task_deleted_on_the_command_line_comes_back(
    server: Server, name: str, marie: Client, wire: Person
) -> None:
    task = marie.tasks.create(TaskWriteRequest(name="by hand", labels=LABELS))
    command = [sys.executable, "-m", "cvat_cli", "--auth", f"{name}:{PASSWORD}"]
    host = ["--server-host", server.url]
    done = subprocess.run(
        [*command, *host, "task", "delete", str(task.id)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    with pytest.raises(exceptions.NotFoundException):
        marie.tasks.retrieve(task.id)
    wire.made("POST", f"/api/trash/task/{task.id}/restore")
    assert marie.tasks.retrieve(task.id)._model.to_dict() == task._model.to_dict()


def test_a_task_deleted_while_its_media_is_read_comes_back_ready_to_be_given_it_again(
    wire: Person,
) -> None:
    """The reading ends by itself, whichever is faster; what was uploaded is still there."""
    label = {"name": "thing"}
    task = wire.made("POST", "/api/tasks", {"name": "cut", "labels": [label]})["id"]
    assert wire.send_files(task, {VIDEO.name: VIDEO.read_bytes()}).status == 200
    begun = wire.call(
        "POST", f"/api/tasks/{task}/data/", {"image_quality": 70}, {"Upload-Finish": ""}
    )
    wire.made("DELETE", f"/api/tasks/{task}")
    done = wire.wait(begun.json["rq_id"])
    assert wire.get(f"/api/tasks/{task}").status == 404
    wire.made("POST", f"/api/trash/task/{task}/restore")
    size = wire.made("GET", f"/api/tasks/{task}")["size"]
    if done["status"] == "failed":
        assert done["message"].startswith(("The task was deleted meanwhile.", f"Task {task} was"))
        assert size == 0
        assert wire.finish(task)["status"] == "finished"
    assert wire.made("GET", f"/api/tasks/{task}")["size"] == 250
    assert wire.made("GET", "/api/jobs", task_id=task)["count"] == 1
    wire.made("DELETE", f"/api/tasks/{task}")


def test_what_is_due_is_gone_after_the_sweep_at_the_start(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        person = Person(server)
        task = person.made("POST", "/api/tasks", {"name": "t", "labels": [{"name": "cat"}]})["id"]
        person.upload(task, {NAMES[0]: (PHOTOS / NAMES[0]).read_bytes()})
        person.made("DELETE", f"/api/tasks/{task}")
        assert person.made("GET", "/api/trash")["count"] == 1
        assert _media(server, task)
    with Server(tmp_path / "data", SKYLABEL_TRASH_DAYS="0") as server:
        assert eventually(lambda: not _media(server, task), 20)
        again = Person(server, person.username)
        assert again.made("GET", "/api/trash")["count"] == 0
        assert again.call("POST", f"/api/trash/task/{task}/restore").status == 404


def _media(server: Server, task: int) -> int:
    found = server.aws("s3").list_objects_v2(Bucket="skylabel-media", Prefix=f"tasks/{task}/")
    return int(found["KeyCount"])


def test_killed_in_the_middle_of_deletions_and_restorations(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        name = register(server)
        with make_client(server.url, credentials=(name, PASSWORD)) as client:
            client.config.status_check_period = 0.1
            project = client.projects.create(ProjectWriteRequest(name="pets", labels=LABELS))
            for number in range(TASKS):
                client.tasks.create(TaskWriteRequest(name=f"{number}", project_id=project.id))
            task = client.tasks.create_from_data(
                TaskWriteRequest(name="photographs", project_id=project.id, segment_size=1),
                [PHOTOS / name for name in NAMES],
            )
            annotate_photos(task)
            before = _whole(server, name)
            restore = f"/api/trash/project/{project.id}/restore"
            killed = 0
            for moment in MOMENTS:
                killed += _killed(server, name, "DELETE", f"/api/projects/{project.id}", moment)
                _all_or_nothing(server, name, before)
                wire = Person(server, name, PASSWORD)
                wire.call("DELETE", f"/api/projects/{project.id}")
                killed += _killed(server, name, "POST", restore, moment)
                _all_or_nothing(server, name, before)
                wire = Person(server, name, PASSWORD)
                assert _restored(wire, restore), wire.get("/api/trash")
                assert _whole(server, name) == before
            assert killed >= 2, "the server was always too fast to be killed in between"


def _restored(wire: Person, restore: str) -> bool:
    return eventually(lambda: wire.made("POST", restore)["finished"], 10)


def _killed(server: Server, name: str, method: str, path: str, moment: float) -> bool:
    """Kill the server some time after a request, and start it again; whether it died first."""
    wire = Person(server, name, PASSWORD)
    answers: list[int] = []

    def send() -> None:
        try:
            answers.append(wire.call(method, path).status)
        except HTTPError:
            return

    sender = threading.Thread(target=send)
    sender.start()
    sender.join(moment)
    server.kill()
    sender.join()
    server.start()
    return not answers


def _all_or_nothing(server: Server, name: str, before: dict[str, Any]) -> None:
    """After a crash, the project is there with everything, or there is nothing of it.

    The lists are read one after another, and what was interrupted is finished meanwhile: what was
    read counts if it is read the same again.
    """
    nothing: dict[str, Any] = {
        path: {"count": 0, "next": None, "previous": None, "results": []} for path in LISTS
    }
    now = _whole(server, name)
    while now != (again := _whole(server, name)):
        now = again
    assert now in (before, nothing)


LISTS = ("/api/projects", "/api/tasks", "/api/jobs", "/api/labels")


def _whole(server: Server, name: str) -> dict[str, Any]:
    wire = Person(server, name, PASSWORD)
    found: dict[str, Any] = {
        path: wire.made("GET", path, page_size=100, sort="id") for path in LISTS
    }
    for job in found["/api/jobs"]["results"]:
        path = f"/api/jobs/{job['id']}/annotations"
        found[path] = wire.made("GET", path)
    return found
