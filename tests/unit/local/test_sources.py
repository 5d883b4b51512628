"""What whoever starts the server says of files that come from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local.data_dir import DataDirectory
from infra.local.problems import StartupProblem
from infra.local.settings import read_settings


def test_the_share_is_a_directory_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SKYLABEL_SHARE", raising=False)
    assert read_settings().share is None
    monkeypatch.setenv("SKYLABEL_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "photos").mkdir()
    monkeypatch.setenv("SKYLABEL_SHARE", str(tmp_path / "photos"))
    assert read_settings().share == tmp_path / "photos"
    (tmp_path / "file").touch()
    for wrong in (tmp_path / "nothing", tmp_path / "file"):
        monkeypatch.setenv("SKYLABEL_SHARE", str(wrong))
        with pytest.raises(StartupProblem, match=r"SKYLABEL_SHARE is .*: set it to one"):
            read_settings()


def test_the_share_holds_nothing_of_the_data_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody may read the share, and the data directory holds everybody's media."""
    data = tmp_path / "home" / "data"
    (data / "s3").mkdir(parents=True)
    (data / "share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "home")
    monkeypatch.setenv("SKYLABEL_DATA_DIR", str(data))
    for wrong in (data, data / "s3", data.parent, tmp_path, Path("/"), tmp_path / "link"):
        monkeypatch.setenv("SKYLABEL_SHARE", str(wrong))
        with pytest.raises(StartupProblem, match=r"SKYLABEL_SHARE is .*, which holds files of"):
            read_settings()
    monkeypatch.setenv("SKYLABEL_SHARE", str(data / "share"))
    assert read_settings().share == data / "share"


def test_by_default_it_is_an_empty_one_in_the_data_directory(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    try:
        assert data.share == tmp_path / "data" / "share"
        assert list(data.share.iterdir()) == []
    finally:
        data.close()


def test_networks_are_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    for right in ("", "10.1.0.0/16", "10.1.0.0/16, fd00::/8 192.168.7.1"):
        monkeypatch.setenv("SKYLABEL_REMOTE_NETWORKS", right)
        read_settings()
    for wrong in ("localhost", "10.1.0.1/16", "10.1.0.0/16,*"):
        monkeypatch.setenv("SKYLABEL_REMOTE_NETWORKS", wrong)
        with pytest.raises(StartupProblem, match=r"SKYLABEL_REMOTE_NETWORKS has .*: set it to"):
            read_settings()
