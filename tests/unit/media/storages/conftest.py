"""The API of cloud storages with its worker function in this process, and a real S3 beside it."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.media.storages import connecting
from chalicelib.media.storages.routes import routes
from chalicelib.platform import http, workflows
from chalicelib.platform.config import settings
from chalicelib.platform.requests import Principal
from chalicelib.platform.requests import Request as ApiRequest
from functions.storages import handler
from infra.local.proxy_event import LambdaContext
from tests.services import s3
from tests.services.s3 import KEY, S3, SECRET_KEY
from tests.support.api import Answer, Api


def _photograph(name: str) -> bytes:
    spec = importlib.util.find_spec("skimage")  # its pictures, without importing it
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "data" / name).read_bytes()


ROCKET = _photograph("rocket.jpg")
BRICK = _photograph("microaneurysms.png")
#: What is in the bucket of most tests.
OBJECTS = {
    "photos/cat.jpg": ROCKET,
    "photos/coins.png": BRICK,
    "photos/more/a b+c%20é.jpg": ROCKET,
    "readme.txt": b"hello world",
    "video.mp4": b"no video",
}


@pytest.fixture(scope="session")
def s3_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """An S3 on a port of its own."""
    with s3.running(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture
def bucket_name(s3_service: S3) -> Iterator[str]:
    """A bucket with `OBJECTS`."""
    s3_service.fill("photos-bucket", OBJECTS)
    yield "photos-bucket"
    s3_service.empty("photos-bucket")


@pytest.fixture
def local_networks(tmp_path: Path) -> Iterator[None]:
    """The operator allows loopback, and keeps secrets in a new folder."""
    yield from _configured(tmp_path, SKYLABEL_REMOTE_NETWORKS="127.0.0.0/8")


@pytest.fixture
def public_networks(tmp_path: Path) -> Iterator[None]:
    """The operator allows nothing beside the public internet."""
    yield from _configured(tmp_path)


def _configured(folder: Path, **environment: str) -> Iterator[None]:
    given = {"SKYLABEL_SECRETS_DIR": str(folder / "secrets"), **environment}
    os.environ |= given
    settings.cache_clear()
    connecting._known.clear()
    yield
    for name in given:
        del os.environ[name]
    settings.cache_clear()


class StorageWorld:
    """Requests of a user about cloud storages."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.api = _application().with_headers(x_user="1")
        self.stranger = _application().with_headers(x_user="2")

    def body(self, **fields: Any) -> dict[str, Any]:
        """A good request but for `fields`."""
        return {
            "provider_type": "AWS_S3_BUCKET",
            "resource": "photos-bucket",
            "display_name": "Photos",
            "credentials_type": "KEY_SECRET_KEY_PAIR",
            "key": KEY,
            "secret_key": SECRET_KEY,
            "specific_attributes": f"region=us-east-1&endpoint_url={self.url}",
            "description": "of cats",
            **fields,
        }

    def create(self, **fields: Any) -> Answer:
        return self.api.post("/api/cloudstorages", self.body(**fields))

    def made(self, **fields: Any) -> int:
        """Id of a new storage."""
        answer = self.create(**fields)
        assert answer.status == 201, answer
        return int(answer.json["id"])


_applications: list[Api] = []


def _application() -> Api:
    if not _applications:  # Chalice registers a blueprint once per process
        _applications.append(Api.of(routes))
    return _applications[0]


def run_worker(function: str, payload: dict[str, Any]) -> Any:
    assert function == "storages"
    event = msgspec.json.decode(msgspec.json.encode(payload))
    answer = handler.handle(event, LambdaContext("test", 60))
    return msgspec.json.decode(msgspec.json.encode(answer))


def as_user(request: ApiRequest, public: bool) -> None:
    """Trusts a header: signing in is tested elsewhere."""
    number = request.header("x-user")
    if number:
        request.principal = Principal(int(number), f"user{number}", ("user",), "token")


@pytest.fixture
def world(
    table: None,
    bucket: None,
    local_networks: None,
    s3_service: S3,
    monkeypatch: pytest.MonkeyPatch,
) -> StorageWorld:
    """The API of cloud storages on an empty table."""
    monkeypatch.setattr(workflows, "invoke", run_worker)
    monkeypatch.setattr(http._Hooks, "authenticate", staticmethod(as_user))
    return StorageWorld(s3_service.url)
