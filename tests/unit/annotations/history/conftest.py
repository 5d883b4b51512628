"""The routes of annotations and of their history, called by the owner of every task."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.annotations import routes_jobs, routes_tasks
from chalicelib.annotations.history import routes_jobs as job_history
from chalicelib.annotations.history import routes_tasks as task_history
from chalicelib.platform import http
from tests.support.api import Api
from tests.unit.annotations.conftest import OWNER, _believe


@pytest.fixture
def api(log_of_jobs: None, monkeypatch: pytest.MonkeyPatch) -> Api:
    monkeypatch.setattr(http._Hooks, "authenticate", staticmethod(_believe))
    return application()


def application() -> Api:
    """All routes that read and write annotations."""
    return Api.of(
        routes_jobs.routes, routes_tasks.routes, job_history.routes, task_history.routes
    ).with_headers(user=str(OWNER))


def create(api: Api, url: str, **objects: Any) -> Any:
    """Create objects. Returns them as they were stored."""
    answer = api.patch(url, objects, action="create")
    assert answer.status == 200, answer
    return answer.json


def without_version(document: dict[str, Any]) -> dict[str, Any]:
    """The annotations of an answer."""
    return {kind: document[kind] for kind in ("tags", "shapes", "tracks")}
