"""What takes longer than a request may, and what several ask for at once."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.media.frames import serving
from chalicelib.platform import bucket, http, workflows
from functions.frames import handler
from tests.support.api import Answer

from ..conftest import World, as_user, run_worker
from ..pictures import photographs


class Worker:
    """A worker that goes on when nobody waits for it any more."""

    def __init__(self) -> None:
        self.orders: list[dict[str, Any]] = []

    def __call__(self, function: str, payload: dict[str, Any]) -> Any:
        self.orders.append(payload)
        raise ReadTimeoutError(endpoint_url="the worker")

    def finish(self) -> None:
        for order in self.orders:
            run_worker("frames", order)


def ask(world: World, task_id: int) -> Answer:
    return world.api.get(f"/api/tasks/{task_id}/data", type="chunk", number=0)


def test_a_client_is_asked_to_wait_and_then_served(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = world.made(photographs())
    worker = Worker()
    monkeypatch.setattr(workflows, "invoke", worker)
    for _ in range(3):
        answer = ask(world, task_id)
        assert (answer.status, answer.header("retry-after")) == (429, str(serving.RETRY))
        assert answer.json == {"detail": "The media is still being prepared."}
        assert "max-age" not in (answer.header("cache-control") or "")
    # The worker that outlived the first request does the work: nobody begins it again beside it.
    assert len(worker.orders) == 1
    worker.finish()
    assert ask(world, task_id).status == 302


def test_a_worker_that_never_ends_is_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = world.made(photographs())
    worker = Worker()
    monkeypatch.setattr(workflows, "invoke", worker)
    monkeypatch.setattr(serving, "LONGEST_BUILD", 0)
    ask(world, task_id)
    ask(world, task_id)
    assert len(worker.orders) == 2


def test_a_worker_out_of_time_is_asked_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_out(function: str, payload: dict[str, Any]) -> Any:
        raise workflows.WorkerFailed("Sandbox.Timedout", "Task timed out after 300.00 seconds")

    task_id = world.made(photographs())
    with monkeypatch.context() as context:
        context.setattr(workflows, "invoke", run_out)
        assert ask(world, task_id).status == 429
    assert ask(world, task_id).status == 302


class Lambda(ThreadingHTTPServer):
    """Lambda's own API, as far as calling a function goes."""

    daemon_threads = True

    def __init__(self, status: int, seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), _Invocation)
        self.status, self.seconds = status, seconds
        self.calls = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Invocation(BaseHTTPRequestHandler):
    server: Lambda

    def do_POST(self) -> None:
        self.server.calls += 1
        time.sleep(self.server.seconds)
        with suppress(ConnectionError):
            self.send_response(self.server.status)
            self.send_header("x-amzn-ErrorType", "TooManyRequestsException")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(("status", "seconds"), [(200, 1.0), (429, 0.0)])
def test_a_worker_that_is_slow_or_refused_is_called_once(
    world: World, monkeypatch: pytest.MonkeyPatch, status: int, seconds: float
) -> None:
    task_id = world.made(photographs())
    service = Lambda(status, seconds)
    monkeypatch.undo()
    monkeypatch.setattr(http._Hooks, "authenticate", staticmethod(as_user))
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", f"http://127.0.0.1:{service.server_port}")
    monkeypatch.setattr(workflows, "PATIENCE", 0.3)
    workflows._functions.cache_clear()
    try:
        answer = ask(world, task_id)
        assert (answer.status, answer.header("retry-after")) == (429, str(serving.RETRY))
        assert service.calls == 1
    finally:
        workflows._functions.cache_clear()
        service.shutdown()
        service.server_close()


def test_two_clients_that_ask_at_the_same_time_get_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = world.made(photographs())
    together = threading.Barrier(2)
    # The emulated bucket serves one thread at a time.
    alone = threading.Lock()

    def meet(function: str, payload: dict[str, Any]) -> Any:
        together.wait(timeout=10)
        with alone:
            return run_worker(function, payload)

    monkeypatch.setattr(workflows, "invoke", meet)
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: ask(world, task_id), range(2))
    assert one.status == other.status == 302
    assert one.header("etag") == other.header("etag")
    assert one.header("location") == other.header("location")
    assert len(list(bucket.listing(f"tasks/{task_id}/derived/"))) == 1


def test_what_is_built_twice_has_the_same_bytes(world: World) -> None:
    task_id = world.made(photographs())
    first = world.stored(ask(world, task_id))
    bucket.delete_below(f"tasks/{task_id}/derived/")
    serving._checksum.cache_clear()
    assert world.stored(ask(world, task_id)) == first


def test_a_chunk_too_large_for_one_part_is_sent_in_several(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = world.made(photographs())
    whole = world.stored(ask(world, task_id))
    bucket.delete_below(f"tasks/{task_id}/derived/")
    serving._checksum.cache_clear()
    monkeypatch.setattr(handler, "PART", 2000)
    answer = ask(world, task_id)
    assert (answer.header("x-checksum") or "").endswith(f"-{-(-len(whole) // 2000)}")
    assert world.stored(answer) == whole
