"""The emulator's fixed waits are gone, and its other waits are not."""

from __future__ import annotations

import inspect
import time
from typing import Any

import pytest
from ministack.core import lambda_runtime
from ministack.services import stepfunctions

from infra.local import delays


@pytest.fixture
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    drain: Any = lambda_runtime.Worker._drain_stderr_bounded
    monkeypatch.setattr(stepfunctions, "time", time)
    monkeypatch.setattr(drain, "__defaults__", drain.__defaults__)
    delays.install()


def test_the_emulator_still_has_the_waits_that_are_taken_out() -> None:
    assert f"time.sleep({delays.START_DELAY})" in inspect.getsource(stepfunctions._run_execution)
    names = list(inspect.signature(lambda_runtime.Worker._drain_stderr_bounded).parameters)
    assert names == ["self", "first_line_wait", "idle_confirm", "hard_cap"]


@pytest.mark.usefixtures("_installed")
def test_an_execution_starts_at_once_and_a_wait_state_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    clock: Any = stepfunctions.time
    assert clock.monotonic() > 0
    monkeypatch.setattr(time, "sleep", slept.append)
    clock.sleep(delays.START_DELAY)
    clock.sleep(0.05)
    assert slept == [0.05]


@pytest.mark.usefixtures("_installed")
def test_a_silent_worker_is_not_waited_for() -> None:
    assert lambda_runtime.Worker._drain_stderr_bounded.__defaults__ == delays.LOG_WAITS
