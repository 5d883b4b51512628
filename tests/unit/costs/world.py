"""Everything that runs on AWS, in this process and on a meter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from app import app
from bench.costs.usage import Usage
from chalicelib.accounts import passwords, recognition, users
from chalicelib.accounts.models import ADMIN, USER
from chalicelib.activity import requests
from chalicelib.annotations.revisions.cache import views
from chalicelib.media import frame_list
from chalicelib.media.frames import serving
from chalicelib.media.video import videos
from chalicelib.platform import bucket, ids
from chalicelib.platform.config import settings
from chalicelib.platform.http import App
from chalicelib.projects import store
from functions.dataset_import import handler as import_handler
from functions.export import handler as export_handler
from functions.fold import handler as fold_handler
from functions.frames import handler as frames_handler
from functions.ingest import handler as ingest_handler
from functions.ingest import inbox
from functions.sweep import handler as sweep_handler
from infra.local.proxy_event import LambdaContext
from tests.support import state_machine
from tests.support.api import Answer, Api
from tests.unit.costs.meter import Meter

HANDLERS: dict[str, Callable[[dict[str, Any], Any], Any]] = {
    "ingest": ingest_handler.handle,
    "frames": frames_handler.handle,
    "export": export_handler.handle,
    "fold": fold_handler.handle,
    "import": import_handler.handle,
    "sweep": sweep_handler.handle,
    "inbox": inbox.handle,
}
PASSWORD = "correct horse battery"


class World:
    """The API and the worker functions, and what each action has used."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        self.used: dict[str, Usage] = {}
        #: Paths whose pictures the browser has and shows without asking.
        self.kept: set[str] = set()
        self._waiting: list[tuple[str, dict[str, str]]] = []
        self._asked: list[tuple[str, dict[str, Any]]] = []
        self._client = Api(cast(App, _MeteredApp(meter)))
        users.create("annotator", passwords.make_hash(PASSWORD), groups=(USER,))
        # Files dropped into the inbox become the administrator's.
        users.create("administrator", passwords.make_hash(PASSWORD), groups=(ADMIN,))

    @property
    def visitor(self) -> Api:
        """The API for somebody who has not signed in."""
        return self._client

    def signed_in(self) -> Api:
        """The API for a user's browser."""
        return self._client.sign_in("annotator", PASSWORD)

    @contextmanager
    def action(self, name: str, *, warm: bool = False) -> Iterator[None]:
        """Count what is done inside as `name`.

        Args:
            warm: the API and the browser still remember what they did before; otherwise the API's
                process is new and what the browser kept is out of date.
        """
        if not warm:
            forget()
            self.kept.clear()
        with self.meter.counting() as usage:
            yield
        assert not self._waiting
        assert not self._asked
        assert name not in self.used
        self.used[name] = usage

    def begin(self, machine: str, request_id: str, run: str) -> None:
        """Takes the place of `workflows.start`: the execution waits for `run_waiting`."""
        self._waiting.append((machine, {"request_id": request_id, "run": run}))

    def ask(self, function: str, event: dict[str, Any]) -> None:
        """Takes the place of `workflows.send`: the call waits for `run_asked`."""
        self._asked.append((function, event))

    def run_asked(self) -> None:
        """Let the functions run that were called without waiting for them."""
        for function, event in self._asked:
            self.call(function, event)
        self._asked.clear()

    def run_waiting(self) -> None:
        """Let the state machines run that were started."""
        for machine, given in self._waiting:
            count = state_machine.run(machine, given, partial(self.call, machine)).transitions
            self.meter.transition(count)
        self._waiting.clear()

    def call(self, function: str, event: dict[str, Any]) -> Any:
        """Call a worker function, whose process is new."""
        forget()
        with self.meter.working(function):
            return HANDLERS[function](event, LambdaContext("test", 900))

    def download(self, answer: Answer) -> bytes:
        """Follow a redirect into the bucket, as a client does."""
        assert answer.status == 302, answer
        path = unquote(urlsplit(answer.header("location") or "").path)
        body = bucket.get(path.partition(f"/{settings().bucket}/")[2])
        assert body is not None
        return body


class _MeteredApp:
    """The application; each call of it is a request and a call of the API function."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self.routes = app.routes

    def __call__(self, event: dict[str, Any], context: Any) -> Any:
        self._meter.request()
        with self._meter.working("api"):
            return app(event, context)


def forget() -> None:
    """Drop what this process remembers, as a new process of a function would begin."""
    ids._blocks.clear()
    users.forget()
    recognition.forget_all()
    requests._reported.clear()
    store._task_of_job.clear()
    views.clear()
    frame_list.load.cache_clear()
    videos.load.cache_clear()
    serving._checksum.cache_clear()
