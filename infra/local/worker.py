"""Worker processes of the emulator's Lambda: they end with the launcher, and when idle."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import Any


def end_with_launcher(interval: float = 1.0) -> None:
    """Called in a worker: end it when the launcher is gone, whatever it is doing.

    A killed launcher closes the worker's input, but a busy worker does not read it.
    """
    launcher = os.getppid()

    def watch() -> None:
        while os.getppid() == launcher:
            time.sleep(interval)
        os._exit(1)

    threading.Thread(target=watch, name="launcher-watch", daemon=True).start()


def end_idle_workers(idle_seconds: float) -> int:
    """End workers that have had nothing to do, the last one of a function too.

    Returns how many.
    """
    # The emulator reads its configuration when imported: only after it runs does this exist.
    runtime: Any = sys.modules.get("ministack.core.lambda_runtime")
    if runtime is None:
        return 0
    now = time.time()
    idle = []
    with runtime._lock:
        for key, workers in list(runtime._workers.items()):
            idle += [w for w in workers if not w.in_use and now - w.last_used >= idle_seconds]
            kept = [w for w in workers if w.in_use or now - w.last_used < idle_seconds]
            if kept:
                runtime._workers[key] = kept
            else:
                del runtime._workers[key]
    runtime.kill_workers(idle)
    return len(idle)


def keep_ending_idle_workers(stopped: threading.Event, idle_seconds: float) -> None:
    """Until `stopped`, in a thread of its own."""

    def watch() -> None:
        while not stopped.wait(min(30.0, idle_seconds)):
            end_idle_workers(idle_seconds)

    threading.Thread(target=watch, name="idle-workers", daemon=True).start()
