"""Browsing the file share: the same answers for a directory and for a part of the bucket."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from chalicelib.media.sources import listing
from chalicelib.platform import bucket as bucket_module
from chalicelib.platform import config, http
from chalicelib.platform.requests import Principal, Request, Workspace
from chalicelib.server.routes import routes
from tests.support.api import Answer, Api

FILES = (
    "a.JPG", "b.mp4", "c.zip", "d.pdf", "e.pcd", "f.txt", "g", ".hidden", "photos/1.png",
    "photos/2.png", "photos/2024/3.png", "photos/.git/config", "A/4.png", ".cache/5.png",
)  # fmt: skip


@cache
def application() -> Api:
    return Api.of(routes)


def as_group(request: Request, public: bool) -> None:
    """Trusts headers: signing in is tested elsewhere."""
    group = request.header("x-group")
    if group is not None:
        groups = tuple(group.split())
        request.principal = Principal(
            1, "somebody", groups, "token", read_only=request.header("x-read-only") is not None
        )
        if request.header("x-organization"):
            request.workspace = Workspace("organization", 7)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    monkeypatch.setattr(http._Hooks, "authenticate", staticmethod(as_group))
    return application().with_headers(x_group="user")


@pytest.fixture(params=["directory", "prefix"])
def filled(
    request: pytest.FixtureRequest, tmp_path: Path, bucket: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A share with `FILES`, beside files that do not belong to it."""
    for name in FILES:
        if request.param == "directory":
            path = tmp_path / "share" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
        else:
            bucket_module.put(f"share/{name}", b"x")
    if request.param == "directory":
        (tmp_path / "secret.png").write_bytes(b"x")
        monkeypatch.setenv("SKYLABEL_SHARE", str(tmp_path / "share"))
    else:
        bucket_module.put("share/photos/", b"")  # what consoles make for a folder
        bucket_module.put("tasks/1/raw/secret.png", b"x")
        bucket_module.put("shared/secret.png", b"x")
    config.settings.cache_clear()
    yield request.param
    monkeypatch.undo()
    config.settings.cache_clear()


def names(answer: Answer) -> list[str]:
    assert answer.status == 200, answer
    return [item["name"] for item in answer.json]


def test_directories_come_first_and_every_file_says_what_it_is(filled: str, api: Api) -> None:
    answer = api.get("/api/server/share")
    assert answer.json == [
        {"name": "A", "type": "DIR", "mime_type": "DIR"},
        {"name": "photos", "type": "DIR", "mime_type": "DIR"},
        {"name": "a.JPG", "type": "REG", "mime_type": "image"},
        {"name": "b.mp4", "type": "REG", "mime_type": "video"},
        {"name": "c.zip", "type": "REG", "mime_type": "archive"},
        {"name": "d.pdf", "type": "REG", "mime_type": "pdf"},
        {"name": "e.pcd", "type": "REG", "mime_type": "image"},
        {"name": "f.txt", "type": "REG", "mime_type": "unknown"},
        {"name": "g", "type": "REG", "mime_type": "unknown"},
    ]


@pytest.mark.parametrize("spelled", ["photos", "/photos", "/photos/", "photos/"])
def test_directories_are_entered(filled: str, api: Api, spelled: str) -> None:
    found = names(api.get("/api/server/share", directory=spelled))
    assert found == ["2024", "1.png", "2.png"]
    assert names(api.get("/api/server/share", directory="photos/2024")) == ["3.png"]
    assert names(api.get("/api/server/share", directory="/")) == names(api.get("/api/server/share"))


def test_names_are_searched_in_any_case(filled: str, api: Api) -> None:
    assert names(api.get("/api/server/share", search="A")) == ["A", "a.JPG"]
    assert names(api.get("/api/server/share", search="jpg")) == ["a.JPG"]
    assert names(api.get("/api/server/share", search="nothing")) == []
    assert names(api.get("/api/server/share", directory="photos", search="2")) == ["2024", "2.png"]


@pytest.mark.parametrize(
    "directory",
    ["..", "../", "photos/../..", "photos/..", "/etc", "nothing", "a.JPG", "photos//2024", ".",
     "photos/1.png", "\0", "x" * 2000, "tasks", "d"],
)  # fmt: skip
def test_what_is_no_directory_of_it_is_refused(filled: str, api: Api, directory: str) -> None:
    answer = api.get("/api/server/share", directory=directory)
    assert answer.status == 400, answer
    assert "is no directory of the share." in answer.json["directory"][0]


def test_a_share_that_is_gone_is_said(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKYLABEL_SHARE", str(tmp_path / "unmounted"))
    config.settings.cache_clear()
    try:
        answer = api.get("/api/server/share")
    finally:
        monkeypatch.undo()
        config.settings.cache_clear()
    assert answer.status == 400
    assert answer.json == ["The file share is not connected: its directory is not there."]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"x_group": "admin"}, 200),
        ({"x_group": "worker"}, 403),
        ({"x_group": ""}, 403),
        ({"x_organization": "7"}, 200),
        ({"x_organization": "7", "x_group": "worker"}, 403),
        ({"x_read_only": "1"}, 200),
    ],
)
def test_who_may_browse(filled: str, api: Api, headers: dict[str, Any], status: int) -> None:
    assert api.with_headers(**headers).get("/api/server/share").status == status


def test_nobody_else_may(filled: str, api: Api) -> None:
    stranger = application()
    assert stranger.get("/api/server/share").status == 401


def test_answers_have_a_largest_size(
    filled: str, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = names(api.get("/api/server/share"))
    monkeypatch.setattr(listing, "MOST_SHOWN", 4)
    assert names(api.get("/api/server/share")) == everything[:4]
    assert names(api.get("/api/server/share", search="f.txt")) == ["f.txt"]
    monkeypatch.setattr(listing, "MOST_BYTES", 200)
    assert names(api.get("/api/server/share")) == everything[:3]
