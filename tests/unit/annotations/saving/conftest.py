"""A world to save in, on each implementation of the table."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.unit.annotations.saving.emulators import Emulator, MiniStack, Moto


@pytest.fixture(
    params=[
        pytest.param(MiniStack, id="ministack"),
        pytest.param(Moto, id="moto", marks=pytest.mark.slow),
    ]
)
def emulator(
    request: pytest.FixtureRequest, log_of_jobs: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Emulator]:
    """An implementation of the table; nobody waits before they try again."""
    monkeypatch.setattr(time, "sleep", lambda _: None)
    chosen: Emulator = request.param()
    with chosen.serving():
        yield chosen
