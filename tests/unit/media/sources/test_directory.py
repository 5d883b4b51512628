"""The file share as a directory: what is read, what is listed, what stays out of reach."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.media.sources import file_names, places
from chalicelib.media.sources.directory import Directory
from chalicelib.media.sources.places import Entry, Unreachable
from chalicelib.platform import config


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A share with files, beside something that is none of its business."""
    share = tmp_path / "share"
    for name in ("a/1.jpg", "a/2.jpg", "a.jpg", "a0/3.jpg", "ab.jpg", "b/c/4.jpg"):
        (share / name).parent.mkdir(parents=True, exist_ok=True)
        (share / name).write_bytes(name.encode())
    (tmp_path / "secret").write_bytes(b"secret")
    return share


@pytest.fixture
def share(root: Path) -> Directory:
    return Directory(str(root))


def keys(share: Directory, prefix: str = "") -> list[str]:
    return [entry.key for entry in share.entries(prefix)]


def test_files_are_read_by_ranges(share: Directory, root: Path) -> None:
    assert share.read("a/1.jpg", 0, 100) == b"a/1.jpg"
    assert share.read("a/1.jpg", 2, 3) == b"1.j"
    assert share.read("a/1.jpg", 100, 3) == b""
    assert share.size("b/c/4.jpg") == 9
    (root / "empty").touch()
    assert share.read("empty", 0, 10) == b""
    assert share.size("empty") == 0


def test_files_are_listed_in_the_order_of_their_keys(share: Directory) -> None:
    assert keys(share) == sorted(["a/1.jpg", "a/2.jpg", "a.jpg", "a0/3.jpg", "ab.jpg", "b/c/4.jpg"])
    assert keys(share, "a/") == ["a/1.jpg", "a/2.jpg"]
    assert keys(share, "a") == ["a.jpg", "a/1.jpg", "a/2.jpg", "a0/3.jpg", "ab.jpg"]
    assert keys(share, "b/c/") == ["b/c/4.jpg"]
    assert keys(share, "nothing/") == []
    assert list(share.entries("b")) == [Entry("b/c/4.jpg", 9)]


@pytest.mark.parametrize(
    "key",
    ["../secret", "a/../../secret", "/etc/passwd", "a//1.jpg", "./a.jpg", "", "a", "a/", "\0",
     "x" * 5000, "a/1.jpg/x", "\ud800"],
)  # fmt: skip
def test_what_is_no_file_of_the_share_is_absent(share: Directory, key: str) -> None:
    with pytest.raises(KeyError):
        share.read(key, 0, 10)
    assert share.size(key) is None
    assert keys(share, f"{key}/x") == []


def test_links_that_lead_outside_are_not_followed(share: Directory, root: Path) -> None:
    (root / "file.jpg").symlink_to(root.parent / "secret")
    (root / "up").symlink_to(root.parent)
    (root / "inside.jpg").symlink_to("a/1.jpg")
    (root / "c").symlink_to("b", target_is_directory=True)
    for key in ("file.jpg", "up/secret"):
        with pytest.raises(KeyError):
            share.read(key, 0, 10)
        assert share.size(key) is None
    found = keys(share)
    assert "inside.jpg" in found
    assert "c/c/4.jpg" in found
    assert "file.jpg" not in found
    assert not [key for key in found if key.startswith("up")]
    assert share.read("c/c/4.jpg", 0, 9) == b"b/c/4.jpg"
    assert ("up", True) not in set(share.items(""))
    with pytest.raises(NotADirectoryError):
        share.items("up")


def test_a_link_that_is_exchanged_meanwhile_leads_nowhere(
    share: Directory, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.path.realpath

    def exchanged(path: str | Path) -> str:
        answer = real(path)
        (root / "a.jpg").unlink(missing_ok=True)
        (root / "a.jpg").symlink_to(root.parent / "secret")
        return answer

    monkeypatch.setattr(os.path, "realpath", exchanged)
    with pytest.raises(KeyError):
        share.read("a.jpg", 0, 10)


def test_links_in_circles_end(share: Directory, root: Path) -> None:
    (root / "b" / "again").symlink_to(root, target_is_directory=True)
    (root / "b" / "self.jpg").symlink_to("self.jpg")
    found = keys(share, "b/")
    assert found == [
        "b/again/a.jpg", "b/again/a/1.jpg", "b/again/a/2.jpg", "b/again/a0/3.jpg",
        "b/again/ab.jpg", "b/c/4.jpg",
    ]  # fmt: skip
    assert share.size("b/self.jpg") is None


def test_pipes_and_hidden_files_are_left_out(share: Directory, root: Path) -> None:
    os.mkfifo(root / "a" / "pipe")
    (root / "a" / ".DS_Store").write_bytes(b"x")
    (root / ".git").mkdir()
    (root / ".git" / "5.jpg").write_bytes(b"x")
    assert keys(share, "a/") == ["a/1.jpg", "a/2.jpg"]
    assert not [key for key in keys(share) if key.startswith(".")]
    assert keys(share, ".git/") == [".git/5.jpg"]
    with pytest.raises(KeyError):
        share.read("a/pipe", 0, 1)  # without waiting for somebody to write into it


def test_files_that_vanish_while_they_are_listed_are_left_out(share: Directory, root: Path) -> None:
    listing = share.entries("")
    assert next(listing).key == "a.jpg"
    (root / "a" / "2.jpg").unlink()
    (root / "b" / "c" / "4.jpg").unlink()
    (root / "b" / "c").rmdir()
    assert [entry.key for entry in listing] == ["a/1.jpg", "a0/3.jpg", "ab.jpg"]


def test_a_share_that_is_gone_says_so(share: Directory, root: Path) -> None:
    for path in sorted(root.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    root.rmdir()
    for look in (
        lambda: share.read("a.jpg", 0, 1),
        lambda: share.size("a.jpg"),
        lambda: keys(share),
        lambda: share.items(""),
    ):
        with pytest.raises(Unreachable, match=r"^The file share is not connected") as caught:
            look()
        assert str(root) not in str(caught.value)


def test_what_the_system_refuses_is_said(
    share: Directory, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied", str(root / "a.jpg"))

    monkeypatch.setattr(os, "pread", refuse)
    with pytest.raises(Unreachable) as caught:
        share.read("a.jpg", 0, 1)
    assert str(caught.value) == (
        "The server cannot read 'a.jpg' of the file share: Permission denied."
    )


def test_names_that_are_no_text_can_be_used_as_they_are_shown(share: Directory, root: Path) -> None:
    for name in (b"caf\xe9 100%.jpg", b"100%E9.jpg", "caf\u00e9.jpg".encode(), b"\xff/\xfe.jpg"):
        path = root / "odd" / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name)
    found = keys(share, "odd/")
    assert sorted(found) == sorted(
        ["odd/caf%E9 100%25.jpg", "odd/100%E9.jpg", "odd/caf\u00e9.jpg", "odd/%FF/%FE.jpg"]
    )
    assert {share.read(key, 0, 100) for key in found} == {
        b"caf\xe9 100%.jpg", b"100%E9.jpg", "caf\u00e9.jpg".encode(), b"\xff/\xfe.jpg"
    }  # fmt: skip
    assert keys(share, "odd/%FF/") == ["odd/%FF/%FE.jpg"]


def test_names_without_such_bytes_have_no_second_spelling(share: Directory, root: Path) -> None:
    (root / "100%.jpg").write_bytes(b"x")
    assert share.size("100%.jpg") == 1
    assert share.size("100%25.jpg") is None


@given(st.binary(min_size=1, max_size=30).filter(lambda name: b"/" not in name))
def test_every_name_can_be_shown_and_found_again(name: bytes) -> None:
    text = file_names.shown(os.fsdecode(name))
    text.encode()
    assert os.fsdecode(name) in file_names.meant(text)
    assert all(file_names.shown(each) == text or each == text for each in file_names.meant(text))


def test_many_files_are_listed_while_others_come_and_go(share: Directory, root: Path) -> None:
    stop = threading.Event()

    def churn() -> None:
        while not stop.is_set():
            (root / "a" / "now").write_bytes(b"x")
            (root / "a" / "now").unlink()

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        for _ in range(100):
            assert {"a/1.jpg", "a/2.jpg"} <= set(keys(share, "a/")) <= {
                "a/1.jpg", "a/2.jpg", "a/now"
            }  # fmt: skip
    finally:
        stop.set()
        thread.join()


def test_the_place_called_share_is_the_one_of_the_settings(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKYLABEL_SHARE", str(root))
    config.settings.cache_clear()
    try:
        assert places.place("share").read("a.jpg", 0, 9) == b"a.jpg"
    finally:
        monkeypatch.undo()
        config.settings.cache_clear()
    for name in ("nowhere", "cloud/", "cloud/x", "share/a"):
        with pytest.raises(KeyError):
            places.place(name)
