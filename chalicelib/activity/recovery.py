"""Taking up what was interrupted, where executions die with the process that runs them."""

from __future__ import annotations

from chalicelib.activity import requests, store

#: A request that was interrupted more often is given up: it may be what ends the process.
RESTART_LIMIT = 3


def resume_unfinished() -> int:
    """Start every request again that is not over. Returns how many were.

    Each step of a worker may be repeated, so beginning again is safe.
    """
    return sum(_resume(request) for request in store.unfinished())


def _resume(request: requests.Request) -> bool:
    if request.restarts >= RESTART_LIMIT:
        requests.fail(
            request,
            f"The server stopped {request.restarts + 1} times while it worked on this. "
            "Start it again, with less data if it fails once more.",
        )
        return False
    again = requests.requeue(request.id)
    return again is not None and requests.launch(again)
