"""Background requests through the unmodified SDK."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cvat_sdk import Client
from cvat_sdk.api_client import exceptions, models

from tests.client.people import newcomer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.server import Server


def photograph(name: str) -> Path:
    """A photograph that comes with scikit-image."""
    spec = find_spec("skimage")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "data" / name


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with newcomer(server) as client:
        client.config.status_check_period = 0.2
        yield client


@pytest.fixture(scope="module")
def task(client: Client) -> Any:
    return client.tasks.create_from_data(
        models.TaskWriteRequest(name="one photograph", labels=[{"name": "cat"}]),
        [photograph("chelsea.png")],
    )


def test_making_a_task_is_a_finished_request_of_its_owner(client: Client, task: Any) -> None:
    listed, _ = client.api_client.requests_api.list(task_id=task.id)
    (request,) = listed.results
    assert (request.operation.type, request.operation.target) == ("create:task", "task")
    assert (str(request.status), request.progress) == ("finished", 1.0)
    assert request.owner.id == client.users.retrieve_current_user().id
    again, _ = client.api_client.requests_api.retrieve(request.id)
    assert again.id == request.id


def test_what_is_over_cannot_be_cancelled(client: Client, task: Any) -> None:
    listed, _ = client.api_client.requests_api.list(task_id=task.id)
    with pytest.raises(exceptions.ApiException) as refusal:
        client.api_client.requests_api.create_cancel(listed.results[0].id)
    assert refusal.value.status == 400


def test_others_requests_are_neither_listed_nor_shown(
    server: Server, client: Client, task: Any
) -> None:
    listed, _ = client.api_client.requests_api.list(task_id=task.id)
    with newcomer(server) as other:
        assert other.api_client.requests_api.list()[0].count == 0
        with pytest.raises(exceptions.ForbiddenException):
            other.api_client.requests_api.retrieve(listed.results[0].id)
        with pytest.raises(exceptions.NotFoundException):
            other.api_client.requests_api.retrieve("action=create&target=task&target_id=0")
