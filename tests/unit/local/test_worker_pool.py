"""Invocations beyond the cores wait for a worker instead of starting one more."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from infra.local.worker_pool import WorkerPool


class Runtime:
    """Counts the workers that are leased at the same time."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.lock = threading.Lock()

    def acquire_worker(self, function: str, *_: Any, **__: Any) -> tuple[Any, str]:
        if function == "broken":
            raise OSError("no memory")
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        return SimpleNamespace(), "reused"

    def release_worker(self, worker: Any) -> None:
        with self.lock:
            self.now -= 1


def use(pool: WorkerPool, *, fails: bool) -> None:
    worker, _ = pool.acquire("frames", {}, b"", qualifier="$LATEST")
    time.sleep(0.005)
    pool.release(None if fails else worker)


@pytest.mark.parametrize("fails", [False, True])
def test_no_more_than_the_limit_work_at_once(fails: bool) -> None:
    runtime = Runtime()
    pool = WorkerPool(runtime, 2)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: use(pool, fails=fails), range(24)))
    assert runtime.most == 2
    assert runtime.now == 0


def test_functions_do_not_wait_for_each_other() -> None:
    pool = WorkerPool(Runtime(), 1)
    first, _ = pool.acquire("frames", {}, b"")
    second, _ = pool.acquire("ingest", {}, b"")
    assert first is not second


def test_a_worker_that_does_not_start_leaves_its_turn() -> None:
    pool = WorkerPool(Runtime(), 1)
    for _ in range(3):
        with pytest.raises(OSError, match="no memory"):
            pool.acquire("broken", {}, b"")
