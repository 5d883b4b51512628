"""How many worker processes the emulator's Lambda may run, and having them ready in time.

AWS gives every concurrent invocation an environment of its own. On one machine a page of previews
would start a dozen Python processes on two cores and be slower for it, so invocations beyond the
number of cores wait for a worker to be free. No worker function calls itself, so none waits for
its own caller.
"""

from __future__ import annotations

import importlib
import logging
import os
import threading
from collections import defaultdict
from typing import Any

import botocore.session

#: Functions that a person waits for at their first task.
WARM_AT_START = ("ingest", "frames")
_log = logging.getLogger(__name__)


class WorkerPool:
    """Stands between the emulator's Lambda and its worker processes."""

    def __init__(self, runtime: Any, most: int) -> None:
        self._acquire = runtime.acquire_worker
        self._release = runtime.release_worker
        self._free: dict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(most))
        self._lock = threading.Lock()
        self._held: dict[int, threading.Semaphore] = {}

    def acquire(self, function: str, *arguments: Any, **options: Any) -> tuple[Any, str]:
        """Wait for a turn, then lease a worker as the emulator does."""
        with self._lock:
            turns = self._free[function]
        turns.acquire()
        try:
            worker, reason = self._acquire(function, *arguments, **options)
        except BaseException:
            turns.release()
            raise
        # The emulator gives back None for a worker that failed, always on the same thread.
        self._held[threading.get_ident()] = turns
        return worker, reason

    def release(self, worker: Any) -> None:
        """Give back a worker (None if it failed) and the turn."""
        turns = self._held.pop(threading.get_ident(), None)
        if turns is not None:
            turns.release()
        self._release(worker)


def limit_workers(most: int | None = None) -> None:
    """Let each function have at most `most` workers, by default as many as there are cores."""
    service: Any = importlib.import_module("ministack.services.lambda_svc")
    pool = WorkerPool(service, most or max(2, os.cpu_count() or 2))
    service.acquire_worker = pool.acquire
    service.release_worker = pool.release


def warm_up(prefix: str) -> None:
    """Start the workers that the first task needs, in the background."""

    def run() -> None:
        client: Any = botocore.session.get_session().create_client("lambda")
        for name in WARM_AT_START:
            try:
                client.invoke(FunctionName=prefix + name, Payload=b'{"warm": true}')
            except Exception:  # noqa: BLE001  it is only a head start
                _log.info("Could not warm up %s", name, exc_info=True)

    threading.Thread(target=run, name="warm-up", daemon=True).start()
