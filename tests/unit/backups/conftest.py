"""The API with its worker functions, called in this process, and tasks of every kind of media."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
import pytest

from chalicelib.accounts import users
from chalicelib.accounts.models import USER
from chalicelib.activity import requests
from chalicelib.annotations.revisions.cache import views
from chalicelib.annotations.routes_jobs import routes as job_annotations
from chalicelib.annotations.routes_tasks import routes as task_annotations
from chalicelib.backups.routes import routes as backups_routes
from chalicelib.media import frame_list
from chalicelib.media.routes import routes as media_routes
from chalicelib.media.video import videos
from chalicelib.platform import bucket as storage
from chalicelib.platform import config, http, workflows
from chalicelib.platform.config import settings
from chalicelib.projects import store
from chalicelib.projects.routes_jobs import routes as jobs_routes
from chalicelib.projects.routes_labels import routes as labels_routes
from chalicelib.projects.routes_projects import routes as projects_routes
from chalicelib.projects.routes_tasks import routes as tasks_routes
from functions.backup import restore_handler, write_handler
from functions.frames import handler as frames_handler
from functions.ingest import handler as ingest_handler
from infra.local.proxy_event import LambdaContext
from tests.support import state_machine
from tests.support.api import Answer, Api
from tests.unit.media.conftest import as_user, form

HANDLERS: dict[str, Callable[[dict[str, Any], Any], Any]] = {
    "ingest": ingest_handler.handle,
    "backup": write_handler.handle,
    "restore": restore_handler.handle,
}
LABELS: list[dict[str, Any]] = [
    {
        "name": "car",
        "color": "#ff0000",
        "attributes": [
            {
                "name": "parked", "mutable": True, "input_type": "checkbox",
                "default_value": "false", "values": ["false", "true"],
            },
            {
                "name": "make", "mutable": False, "input_type": "select",
                "default_value": "a", "values": ["a", "b & <c>"],
            },
        ],
    },
    {"name": "mark", "type": "tag", "attributes": []},
    {
        "name": "body",
        "type": "skeleton",
        "attributes": [],
        "sublabels": [
            {"name": 'left "hand"', "type": "points", "attributes": []},
            {"name": "head", "type": "points", "attributes": []},
        ],
        "svg": '<line x1="1" y1="2" x2="3" y2="4"></line>'
        '<circle r="1" cx="1" cy="2" data-label-name="left &quot;hand&quot;"></circle>'
        '<circle r="1" cx="3" cy="4" data-label-name="head"></circle>',
    },
]  # fmt: skip


@cache
def application() -> Api:
    return Api.of(
        projects_routes, tasks_routes, jobs_routes, labels_routes, media_routes,
        job_annotations, task_annotations, backups_routes,
    )  # fmt: skip


class Clock:
    """A context whose time is up after some questions; for ever without a number."""

    def __init__(self, left: int | None) -> None:
        self._left = left

    def __call__(self) -> int:
        if self._left is None:
            return 900_000
        self._left -= 1
        return 0 if self._left < 0 else 900_000


class World:
    """One user's view of the API. `questions`: after how many a call of a worker must end."""

    def __init__(self) -> None:
        self.api = application().with_headers(x_user="1")
        self.stranger = application().with_headers(x_user="2")
        self.questions: int | None = None
        self.calls: dict[str, int] = {}
        self.handlers = dict(HANDLERS)
        self.failing: Callable[[str, dict[str, Any]], None] = lambda _machine, _event: None

    def run(self, machine: str, request_id: str, run: str) -> None:
        """What the definition of a state machine says, in this process."""

        def call(event: dict[str, Any]) -> Any:
            self.calls[machine] = self.calls.get(machine, 0) + 1
            self.failing(machine, event)
            context = LambdaContext("test", 60)
            context.get_remaining_time_in_millis = Clock(self.questions)  # type: ignore[method-assign]
            return self.handlers[machine](event, context)

        state_machine.run(machine, {"request_id": request_id, "run": run}, call)

    def task(
        self, files: dict[str, bytes], *, fields: dict[str, Any] | None = None, **wanted: Any
    ) -> int:
        """A task of files that are uploaded."""
        task_id = self.empty_task(**(fields or {}))
        sent = self.api.call(
            "POST",
            f"/api/tasks/{task_id}/data",
            form(files),
            headers={
                "content-type": "multipart/form-data; boundary=B0UNDARY", "Upload-Multiple": "",
            },
        )  # fmt: skip
        assert sent.status == 200, sent
        self.finish_data(task_id, **wanted)
        return task_id

    def empty_task(self, **fields: Any) -> int:
        labels = {} if "project_id" in fields else {"labels": LABELS}
        made = self.api.post("/api/tasks", {"name": "Street 7", **labels, **fields})
        assert made.status == 201, made
        return int(made.json["id"])

    def finish_data(self, task_id: int, **wanted: Any) -> None:
        answer = self.api.call(
            "POST",
            f"/api/tasks/{task_id}/data",
            {"image_quality": 61, **wanted},
            headers={"Upload-Finish": ""},
        )
        assert answer.status == 202, answer
        request = requests.load(answer.json["rq_id"])
        assert request is not None
        assert request.status == "finished", request.message

    def back_up(self, kind: str, thing_id: int, **query: Any) -> bytes:
        """The bytes of a backup."""
        request = self.ask_backup(kind, thing_id, **query)
        assert request.status == "finished", request.message
        answer = self.api.get(f"/api/{kind}s/{thing_id}/backup/download", rq_id=request.id)
        return self.stored(answer)

    def ask_backup(self, kind: str, thing_id: int, **query: Any) -> requests.Request:
        answer = self.api.post(f"/api/{kind}s/{thing_id}/backup/export", **query)
        assert answer.status == 202, answer
        return self.request(answer)

    def restore(self, kind: str, body: bytes, name: str = "mine.zip") -> requests.Request:
        """Send a backup and let it be restored."""
        answer = self.api.call(
            "POST",
            f"/api/{kind}s/backup",
            form({name: body}, f"{kind}_file"),
            headers={"content-type": "multipart/form-data; boundary=B0UNDARY"},
        )
        assert answer.status == 202, answer
        return self.request(answer)

    def restored(self, kind: str, body: bytes) -> int:
        """The id of what a backup makes."""
        request = self.restore(kind, body)
        assert request.status == "finished", request.message
        assert request.result_id is not None
        return request.result_id

    def request(self, answer: Answer) -> requests.Request:
        found = requests.load(answer.json["rq_id"])
        assert found is not None
        return found

    def stored(self, answer: Answer) -> bytes:
        """The object that an answer redirects to."""
        assert answer.status == 302, answer
        path = unquote(urlsplit(answer.header("location") or "").path)
        body = storage.get(path.partition(f"/{settings().bucket}/")[2])
        assert body is not None
        return body

    def json(self, path: str, **query: Any) -> Any:
        answer = self.api.get(path, **query)
        assert answer.status == 200, answer
        return answer.json

    def label_ids(self, task_id: int) -> dict[str, int]:
        listed = self.json("/api/labels", task_id=task_id, page_size="all")["results"]
        return {label["name"]: label["id"] for label in listed}


@pytest.fixture
def world(table: None, bucket: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """The API on an empty table and bucket, and two users."""
    made = World()
    monkeypatch.setattr(workflows, "start", made.run)
    monkeypatch.setattr(
        workflows,
        "invoke",
        lambda _, payload: frames_handler.handle(payload, LambdaContext("t", 60)),
    )
    monkeypatch.setattr(http._Hooks, "authenticate", staticmethod(as_user))
    for cached in (frame_list.load, videos.load):
        cached.cache_clear()
    store._task_of_job.clear()
    views.clear()
    for name in ("ann", "bob"):
        users.create(name, "no password", groups=(USER,))
    return made


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file share, empty yet."""
    root = tmp_path / "share"
    root.mkdir()
    monkeypatch.setenv("SKYLABEL_SHARE", str(root))
    config.settings.cache_clear()
    yield root
    monkeypatch.undo()
    config.settings.cache_clear()


def members(body: bytes) -> dict[str, bytes]:
    """What a backup holds, by name."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def packed(content: dict[str, Any], compression: int = zipfile.ZIP_STORED) -> bytes:
    """A backup made by hand: what is no bytes becomes JSON."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", compression) as archive:
        for name, value in content.items():
            archive.writestr(
                name, value if isinstance(value, bytes) else msgspec.json.encode(value)
            )
    return sink.getvalue()
