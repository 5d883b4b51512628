"""What the bucket holds after the process is gone, and what it shows when the disk refuses."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import mmap
import os
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.durable_objects import DurableObjects
from infra.local.stored_body import PIECE, BodyReader, StoredBody

if TYPE_CHECKING:
    from pathlib import Path


class Bucket:
    """A durable bucket that can lose its process."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("S3_PERSIST", "1")
        monkeypatch.setenv("S3_DATA_DIR", str(root))
        self.reopen()

    def reopen(self) -> None:
        found = importlib.util.find_spec("ministack.services.s3")
        assert found is not None
        assert found.loader is not None
        self.module: Any = importlib.util.module_from_spec(found)
        found.loader.exec_module(self.module)
        self.objects = DurableObjects(self.module)
        self.objects.install()
        # As at each start: the emulator forgets a bucket without objects.
        assert self.call("PUT", "/media")[0] in {200, 409}

    def call(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], Any]:
        return self.objects.answer(method, path, {"host": "x"} | (headers or {}), body, {})

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        status, _, body = self.call("GET", path, headers=headers)
        return status, body if isinstance(body, bytes) else bytes(body)

    def path(self, key: str) -> str:
        found: str = self.module._object_disk_path("media", key)
        return found


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    return Bucket(tmp_path / "s3", monkeypatch)


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=10
)
@given(objects=st.dictionaries(NAMES, st.binary(max_size=200), max_size=4))
def test_a_restart_shows_every_object_as_it_was(bucket: Bucket, objects: dict[str, bytes]) -> None:
    for name, data in objects.items():
        assert bucket.call("PUT", f"/media/tasks/{name}/x", data)[0] == 200
    bucket.reopen()
    for name, data in objects.items():
        assert bucket.get(f"/media/tasks/{name}/x") == (200, data)


def test_content_type_and_metadata_survive(bucket: Bucket) -> None:
    headers = {"content-type": "image/png", "x-amz-meta-origin": "scanner"}
    bucket.call("PUT", "/media/a", b"1", headers)
    bucket.reopen()
    _, answer, _ = bucket.call("HEAD", "/media/a")
    assert (answer["Content-Type"], answer["x-amz-meta-origin"]) == ("image/png", "scanner")


def test_a_range_reads_no_more_than_the_range(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = os.urandom(3 * PIECE)
    bucket.call("PUT", "/media/video", data)
    read: list[int] = []
    real = os.pread

    def counted(descriptor: int, size: int, offset: int) -> bytes:
        read.append(size)
        return real(descriptor, size, offset)

    monkeypatch.setattr(os, "pread", counted)
    status, answer = bucket.get("/media/video", range=f"bytes={PIECE + 5}-{PIECE + 24}")
    assert (status, answer) == (206, data[PIECE + 5 : PIECE + 25])
    assert sum(read) == 20


def test_the_emulators_own_callers_get_plain_bytes(bucket: Bucket) -> None:
    bucket.call("PUT", "/media/a", b"abc")
    bucket.call("PUT", "/media/b", headers={"x-amz-copy-source": "/media/a"})
    assert bucket.get("/media/b") == (200, b"abc")
    assert bucket.module._dispatch("GET", "media", "b", {}, b"", {})[2] == b"abc"


def test_an_object_replaced_while_it_is_read_is_read_to_its_end(bucket: Bucket) -> None:
    bucket.call("PUT", "/media/a", b"old" * 1000)
    _, _, body = bucket.call("GET", "/media/a")
    bucket.call("PUT", "/media/a", b"new")
    assert bytes(body) == b"old" * 1000


@pytest.mark.parametrize("what", ["body", "description"])
def test_an_object_that_the_disk_refuses_is_not_acknowledged(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    bucket.call("PUT", "/media/a", b"before", {"content-type": "text/plain"})
    name = bucket.path("a") + (".tmp" if what == "body" else ".meta.json.tmp")
    os.mkdir(name)  # noqa: PTH102 - a directory in the way refuses any writer, root too
    status, _, body = bucket.call("PUT", "/media/a", b"after")
    assert status == 500
    assert b"InternalError" in bytes(body)
    for _ in range(2):
        assert bucket.get("/media/a") == (200, b"before")
        assert bucket.call("HEAD", "/media/a")[1]["Content-Type"] == "text/plain"
        bucket.reopen()


def test_a_new_object_that_the_disk_refuses_does_not_exist(bucket: Bucket) -> None:
    os.mkdir(bucket.path("a") + ".tmp")  # noqa: PTH102
    assert bucket.call("PUT", "/media/a", b"after")[0] == 500
    assert bucket.get("/media/a")[0] == 404


def test_a_deleted_object_stays_deleted(bucket: Bucket) -> None:
    bucket.call("PUT", "/media/a", b"1")
    assert bucket.call("DELETE", "/media/a")[0] == 204
    bucket.reopen()
    assert bucket.get("/media/a")[0] == 404


def test_a_delete_that_the_disk_refuses_is_not_acknowledged(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.call("PUT", "/media/a", b"1")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("pathlib.Path.unlink", refuse)
    assert bucket.call("DELETE", "/media/a")[0] == 500
    monkeypatch.undo()
    assert bucket.get("/media/a") == (200, b"1")


def test_an_object_killed_between_its_two_files_is_whole(bucket: Bucket, tmp_path: Path) -> None:
    bucket.call("PUT", "/media/a", b"short")
    path = bucket.path("a")
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(b"longer than before")
    bucket.reopen()
    assert bucket.get("/media/a") == (200, b"longer than before")
    _, headers, _ = bucket.call("HEAD", "/media/a")
    assert headers["Content-Length"] == "18"
    assert headers["ETag"].strip('"') == hashlib.md5(b"longer than before").hexdigest()


def test_what_is_kept_in_memory_has_no_bodies(bucket: Bucket) -> None:
    bucket.call("PUT", "/media/a", b"x" * 100_000)
    records = bucket.module._buckets["media"]["objects"]
    assert len(json.dumps(records)) < 2000


def test_parts_of_an_upload_wait_on_disk_and_become_one_object(bucket: Bucket) -> None:
    objects = bucket.objects

    def ask(method: str, body: bytes = b"", **query: str) -> tuple[int, dict[str, str], bytes]:
        fields = {name: [value] for name, value in query.items()}
        return objects.answer(method, "/media/film", {"host": "x"}, body, fields)

    upload = re.search(b"<UploadId>(.+)</UploadId>", ask("POST", uploads="")[2])
    assert upload
    upload_id = upload[1].decode()
    bodies = [os.urandom(5 << 20), b"end"]
    tags = [
        ask("PUT", body, uploadId=upload_id, partNumber=str(number))[1]["ETag"]
        for number, body in enumerate(bodies, 1)
    ]
    held = bucket.module._multipart_uploads[upload_id]["parts"]
    assert all(isinstance(part["body"], mmap.mmap) for part in held.values())
    listed = "".join(
        f"<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>"
        for number, tag in enumerate(tags, 1)
    )
    wanted = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
    assert ask("POST", wanted, uploadId=upload_id)[0] == 200
    bucket.reopen()
    assert bucket.get("/media/film") == (200, b"".join(bodies))


@given(data=st.binary(max_size=400), start=st.integers(0, 450), stop=st.integers(0, 450),
       sizes=st.lists(st.integers(0, 60), max_size=12))  # fmt: skip
def test_a_window_reads_like_a_slice_of_bytes(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, start: int, stop: int, sizes: list[int]
) -> None:
    path = tmp_path_factory.getbasetemp() / "window"
    path.write_bytes(data)
    window = StoredBody.open(str(path))[start:stop]
    expected = data[start:stop]
    assert bytes(window) == expected
    assert len(window) == len(expected)
    on_disk, in_memory = BodyReader(window), BodyReader(expected)
    for size in sizes:
        assert on_disk.read(size) == in_memory.read(size)
    assert on_disk.read() == in_memory.read()
    assert on_disk.read() == b""
