"""What AWS does by the clock: the sweep, at the start and then as often as there, and what rules of
the bucket do.
"""

from __future__ import annotations

import importlib
import logging
import threading

#: Seconds between two runs; `infra/cdk/schedule.py` has the same.
INTERVAL = 15 * 60.0

log = logging.getLogger("skylabel.sweep")


def keep_sweeping(stopped: threading.Event) -> None:
    """Until `stopped`, in a thread of its own: nobody waits for what it does."""

    def run() -> None:
        sweep = importlib.import_module("functions.sweep.work").sweep
        drop_expired = importlib.import_module("infra.local.expiry").drop_expired
        while not stopped.is_set():
            for work in (sweep, drop_expired):
                try:
                    work()
                except Exception:
                    log.exception("The sweep failed; it is tried again later")
            stopped.wait(INTERVAL)

    threading.Thread(target=run, name="sweep", daemon=True).start()
