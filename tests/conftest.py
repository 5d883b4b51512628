"""Fixtures that tests of every kind share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server with `url`, `username` and `password` (one per test process).

    Tests share it: make your own objects, and start a `Server` of your own to kill one.
    """
    with Server(tmp_path_factory.mktemp("skylabel") / "data") as running:
        yield running
