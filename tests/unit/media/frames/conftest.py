"""A share of files, and what chunks hold."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.media.frames import continuing, freshness, serving
from chalicelib.platform import config

from ..conftest import World


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Each test has a bucket of its own, and so must what the process remembers of it."""
    continuing.forget()
    freshness._link.cache_clear()
    serving._outlived.clear()


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty file share."""
    root = tmp_path / "share"
    root.mkdir()
    monkeypatch.setenv("SKYLABEL_SHARE", str(root))
    config.settings.cache_clear()
    yield root
    monkeypatch.undo()
    config.settings.cache_clear()


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of files by name."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return sink.getvalue()


def members(body: bytes) -> dict[str, bytes]:
    """Files of a zip by name, in its order."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def chunk(world: World, task_id: int, number: int = 0, **query: Any) -> dict[str, bytes]:
    """The members of a task's chunk."""
    answer = world.api.get(f"/api/tasks/{task_id}/data", type="chunk", number=number, **query)
    return members(world.stored(answer))


def frame(world: World, task_id: int, number: int, quality: str = "original") -> bytes:
    answer = world.api.get(
        f"/api/tasks/{task_id}/data", type="frame", number=number, quality=quality
    )
    return world.stored(answer)
