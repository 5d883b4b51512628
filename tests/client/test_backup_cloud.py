"""Backups to and from a cloud storage, and of tasks whose media stays in one."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cvat_sdk import Client, models
from cvat_sdk.api_client.exceptions import ApiException
from cvat_sdk.core.exceptions import BackgroundRequestException
from cvat_sdk.core.proxies.tasks import ResourceType, Task

from tests.client import datasets
from tests.client.people import newcomer
from tests.client.test_backup import assert_same
from tests.services import s3
from tests.services.s3 import KEY, S3, SECRET_KEY
from tests.support.server import Server

BUCKET = "street"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    objects = {f"day/{name}": (datasets.PHOTOS / name).read_bytes() for name in datasets.NAMES}
    with s3.running(tmp_path_factory.mktemp("s3")) as running:
        running.fill(BUCKET, objects)
        yield running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("cloud") / "data"
    with Server(data, SKYLABEL_REMOTE_NETWORKS="127.0.0.0/8") as running:
        yield running


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with newcomer(server) as signed_in:
        signed_in.config.status_check_period = 0.05
        yield signed_in


def connect(client: Client, service: S3) -> int:
    wanted = models.CloudStorageWriteRequest(
        provider_type=models.ProviderTypeEnum("AWS_S3_BUCKET"),
        resource=BUCKET,
        display_name="Street",
        credentials_type=models.CredentialsTypeEnum("KEY_SECRET_KEY_PAIR"),
        key=KEY,
        secret_key=SECRET_KEY,
        specific_attributes=f"region=us-east-1&endpoint_url={service.url}",
    )
    return int(client.api_client.cloudstorages_api.create(wanted)[0].id)


@pytest.fixture(scope="module")
def storage(client: Client, service: S3) -> int:
    return connect(client, service)


@pytest.fixture(scope="module")
def task(client: Client, storage: int) -> Task:
    made = client.tasks.create_from_data(
        spec={"name": "street", "labels": datasets.LABELS},
        resources=["day/"],
        resource_type=ResourceType.SHARE,
        data_params={"cloud_storage_id": storage},
    )
    datasets.annotate_photos(made)
    return made


def members(file: Path | io.BytesIO) -> set[str]:
    with zipfile.ZipFile(file) as archive:
        return set(archive.namelist())


def test_media_of_a_storage_comes_along(client: Client, task: Task, tmp_path: Path) -> None:
    task.download_backup(tmp_path / "whole.zip")
    assert {f"data/day/{name}" for name in datasets.NAMES} <= members(tmp_path / "whole.zip")
    copy = client.tasks.create_from_backup(tmp_path / "whole.zip")
    assert_same(copy, task)
    assert copy.get_meta().storage == "local"


def test_media_of_a_storage_stays_there(
    server: Server, client: Client, service: S3, storage: int, task: Task, tmp_path: Path
) -> None:
    task.download_backup(tmp_path / "light.zip", lightweight=True)
    assert members(tmp_path / "light.zip") == {
        "task.json", "annotations.json", "data/manifest.jsonl",
    }  # fmt: skip
    assert service.url.encode() not in (tmp_path / "light.zip").read_bytes()
    copy = client.tasks.create_from_backup(tmp_path / "light.zip")
    assert_same(copy, task)
    meta = copy.get_meta()
    assert (meta.storage, meta.cloud_storage_id) == ("cloud_storage", storage)
    with newcomer(server) as other:
        with pytest.raises(BackgroundRequestException, match="you have not connected here"):
            other.tasks.create_from_backup(tmp_path / "light.zip", status_check_period=0.05)
        assert other.tasks.list() == []


def test_a_lightweight_backup_of_cvat_finds_its_storage(
    client: Client, storage: int, task: Task, tmp_path: Path
) -> None:
    task.download_backup(tmp_path / "light.zip", lightweight=True)
    with (
        zipfile.ZipFile(tmp_path / "light.zip") as ours,
        zipfile.ZipFile(tmp_path / "theirs.zip", "w") as theirs,
    ):
        for name in ours.namelist():
            body = ours.read(name)
            if name == "task.json":
                document = json.loads(body)
                del document["data"]["skylabel"]
                body = json.dumps(document).encode()
            theirs.writestr(name, body)
    copy = client.tasks.create_from_backup(tmp_path / "theirs.zip")
    assert copy.get_meta().cloud_storage_id == storage


def test_a_backup_goes_to_a_storage_and_comes_from_there(
    client: Client, service: S3, storage: int, task: Task
) -> None:
    _, response = client.api_client.tasks_api.create_backup_export(
        task.id, filename="kept.zip", location="cloud_storage", cloud_storage_id=storage
    )
    request, _ = client.wait_for_completion(response.json()["rq_id"], status_check_period=0.05)
    assert request.result_url is None
    assert "task.json" in members(io.BytesIO(service.get(BUCKET, "kept.zip")))
    _, response = client.api_client.tasks_api.create_backup(
        filename="kept.zip", location="cloud_storage", cloud_storage_id=storage
    )
    request, _ = client.wait_for_completion(response.json()["rq_id"], status_check_period=0.05)
    assert request.result_id is not None
    assert_same(client.tasks.retrieve(request.result_id), task)
    assert service.get(BUCKET, "kept.zip")


def test_what_is_not_in_the_storage_is_said(client: Client, storage: int) -> None:
    _, response = client.api_client.tasks_api.create_backup(
        filename="none.zip", location="cloud_storage", cloud_storage_id=storage
    )
    with pytest.raises(BackgroundRequestException, match=r"none\.zip: is not there"):
        client.wait_for_completion(response.json()["rq_id"], status_check_period=0.05)


def test_storages_of_others_are_out_of_reach(server: Server, storage: int, task: Task) -> None:
    with newcomer(server) as stranger:
        own = stranger.api_client.tasks_api
        with pytest.raises(ApiException) as refused:
            own.create_backup(filename="a.zip", location="cloud_storage", cloud_storage_id=storage)
        assert refused.value.status == 403
        with pytest.raises(ApiException) as refused:
            own.create_backup_export(task.id, location="cloud_storage", cloud_storage_id=storage)
        assert refused.value.status == 403
