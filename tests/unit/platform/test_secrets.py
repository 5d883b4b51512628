"""Secrets on one machine and on AWS: whole or not there, readable by nobody else."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from ministack.services import secretsmanager

from chalicelib.platform import secrets
from chalicelib.platform.config import settings
from chalicelib.platform.secrets import Unreadable

from ..conftest import _answer

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where secrets of one machine are."""
    monkeypatch.setenv("SKYLABEL_SECRETS_DIR", str(tmp_path / "secrets"))
    settings.cache_clear()
    yield tmp_path / "secrets"
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def on_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Secrets Manager of MiniStack."""
    monkeypatch.setenv("SKYLABEL_STAGE", "aws")
    settings.cache_clear()
    secrets.manager.cache_clear()
    secretsmanager.reset()
    client = secrets.manager()
    send = _answer(secretsmanager.handle_request)
    client.meta.events.register("before-send.secrets-manager", send)
    yield client
    monkeypatch.undo()
    settings.cache_clear()
    secrets.manager.cache_clear()


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.text(max_size=300), st.binary(max_size=5000), st.binary(max_size=20))
def test_what_is_put_is_got_until_it_is_deleted(
    folder: Path, name: str, value: bytes, other: bytes
) -> None:
    name = name.encode("utf-8", "replace").decode()
    assert secrets.get(name) is None
    secrets.put(name, other)
    secrets.put(name, value)
    assert secrets.get(name) == value
    secrets.delete(name)
    secrets.delete(name)
    assert secrets.get(name) is None


def test_files_show_nothing_and_are_the_owners_alone(folder: Path) -> None:
    secrets.put("storages/7/name", b"the secret value")
    files = list(folder.iterdir())
    assert len(files) == 2
    for file in files:
        assert file.stat().st_mode & 0o777 == 0o600
        assert b"secret value" not in file.read_bytes()
        assert "storages" not in file.name
    assert folder.stat().st_mode & 0o777 == 0o700
    secrets.put("storages/7/name", b"the secret value")
    assert len({file.read_bytes() for file in folder.iterdir()} | {f.name for f in files}) == 4


def test_a_damaged_or_exchanged_file_is_not_read(folder: Path) -> None:
    secrets.put("a", b"of a")
    (file,) = folder.glob("*.sealed")
    whole = file.read_bytes()
    secrets.put("b", b"of b")
    (other,) = set(folder.glob("*.sealed")) - {file}
    for damaged in (whole[:-1], whole[:5], b"", whole[:20] + b"x" + whole[21:], other.read_bytes()):
        file.write_bytes(damaged)
        with pytest.raises(Unreadable):
            secrets.get("a")
    file.write_bytes(whole)
    assert secrets.get("a") == b"of a"
    (folder / "key").unlink()
    with pytest.raises(Unreadable):
        secrets.get("a")


def _put_one(folder: str, number: int) -> None:
    os.environ["SKYLABEL_SECRETS_DIR"] = folder
    settings.cache_clear()
    secrets.put(str(number), str(number).encode())


def test_processes_that_begin_at_once_agree_on_a_key(folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(4) as pool:
        pool.starmap(_put_one, [(str(folder), number) for number in range(8)])
    assert [secrets.get(str(number)) for number in range(8)] == [b"%d" % n for n in range(8)]


WRITER = """
import itertools, sys
from chalicelib.platform import secrets
for number in itertools.count():
    secrets.put("name", bytes([number % 256]) * 100_000)
    if number == 0:
        print("begun", flush=True)
"""


def test_a_killed_writer_leaves_a_whole_secret(folder: Path) -> None:
    for pause in (0.0, 0.013, 0.029):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER],
            cwd=ROOT,
            env={**os.environ, "SKYLABEL_SECRETS_DIR": str(folder)},
            stdout=subprocess.PIPE,
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"begun\n"
        time.sleep(pause)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        found = secrets.get("name")
        assert found is not None
        assert len(found) == 100_000
        assert len(set(found)) == 1


def test_on_aws_a_secret_is_in_secrets_manager(on_aws: Any) -> None:
    assert secrets.get("storages/7/a") is None
    secrets.put("storages/7/a", b"\x00\xff first")
    secrets.put("storages/7/a", b"\x00\xff second")
    assert secrets.get("storages/7/a") == b"\x00\xff second"
    names = [each["Name"] for each in on_aws.list_secrets()["SecretList"]]
    assert names == ["skylabel-storages/7/a"]
    secrets.delete("storages/7/a")
    secrets.delete("storages/7/a")
    assert secrets.get("storages/7/a") is None
    secrets.put("storages/7/a", b"again, at once")
    assert secrets.get("storages/7/a") == b"again, at once"


def test_aws_has_no_need_of_the_cipher() -> None:
    code = "import sys; from chalicelib.platform import secrets; print(*sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {name.split(".")[0] for name in said.stdout.split()} & {"cryptography"}
