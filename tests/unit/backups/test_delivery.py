"""Backups that go to an S3 that is really there, in however many calls."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.activity import requests
from chalicelib.platform import bucket as storage
from functions.export import delivery, delivery_in_parts
from tests.services import s3
from tests.services.s3 import KEY, S3, SECRET_KEY
from tests.support.connected import connect, loopback_allowed

from .conftest import World

BUCKET = "backups"
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    with s3.running(tmp_path_factory.mktemp("s3")) as running:
        running.fill(BUCKET, {"readme.txt": b"ours"})
        yield running


@pytest.fixture
def storage_id(
    world: World, service: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[int]:
    """A connected storage that takes parts of the least size, one at a time."""
    monkeypatch.setattr(delivery, "AT_ONCE", MEGABYTE)
    monkeypatch.setattr(delivery_in_parts, "PART", 5 * MEGABYTE)
    monkeypatch.setattr(delivery_in_parts, "SIDE_BY_SIDE", 1)
    with loopback_allowed(tmp_path):
        yield connect(service.url, BUCKET)


@pytest.fixture
def photos(world: World) -> int:
    """A task of 12 MB: pixels that hardly pack."""
    side = 2000
    header = b"P6 %d %d 255\n" % (side, side)
    return world.task({"noise.ppm": header + random.Random(1).randbytes(side * side * 3)})


def there(service: S3) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=service.url,
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET_KEY,
        region_name="us-east-1",
    )


def asked(world: World, task: int, storage_id: int) -> requests.Request:
    return world.ask_backup(
        "task",
        task,
        location="cloud_storage",
        cloud_storage_id=str(storage_id),
        filename="street.zip",
    )


@pytest.mark.parametrize("questions", [None, 40])
def test_a_backup_is_delivered_in_however_many_calls(
    world: World, photos: int, storage_id: int, service: S3, questions: int | None
) -> None:
    delivered: list[int] = []

    def note(_machine: str, event: dict[str, Any]) -> None:
        if event["step"] == "deliver":
            delivered.append(1)
            world.questions = None if questions is None else 0

    world.failing = note
    request = asked(world, photos, storage_id)
    assert request.status == "finished", request.message
    assert len(delivered) == (1 if questions is None else 3)
    with zipfile.ZipFile(io.BytesIO(service.get(BUCKET, "street.zip"))) as archive:
        assert archive.testzip() is None
    assert not there(service).list_multipart_uploads(Bucket=BUCKET).get("Uploads")
    assert [key for key, _ in storage.listing("exports/") if "report" not in key] == []


def test_a_cancelled_delivery_leaves_nothing(
    world: World, photos: int, storage_id: int, service: S3
) -> None:
    def cancel(_machine: str, event: dict[str, Any]) -> None:
        if event["step"] == "deliver":
            world.questions = 0
            request = requests.load(event["request_id"])
            assert request is not None
            if there(service).list_multipart_uploads(Bucket=BUCKET).get("Uploads"):
                requests.fail(request, "Cancelled by the user.")

    world.failing = cancel
    assert asked(world, photos, storage_id).status == "failed"
    assert not there(service).list_multipart_uploads(Bucket=BUCKET).get("Uploads")
    assert [key for key, _ in storage.listing("exports/") if "report" not in key] == []
