"""The small picture of a storage: of the first image that can be shown."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image

from chalicelib.media.storages import layout
from chalicelib.platform import bucket
from chalicelib.platform.config import settings
from tests.services.s3 import S3

from .conftest import BRICK, ROCKET, StorageWorld

Fill = Callable[[dict[str, bytes]], None]


@pytest.fixture
def other(s3_service: S3) -> Iterator[Fill]:
    """Puts objects into a bucket of this test."""

    def put(objects: dict[str, bytes]) -> None:
        for key, body in objects.items():
            s3_service.put("other-bucket", key, body)

    s3_service.fill("other-bucket", {})
    yield put
    s3_service.empty("other-bucket")


def stored(answer: Any) -> bytes:
    """The object that an answer redirects to."""
    assert answer.status == 302, answer
    location = urlsplit(answer.header("location"))
    assert "X-Amz-Signature" in location.query
    body = bucket.get(unquote(location.path).partition(f"/{settings().bucket}/")[2])
    assert body is not None
    return body


def size_of(picture: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(picture)) as opened:
        assert opened.format == "JPEG"
        return opened.size


def test_the_first_image_is_shown_small_and_kept(world: StorageWorld, other: Fill) -> None:
    storage_id = world.made(resource="other-bucket")
    other({"a.txt": b"none", "b.jpg": b"no image at all", "c.jpg": b"", "d/e.jpg": ROCKET,
           "f.png": BRICK})  # fmt: skip
    path = f"/api/cloudstorages/{storage_id}/preview"
    picture = stored(world.api.get(path))
    assert size_of(picture) == (256, 171)
    other({"d/e.jpg": BRICK})
    assert stored(world.api.get(path)) == picture  # of the bucket as it was
    assert world.api.patch(path.removesuffix("/preview"), {"description": "new"}).status == 200
    assert size_of(stored(world.api.get(path))) == (102, 102)


def test_a_manifest_says_which_image_is_first(world: StorageWorld, other: Fill) -> None:
    other({
        "a.jpg": ROCKET,
        "z.png": BRICK,
        "manifest.jsonl": b'{"version":"1.1"}\n{"type":"images"}\n'
        b'{"name":"z","extension":".png","width":102,"height":102}\n',
    })  # fmt: skip
    storage_id = world.made(resource="other-bucket", manifests=["manifest.jsonl"])
    assert size_of(stored(world.api.get(f"/api/cloudstorages/{storage_id}/preview"))) == (102, 102)


def test_without_an_image_there_is_none_or_silence(world: StorageWorld, other: Fill) -> None:
    other({"a.txt": b"none"})
    path = f"/api/cloudstorages/{world.made(resource='other-bucket')}/preview"
    answer = world.api.get(path)
    assert answer.status == 404
    assert "no image" in answer.json["detail"]
    answer = world.api.call("GET", path, headers={"prefer": "handling=empty"})
    assert (answer.status, answer.body) == (204, b"")
    other({"a.jpg": ROCKET})
    assert size_of(stored(world.api.get(path))) == (256, 171)


def test_a_deleted_storage_leaves_no_picture(world: StorageWorld, other: Fill) -> None:
    other({"a.jpg": ROCKET})
    storage_id = world.made(resource="other-bucket")
    assert world.api.get(f"/api/cloudstorages/{storage_id}/preview").status == 302
    assert list(bucket.listing(layout.of_storage(storage_id)))
    assert world.api.delete(f"/api/cloudstorages/{storage_id}").status == 204
    assert not list(bucket.listing(layout.of_storage(storage_id)))
