"""Uploads in parts that were under way when the process was gone."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.durable_uploads import LIFETIME_SECONDS
from tests.unit.local.test_durable_objects import Bucket

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    return Bucket(tmp_path / "s3", monkeypatch)


class Film:
    """An upload of one object in parts."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        begun = self.ask("POST", uploads="")[2]
        found = re.search(b"<UploadId>(.+)</UploadId>", begun)
        assert found
        self.id = found[1].decode()

    def ask(self, method: str, body: bytes = b"", **query: str) -> Any:
        fields = {name: [value] for name, value in query.items()}
        return self.bucket.objects.answer(method, "/media/film", {"host": "x"}, body, fields)

    def put(self, number: int, body: bytes) -> str:
        status, headers, _ = self.ask("PUT", body, uploadId=self.id, partNumber=str(number))
        assert status == 200
        return str(headers["ETag"])

    def listed(self) -> list[int]:
        """Numbers of the parts that arrived; -1 if there is no such upload."""
        status, _, body = self.ask("GET", uploadId=self.id)
        if status == 404:
            return [-1]
        return [int(n) for n in re.findall(b"<PartNumber>(\\d+)</PartNumber>", body)]

    def complete(self, tags: dict[int, str]) -> int:
        parts = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>"
            for number, tag in sorted(tags.items())
        )
        body = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode()
        return int(self.ask("POST", body, uploadId=self.id)[0])


def files(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "s3-uploads").rglob("*"))


def test_an_upload_goes_on_after_a_restart(bucket: Bucket, tmp_path: Path) -> None:
    film, first = Film(bucket), os.urandom(5 << 20)
    tags = {1: film.put(1, first)}
    bucket.reopen()
    assert film.listed() == [1]
    tags[2] = film.put(2, b"end")
    bucket.reopen()
    assert film.listed() == [1, 2]
    assert film.complete(tags) == 200
    assert bucket.get("/media/film") == (200, first + b"end")
    assert files(tmp_path) == []
    bucket.reopen()
    assert bucket.get("/media/film") == (200, first + b"end")


def test_a_part_sent_again_replaces_the_one_before(bucket: Bucket, tmp_path: Path) -> None:
    film = Film(bucket)
    film.put(1, b"a" * 100)
    tag = film.put(1, b"bb")
    bucket.reopen()
    assert film.complete({1: tag}) == 200
    assert bucket.get("/media/film") == (200, b"bb")
    assert files(tmp_path) == []


def test_a_part_killed_while_it_was_written_did_not_arrive(bucket: Bucket, tmp_path: Path) -> None:
    film = Film(bucket)
    tag = film.put(1, b"whole")
    (tmp_path / "s3-uploads" / film.id / "2-half").write_bytes(b"ha")
    (tmp_path / "s3-uploads" / film.id / "2.json.new").write_bytes(b'{"etag"')
    bucket.reopen()
    assert film.listed() == [1]
    assert film.complete({1: tag}) == 200


def test_an_upload_killed_while_it_was_removed_is_gone(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = Film(bucket)
    tag = film.put(1, b"whole")

    def crash(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as killed:
        killed.setattr("shutil.rmtree", crash)
        with pytest.raises(SystemExit):
            film.complete({1: tag})
    assert len(files(tmp_path)) > 1
    bucket.reopen()
    assert film.listed() == [-1]
    assert bucket.get("/media/film") == (200, b"whole")
    assert files(tmp_path) == []


def test_what_is_given_up_is_gone(bucket: Bucket, tmp_path: Path) -> None:
    aborted, forgotten = Film(bucket), Film(bucket)
    for film in (aborted, forgotten):
        film.put(1, b"x")
    assert aborted.ask("DELETE", uploadId=aborted.id)[0] == 204
    past = time.time() - LIFETIME_SECONDS - 1
    os.utime(tmp_path / "s3-uploads" / forgotten.id, (past, past))
    bucket.reopen()
    assert aborted.listed() == forgotten.listed() == [-1]
    assert files(tmp_path) == []


def test_a_part_that_the_disk_refuses_is_not_acknowledged(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = Film(bucket)
    film.put(1, b"x")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", refuse)
    assert film.ask("PUT", b"y", uploadId=film.id, partNumber="2")[0] == 500
    assert film.ask("POST", uploads="")[0] == 500
    monkeypatch.undo()
    assert film.listed() == [1]
