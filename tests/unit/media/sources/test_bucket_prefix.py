"""The file share as a part of the bucket: the same rules as for a directory."""

from __future__ import annotations

import pytest

from chalicelib.media.sources import places, share
from chalicelib.media.sources.bucket_prefix import BucketPrefix
from chalicelib.media.sources.places import Entry, Unreachable
from chalicelib.platform import bucket as bucket_module
from chalicelib.platform.config import settings


@pytest.fixture
def filled(bucket: None) -> BucketPrefix:
    for name in ("a/1.jpg", "a/.DS_Store", "a.jpg", "ab.jpg", ".git/2.jpg", "c/.cache/3.jpg"):
        bucket_module.put(f"share/{name}", name.encode())
    bucket_module.put("share/a/", b"")  # what consoles make for a folder
    bucket_module.put("shared.jpg", b"secret")
    bucket_module.put("tasks/1/raw/secret.jpg", b"secret")
    found = share.connected()
    assert isinstance(found, BucketPrefix)
    return found


def test_objects_are_read_by_ranges(filled: BucketPrefix) -> None:
    assert filled.read("a/1.jpg", 2, 3) == b"1.j"
    assert filled.size("a/1.jpg") == 7
    assert places.place("share").read("a.jpg", 0, 100) == b"a.jpg"


def test_objects_are_listed_without_folders_and_hidden_ones(filled: BucketPrefix) -> None:
    assert list(filled.entries("")) == [
        Entry("a.jpg", 5), Entry("a/1.jpg", 7), Entry("ab.jpg", 6)
    ]  # fmt: skip
    assert [entry.key for entry in filled.entries("a/")] == ["a/1.jpg"]
    assert [entry.key for entry in filled.entries(".git/")] == [".git/2.jpg"]
    assert list(filled.entries("nothing/")) == []


@pytest.mark.parametrize("key", ["../tasks/1/raw/secret.jpg", "d.jpg", "/a.jpg", "../shared.jpg"])
def test_nothing_else_of_the_bucket_is_reached(filled: BucketPrefix, key: str) -> None:
    with pytest.raises(KeyError) as caught:
        filled.read(key, 0, 10)
    assert caught.value.args == (key,)
    assert filled.size(key) is None
    assert list(filled.entries(key)) == []


@pytest.mark.parametrize("prefix", ["", "/", "//"])
def test_the_whole_bucket_is_no_share(prefix: str) -> None:
    with pytest.raises(ValueError, match="may not be the whole bucket"):
        BucketPrefix(prefix)


def test_a_bucket_that_refuses_is_said(filled: BucketPrefix) -> None:
    bucket_module.delete_below("")
    bucket_module.client().delete_bucket(Bucket=settings().bucket)
    for look in (
        lambda: filled.read("a.jpg", 0, 1),
        lambda: list(filled.entries("")),
        lambda: list(filled.items("")),
    ):
        with pytest.raises(Unreachable, match="The server cannot read the file share"):
            look()
