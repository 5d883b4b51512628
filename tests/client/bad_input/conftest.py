"""One estate and one stranger for all tests of this folder: none of them may change a thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.client.bad_input.estate import Estate
from tests.support.server import Server
from tests.support.wire import Person

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that may connect to a cloud storage on this machine: itself."""
    data = tmp_path_factory.mktemp("bad-input") / "data"
    with Server(data, SKYLABEL_REMOTE_NETWORKS="127.0.0.0/8") as running:
        yield running


@pytest.fixture(scope="session")
def estate(server: Server) -> Estate:
    """What a user owns; a test that uses it leaves it as it was."""
    return Estate(server)


@pytest.fixture(scope="session")
def stranger(server: Server) -> Person:
    """Somebody else, with a task and a project of their own."""
    person = Person(server)
    person.made("POST", "/api/tasks", {"name": "other", "labels": [{"name": "fish"}]})
    return person


@pytest.fixture
def unchanged(estate: Estate) -> Iterator[Estate]:
    """The estate, which must be the same after the test as before it."""
    before = estate.snapshot() | {"storage": estate.storage()}
    yield estate
    assert estate.snapshot() | {"storage": estate.storage()} == before
