"""The same files from every source that CVAT takes them from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import pytest

from chalicelib.activity import requests
from chalicelib.activity.models import Request
from chalicelib.media.frames import continuing, freshness, serving
from chalicelib.media.sources import remote
from chalicelib.media.storages import connecting, credentials
from chalicelib.media.storages import store as storages
from chalicelib.media.storages.models import CloudStorage, Credentials
from chalicelib.platform import bucket as own_bucket
from chalicelib.platform import clock, config, ids, secrets
from chalicelib.platform.table import Create, commit
from tests.services import s3
from tests.services.s3 import KEY, S3, SECRET_KEY
from tests.support.remote_server import RemoteServer

from ..archives.making import Make, compressed_tar, tarred, zipped
from ..conftest import World

Files = dict[str, bytes]
BUCKET = "holidays"
#: Those whose files may stand in folders.
WITH_FOLDERS = (
    "upload", "zip", "tar", "tar.gz", "share", "copied share", "part of the bucket",
    "archive of the share", "cloud", "copied cloud",
)  # fmt: skip
EVERYWHERE = (*WITH_FOLDERS, "remote")
#: Those that are told of files one by one, by their names.
NAMED = ("share", "copied share", "part of the bucket", "cloud", "copied cloud")


class Give(Protocol):
    """Gives a task files from one source. Returns its id and how that ended.

    Args:
        into: the task; by default a new one.
    """

    def __call__(
        self, files: Files, *, into: int | None = None, **wanted: Any
    ) -> tuple[int, Request]: ...


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Each test has a bucket of its own, and so must what the process remembers of it."""
    continuing.forget()
    freshness._link.cache_clear()
    serving._outlived.clear()


@pytest.fixture(scope="session")
def s3_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """Somebody else's S3."""
    with s3.running(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture
def give(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Give]:
    """Tasks from the source that the test is run for; `indirect` parameter."""
    source: str = request.param
    monkeypatch.setenv("SKYLABEL_REMOTE_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("SKYLABEL_SECRETS_DIR", str(tmp_path / "secrets"))
    monkeypatch.setattr(remote, "PAUSE", 0.0)
    if source in {"share", "copied share", "archive of the share"}:
        (tmp_path / "share").mkdir()
        monkeypatch.setenv("SKYLABEL_SHARE", str(tmp_path / "share"))
    config.settings.cache_clear()
    connecting._known.clear()
    if "cloud" in source:
        service: S3 = request.getfixturevalue("s3_service")
        service.fill(BUCKET, {})
        yield from_cloud(world, service, copied=source.startswith("copied"))
        service.empty(BUCKET)
    elif source == "remote":
        with RemoteServer().running() as web:
            yield from_web(world, web)
    elif "share" in source or source == "part of the bucket":
        yield from_share(world, tmp_path / "share", source)
    else:
        yield uploaded(world, source)
    monkeypatch.undo()
    config.settings.cache_clear()


def ask(world: World, task_id: int, **wanted: Any) -> Request:
    """Begin with what is given, and let the state machine run."""
    answer = world.api.post(f"/api/tasks/{task_id}/data", {"image_quality": 70, **wanted})
    assert answer.status == 202, answer
    found = requests.load(answer.json["rq_id"])
    assert found is not None
    return found


def uploaded(world: World, kind: str) -> Give:
    archives: dict[str, Make] = {"zip": zipped, "tar": tarred, "tar.gz": compressed_tar("gz")}

    def give(files: Files, *, into: int | None = None, **wanted: Any) -> tuple[int, Request]:
        task_id = into or world.task()
        if kind != "upload":
            files = {f"set.{kind}": archives[kind](files)}
        assert world.upload(task_id, files).status == 200
        return task_id, ask(world, task_id, **wanted)

    return give


def from_share(world: World, root: Path, source: str) -> Give:
    def give(files: Files, *, into: int | None = None, **wanted: Any) -> tuple[int, Request]:
        if source == "archive of the share":
            files = {"set.zip": zipped(files)}
        for name, body in files.items():
            if source == "part of the bucket":
                own_bucket.put(f"share/{name}", body)
            else:
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_bytes(body)
        copied = {"copy_data": True} if source == "copied share" else {}
        task_id = into or world.task()
        return task_id, ask(world, task_id, **{"server_files": list(files), **copied, **wanted})

    return give


def from_cloud(world: World, service: S3, *, copied: bool) -> Give:
    def give(files: Files, *, into: int | None = None, **wanted: Any) -> tuple[int, Request]:
        for name, body in files.items():
            service.put(BUCKET, name, body)
        task_id = into or world.task()
        given = {"cloud_storage_id": connected(service), "copy_data": copied, **wanted}
        return task_id, ask(world, task_id, **{"server_files": list(files), **given})

    return give


def from_web(world: World, web: RemoteServer) -> Give:
    def give(files: Files, *, into: int | None = None, **wanted: Any) -> tuple[int, Request]:
        paths = {quote(f"/set/{name}"): body for name, body in files.items()}
        web.files |= paths
        task_id = into or world.task()
        return task_id, ask(world, task_id, remote_files=[*map(web.url, paths)], **wanted)

    return give


def connected(service: S3, attributes: str = "") -> int:
    """A cloud storage of user 1: the bucket that files are put in. Returns its id.

    Args:
        attributes: more of its specific attributes, each with `&` before it.
    """
    (storage_id,) = ids.allocate("cloudstorage")
    moment = clock.iso()
    storage = CloudStorage(
        id=storage_id,
        provider_type="AWS_S3_BUCKET",
        resource=BUCKET,
        display_name="Holidays",
        owner_id=1,
        credentials_type="KEY_SECRET_KEY_PAIR",
        specific_attributes=f"region=us-east-1&endpoint_url={service.url}{attributes}",
        secret=f"storage-{storage_id}",
        created_date=moment,
        updated_date=moment,
    )
    secrets.put(storage.secret, credentials.encode(Credentials(key=KEY, secret_key=SECRET_KEY)))
    commit(Create(storages.record_of(storage)))
    return storage_id
