"""The data directory, the port and the settings: what goes wrong and what is said of it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from infra.local.data_dir import DataDirectory, _unusable
from infra.local.http_server import listening_socket
from infra.local.problems import StartupProblem
from infra.local.settings import read_settings


def test_a_directory_is_made_and_used_by_one(tmp_path: Path) -> None:
    first = DataDirectory(tmp_path / "new" / "data")
    with pytest.raises(StartupProblem, match=r"Another Skylabel is using .*: stop it first"):
        DataDirectory(tmp_path / "new" / "data")
    first.close()
    DataDirectory(tmp_path / "new" / "data").close()


@pytest.mark.parametrize("inside", ["", "deeper/still"])
def test_a_file_in_its_place_is_named(tmp_path: Path, inside: str) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StartupProblem, match="is not a directory: set SKYLABEL_DATA_DIR"):
        DataDirectory(tmp_path / "data" / inside)


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (PermissionError(13, "Permission denied"), "make it writable"),
        (OSError(30, "Read-only file system"), "make it writable"),
        (OSError(28, "No space left on device"), "free some"),
        (OSError(5, "Input/output error"), r"\(Input/output error\): set SKYLABEL_DATA_DIR"),
    ],
)
def test_each_refusal_of_the_disk_has_its_advice(error: OSError, advice: str) -> None:
    with pytest.raises(StartupProblem, match=advice):
        raise StartupProblem(_unusable(Path("/data"), error))


def test_other_users_of_the_machine_cannot_look_inside(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    data.close()


def test_the_signing_secret_is_private_and_stays(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    secret = data.signing_secret()
    assert len(secret) == 64
    assert data.signing_secret() == secret
    assert (tmp_path / "data" / "signing-secret").stat().st_mode & 0o777 == 0o600
    data.close()


def test_scratch_of_a_killed_server_is_emptied(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp" / "left-over").write_text("x")
    data = DataDirectory(tmp_path)
    assert list(data.scratch.iterdir()) == []
    data.close()


def test_a_port_in_use_is_named_with_another(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartupProblem, match=f"Port {port} is in use: .*PORT={port + 1}"):
            listening_socket("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(StartupProblem, match="set SKYLABEL_BIND to an address"):
        listening_socket("192.0.2.1", 0)


@pytest.mark.parametrize("port", ["http", "-1", "70000", "80.5"])
def test_a_port_that_is_none_is_refused(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(StartupProblem, match=r"PORT is .*: set it to a number"):
        read_settings()


def test_children_do_not_inherit_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKYLABEL_ADMIN_PASSWORD", "secret")
    settings = read_settings()
    assert settings.admin_password == "secret"
    assert "SKYLABEL_ADMIN_PASSWORD" not in os.environ
    assert "secret" not in repr(settings)
