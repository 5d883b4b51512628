"""Servers that a test may stop, kill and starve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A running server that no other test uses."""
    with Server(tmp_path / "data") as running:
        yield running
