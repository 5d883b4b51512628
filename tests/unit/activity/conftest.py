"""Requests of people, whose state machines start nothing but are noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.activity import requests
from chalicelib.platform import workflows
from chalicelib.platform.requests import Principal

MARIE = Principal(1, "marie", ("user",), "session")
PIERRE = Principal(2, "pierre", ("user",), "session")
ROOT = Principal(3, "root", ("admin",), "session")

Start = Callable[..., str]


@pytest.fixture
def executions(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """Executions that were started: machine, request id, run."""
    started: list[tuple[str, str, str]] = []
    monkeypatch.setattr(workflows, "start", lambda *execution: started.append(execution))
    monkeypatch.setattr(requests, "PROGRESS_EVERY", 0.0)
    return started


@pytest.fixture
def start(table: None, executions: list[tuple[str, str, str]]) -> Start:
    """Starts an export of task 7, or what the arguments say."""

    def begin(request_id: str = "action=export&target=task&target_id=7", **options: Any) -> str:
        given = {
            "owner": MARIE,
            "operation": requests.Operation(type="export:dataset", target="task", task_id=7),
            "machine": "export",
            "inputs": {"format": "COCO 1.0"},
            **options,
        }
        kind = given.pop("kind", "export")
        return requests.start(kind, request_id=request_id, **given)

    return begin


def loaded(request_id: str) -> requests.Request:
    """A request that must be there."""
    request = requests.load(request_id)
    assert request is not None
    return request
