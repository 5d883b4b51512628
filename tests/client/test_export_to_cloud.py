"""Exports that go to a cloud storage, through the unmodified SDK and an S3 that is really there."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from cvat_sdk import Client, models
from cvat_sdk.api_client.exceptions import ApiException
from cvat_sdk.core.exceptions import BackgroundRequestException
from cvat_sdk.core.proxies.tasks import Task

from tests.client import datasets
from tests.client.people import newcomer
from tests.services import s3
from tests.services.s3 import KEY, S3, SECRET_KEY
from tests.support.server import Server

pytestmark = pytest.mark.slow

BUCKET = "datasets"


@pytest.fixture(scope="module")
def s3_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    with s3.running(tmp_path_factory.mktemp("s3")) as running:
        running.fill(BUCKET, {"readme.txt": b"ours"})
        yield running


@pytest.fixture(scope="module")
def near_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose operator allows endpoints on this machine."""
    data = tmp_path_factory.mktemp("near") / "data"
    with Server(data, SKYLABEL_REMOTE_NETWORKS="127.0.0.0/8") as running:
        yield running


@pytest.fixture(scope="module")
def client(near_server: Server) -> Iterator[Client]:
    with newcomer(near_server) as signed_in:
        signed_in.config.status_check_period = 0.05
        yield signed_in


def connected(client: Client, service: S3, resource: str = BUCKET) -> int:
    storage, _ = client.api_client.cloudstorages_api.create(
        models.CloudStorageWriteRequest(
            provider_type=models.ProviderTypeEnum("AWS_S3_BUCKET"),
            resource=resource,
            display_name="Datasets",
            credentials_type=models.CredentialsTypeEnum("KEY_SECRET_KEY_PAIR"),
            key=KEY,
            secret_key=SECRET_KEY,
            specific_attributes=f"region=us-east-1&endpoint_url={service.url}",
        )
    )
    return int(storage.id)


@pytest.fixture(scope="module")
def storage_id(client: Client, s3_service: S3) -> int:
    return connected(client, s3_service)


@pytest.fixture(scope="module")
def task(client: Client) -> Task:
    made = datasets.photo_task(client)
    datasets.annotate_photos(made)
    return made


def exported(client: Client, task: Task, **query: Any) -> Any:
    """The finished request of an export."""
    _, response = client.api_client.tasks_api.create_dataset_export(
        "COCO 1.0", task.id, save_images=True, **query
    )
    request, _ = client.wait_for_completion(response.json()["rq_id"], status_check_period=0.05)
    return request


def names(body: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return set(archive.namelist())


def test_the_file_goes_where_it_is_wanted(
    client: Client, task: Task, storage_id: int, s3_service: S3
) -> None:
    request = exported(
        client, task, location="cloud_storage", cloud_storage_id=storage_id, filename="pets.zip"
    )
    assert request.result_url is None
    assert request.message.startswith("Exported 3 objects on ")
    found = names(s3_service.get(BUCKET, "pets.zip"))
    assert {"annotations/instances_default.json", "images/default/rocket.jpg"} <= found


def test_the_default_of_the_task_counts_if_none_is_named(
    client: Client, task: Task, storage_id: int, s3_service: S3
) -> None:
    client.api_client.tasks_api.partial_update(
        task.id,
        patched_task_write_request=models.PatchedTaskWriteRequest(
            target_storage=models.StorageRequest(
                location="cloud_storage", cloud_storage_id=storage_id
            )
        ),
    )
    request = exported(client, task, filename="default.zip")
    assert request.result_url is None
    assert names(s3_service.get(BUCKET, "default.zip"))
    here = exported(client, task, location="local")
    assert here.result_url


def test_a_storage_that_cannot_be_used_is_said(
    client: Client, near_server: Server, task: Task, s3_service: S3
) -> None:
    for query, status in (
        ({"location": "cloud_storage"}, 400),
        ({"location": "cloud_storage", "cloud_storage_id": 4711}, 400),
    ):
        with pytest.raises(ApiException) as refused:
            client.api_client.tasks_api.create_dataset_export("COCO 1.0", task.id, **query)
        assert refused.value.status == status
    with newcomer(near_server) as other:
        theirs = connected(other, s3_service)
    with pytest.raises(ApiException) as refused:
        client.api_client.tasks_api.create_dataset_export(
            "COCO 1.0", task.id, location="cloud_storage", cloud_storage_id=theirs
        )
    assert refused.value.status == 403


def test_a_bucket_that_has_gone_is_said(client: Client, task: Task, s3_service: S3) -> None:
    s3_service.fill("gone", {"a.txt": b"a"})
    gone = connected(client, s3_service, "gone")
    s3_service.empty("gone")
    with pytest.raises(BackgroundRequestException) as failed:
        exported(client, task, location="cloud_storage", cloud_storage_id=gone)
    assert "The export cannot be stored: The resource gone not found." in str(failed.value)
