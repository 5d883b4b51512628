"""Exports that are over are not kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.formats.exporting import expiry
from chalicelib.platform import bucket as storage
from chalicelib.platform.config import settings
from chalicelib.projects.models import Task
from functions.sweep import work

from .conftest import Export, files, inputs_of


class Later(datetime):
    """Now is some days later."""

    days = 0.0

    @classmethod
    def now(cls, tz: object = None) -> Later:
        return cls.fromtimestamp((datetime.now(UTC) + timedelta(days=cls.days)).timestamp(), UTC)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> type[Later]:
    monkeypatch.setattr(expiry, "datetime", Later)
    monkeypatch.setattr(Later, "days", 0.0)
    return Later


@pytest.mark.parametrize("stage", ["local", "aws"])
def test_files_go_a_day_after_they_were_made(
    pictures: Callable[..., Task],
    later: type[Later],
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
) -> None:
    monkeypatch.setenv("SKYLABEL_STAGE", stage)
    settings.cache_clear()
    export = Export(inputs_of(pictures([b"a", b"b"])))
    export.run()
    raw = {key for key, _ in storage.listing("tasks/")}
    before = files()
    for days in (0.0, 1.0):
        later.days = days
        assert work.sweep()["expired"] == 0
        assert files() == before
    later.days = 1.1
    # On AWS the bucket's own rule does it, and costs nothing.
    assert work.sweep()["expired"] == (len(before) if stage == "local" else 0)
    assert files() == ({} if stage == "local" else before)
    assert {key for key, _ in storage.listing("tasks/")} == raw
    settings.cache_clear()
