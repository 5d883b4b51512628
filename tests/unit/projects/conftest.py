"""The API of projects, people who use it, and tasks whose media is indexed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from chalicelib.accounts import sessions, users
from chalicelib.accounts.authentication import authenticate
from chalicelib.accounts.models import USER, User
from chalicelib.annotations.revisions.cache import views
from chalicelib.platform import clock
from chalicelib.platform.config import settings
from chalicelib.platform.http import set_authenticator
from chalicelib.projects import store, tasks
from chalicelib.projects.models import TaskData
from chalicelib.projects.routes_jobs import routes as jobs_routes
from chalicelib.projects.routes_labels import routes as labels_routes
from chalicelib.projects.routes_projects import routes as projects_routes
from chalicelib.projects.routes_tasks import routes as tasks_routes
from chalicelib.projects.segments import plan
from chalicelib.projects.trash import deleting, entries
from chalicelib.projects.trash.routes import routes as trash_routes
from tests.support.api import Api


class Member(msgspec.Struct):
    """A signed-in user."""

    user: User
    api: Api

    @property
    def id(self) -> int:
        return self.user.id


Join = Callable[..., Member]
TrashDays = Callable[[float], None]
MakeTask = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _empty_memory(table: None, bucket: None) -> None:
    store._task_of_job.clear()
    views.clear()
    set_authenticator(authenticate)


@pytest.fixture(scope="session")
def application() -> Api:
    return Api.of(projects_routes, tasks_routes, jobs_routes, labels_routes, trash_routes)


@pytest.fixture
def join(application: Api) -> Join:
    """Makes a user of the given groups."""

    def make(name: str, *groups: str) -> Member:
        user = users.create(name, "no password", groups=groups or (USER,))
        return Member(user, application.with_headers(authorization=f"Token {sessions.start(user)}"))

    return make


@pytest.fixture
def ann(join: Join) -> Member:
    """An ordinary user, who owns what the tests make."""
    return join("ann")


@pytest.fixture
def bob(join: Join) -> Member:
    """Another ordinary user."""
    return join("bob")


@pytest.fixture
def admin(join: Join) -> Member:
    return join("root", "admin")


@pytest.fixture
def make_task(ann: Member) -> MakeTask:
    """Makes a task with images (or, in mode `interpolation`, a video) and its jobs."""

    def make(
        size: int = 10, owner: Member = ann, mode: Any = "annotation", **fields: Any
    ) -> dict[str, Any]:
        body = {"name": "cats", **fields}
        made = owner.api.post("/api/tasks", body)
        assert made.status == 201, made
        task_id = made.json["id"]
        kind: Any = "video" if mode == "interpolation" else "imageset"
        data = TaskData(
            size=size,
            mode=mode,
            media_type="video" if mode == "interpolation" else "image",
            stop_frame=size - 1,
            chunk_size=36,
            original_chunk_type=kind,
            compressed_chunk_type="imageset",
            chunks_updated_date=clock.iso(),
        )
        made_plan = plan(size, body.get("segment_size", 0), body.get("overlap"), mode)
        tasks.finish_data(task_id, data, made_plan.segments)
        task: dict[str, Any] = owner.api.get(f"/api/tasks/{task_id}").json
        return task

    return make


@pytest.fixture
def trash_days(monkeypatch: pytest.MonkeyPatch) -> TrashDays:
    """Sets for how many days deleted things are kept."""

    def keep(days: float) -> None:
        changed = msgspec.structs.replace(settings(), trash_days=days)
        for module in (entries, deleting):
            monkeypatch.setattr(module, "settings", lambda: changed)

    return keep
