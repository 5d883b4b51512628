"""A share with photographs, small parts, and tasks whose machine has not begun."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from chalicelib.activity import request_ids, requests
from chalicelib.activity.models import Request
from chalicelib.activity.routes import routes as activity_routes
from chalicelib.media.ingest import planning, steps
from chalicelib.media.sources import remote
from chalicelib.platform import config, workflows
from chalicelib.projects import store
from chalicelib.projects.models import Task, TaskData
from tests.support.api import Api
from tests.support.remote_server import RemoteServer

from ..conftest import World
from ..pictures import photographs

#: Names of the share's photographs.
SHARED = ("10.jpg", "2.jpg", "set/1.jpg", "set/deep/3.jpg", "set/deep/4.jpg")


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file share with five photographs and something that is none."""
    root = tmp_path / "share"
    for name, body in zip(SHARED, photographs().values(), strict=True):
        write(root, {name: body})
    write(root, {"set/README.txt": b"photographs of a rocket"})
    monkeypatch.setenv("SKYLABEL_SHARE", str(root))
    config.settings.cache_clear()
    yield root
    monkeypatch.undo()
    config.settings.cache_clear()


@pytest.fixture
def web(bucket: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[RemoteServer]:
    """Somebody else's server, which may be called."""
    monkeypatch.setenv("SKYLABEL_REMOTE_NETWORKS", "127.0.0.0/8")
    config.settings.cache_clear()
    monkeypatch.setattr(remote, "PAUSE", 0.0)
    with RemoteServer().running() as server:
        server.files = {f"/set/{name}": body for name, body in photographs().items()}
        yield server
    monkeypatch.undo()
    config.settings.cache_clear()


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files make a part, and more than one file is too much for a step."""
    monkeypatch.setattr(steps, "INLINE_FILES", 1)
    monkeypatch.setattr(planning, "PART_FILES", 2)
    monkeypatch.setattr(requests, "PROGRESS_EVERY", 0.0)


def write(root: Path, files: dict[str, bytes]) -> None:
    for name, body in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(body)


def give(world: World, **wanted: Any) -> tuple[int, Request]:
    """A new task that gets its data in one request. Returns its id and how that ended."""
    task_id = world.task()
    return task_id, ask(world, task_id, **wanted)


def ask(world: World, task_id: int, **wanted: Any) -> Request:
    answer = world.api.post(f"/api/tasks/{task_id}/data", {"image_quality": 70, **wanted})
    assert answer.status == 202, answer
    request = requests.load(answer.json["rq_id"])
    assert request is not None
    return request


def idle(world: World, monkeypatch: pytest.MonkeyPatch, **wanted: Any) -> tuple[int, str]:
    """A task whose request is queued. Returns its id and that of the request."""
    with monkeypatch.context() as context:
        context.setattr(workflows, "start", lambda *_: None)
        task_id, request = give(world, **wanted)
    assert request.status == "queued"
    return task_id, request.id


def data_of(task_id: int) -> TaskData:
    task = task_of(task_id)
    assert task.data is not None
    return task.data


def task_of(task_id: int) -> Task:
    task = store.load_task(task_id)
    assert task is not None
    return task


def names(world: World, task_id: int) -> list[str]:
    meta = world.api.get(f"/api/tasks/{task_id}/data/meta").json
    return [frame["name"] for frame in meta["frames"]]


def request_of(task_id: int) -> Request:
    request = requests.load(request_ids.create(task_id))
    assert request is not None
    return request


@cache
def requests_api() -> Api:
    """The routes of background requests, called by the tasks' owner."""
    return Api.of(activity_routes).with_headers(x_user="1")
