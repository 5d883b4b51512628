"""The API of formats, people who use it, and a task whose pictures are indexed."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from PIL import ImageFile

from chalicelib.accounts import sessions, users
from chalicelib.accounts.authentication import authenticate
from chalicelib.accounts.models import USER
from chalicelib.annotations.revisions.cache import views
from chalicelib.annotations.routes_jobs import routes as job_annotations
from chalicelib.annotations.routes_tasks import routes as task_annotations
from chalicelib.formats.routes import routes as formats_routes
from chalicelib.media import frame_list
from chalicelib.media.files import File
from chalicelib.media.frame_list import FrameList
from chalicelib.platform import clock, workflows
from chalicelib.platform.http import set_authenticator
from chalicelib.projects import store, tasks
from chalicelib.projects.models import TaskData
from chalicelib.projects.routes_projects import routes as projects_routes
from chalicelib.projects.routes_tasks import routes as tasks_routes
from chalicelib.projects.segments import plan
from tests.support.api import Api

NAMES = ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]

#: Versions of data, unique in this process, which remembers lists of frames.
_revisions = itertools.count(1)


class Person(msgspec.Struct):
    id: int
    api: Api


@pytest.fixture(autouse=True)
def _as_in_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Photographs that are cut off are shown as far as they go: see `media/images/pillow.py`."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)


@pytest.fixture(scope="session")
def application() -> Api:
    return Api.of(formats_routes, projects_routes, tasks_routes, job_annotations, task_annotations)


@pytest.fixture
def executions(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """State machines that were started: name, request, attempt."""
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(workflows, "start", lambda *execution: started.append(execution))
    return started


@pytest.fixture
def join(
    application: Api, table: None, bucket: None, executions: list[tuple[str, ...]]
) -> Callable[[str], Person]:
    """Makes an ordinary user."""
    store._task_of_job.clear()
    views.clear()
    set_authenticator(authenticate)

    def make(name: str) -> Person:
        user = users.create(name, "no password", groups=(USER,))
        token = f"Token {sessions.start(user)}"
        return Person(user.id, application.with_headers(authorization=token))

    return make


@pytest.fixture
def ann(join: Callable[[str], Person]) -> Person:
    """Who owns what the tests make."""
    return join("ann")


@pytest.fixture
def bob(join: Callable[[str], Person]) -> Person:
    """Somebody else."""
    return join("bob")


@pytest.fixture
def make_task(ann: Person) -> Callable[..., dict[str, Any]]:
    """Makes a task of four pictures in two jobs, or without data."""

    def make(*, data: bool = True, dimension: str = "2d", **fields: Any) -> dict[str, Any]:
        labels = {} if "project_id" in fields else {"labels": [{"name": "cat"}]}
        made = ann.api.post("/api/tasks", {"name": "cats", "segment_size": 2, **labels, **fields})
        assert made.status == 201, made
        if data:
            _give_data(made.json["id"], dimension)
        task: dict[str, Any] = ann.api.get(f"/api/tasks/{made.json['id']}").json
        return task

    return make


@pytest.fixture
def task(make_task: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return make_task()


def _give_data(task_id: int, dimension: str) -> None:
    images = [
        File(name, f"tasks/{task_id}/raw/{name}", 0, 10, "image", "jpeg", 640, 480)
        for name in NAMES
    ]
    revision = next(_revisions)
    frame_list.save(task_id, revision, FrameList(len(images), images=images))
    data = TaskData(
        size=len(images),
        mode="annotation",
        dimension="3d" if dimension == "3d" else "2d",
        stop_frame=len(images) - 1,
        chunk_size=36,
        chunks_updated_date=clock.iso(),
        revision=revision,
    )
    tasks.finish_data(task_id, data, plan(len(images), 2, 0, "annotation").segments)
