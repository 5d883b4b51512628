"""Cloud storages through the unmodified SDK, against an S3 and an Azure that are really there."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from cvat_sdk import Client, exceptions, models
from cvat_sdk.api_client.exceptions import ForbiddenException, NotFoundException
from cvat_sdk.core.exceptions import BackgroundRequestException
from cvat_sdk.core.proxies.tasks import ResourceType
from PIL import Image

from tests.client.datasets import NAMES, PHOTOS, VIDEO
from tests.client.people import newcomer
from tests.services import azurite, s3
from tests.services.azurite import Azurite
from tests.services.s3 import KEY, S3, SECRET_KEY
from tests.support.server import Server

if TYPE_CHECKING:
    from cvat_sdk.core.proxies.tasks import Task

BUCKET = "holiday"
OBJECTS = {f"photos/{name}": (PHOTOS / name).read_bytes() for name in NAMES} | {
    "clips/ride.mp4": VIDEO.read_bytes(),
    "readme.txt": b"not for annotation",
}


@pytest.fixture(scope="module")
def s3_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    with s3.running(tmp_path_factory.mktemp("s3")) as running:
        running.fill(BUCKET, OBJECTS)
        yield running


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with azurite.running(tmp_path_factory.mktemp("azurite")) as running:
        running.fill(BUCKET, OBJECTS)
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


def wanted(service: S3, **fields: Any) -> models.CloudStorageWriteRequest:
    given = {
        "provider_type": models.ProviderTypeEnum("AWS_S3_BUCKET"),
        "resource": BUCKET,
        "display_name": "Holiday",
        "credentials_type": models.CredentialsTypeEnum("KEY_SECRET_KEY_PAIR"),
        "key": KEY,
        "secret_key": SECRET_KEY,
        "specific_attributes": f"region=us-east-1&endpoint_url={service.url}",
        "description": "of us",
        **fields,
    }
    return models.CloudStorageWriteRequest(**given)


MakeStorage = Callable[..., int]


@pytest.fixture
def make_storage(client: Client, s3_service: S3) -> Iterator[MakeStorage]:
    """Connects the bucket, but for the given fields; disconnects it after the test."""
    made: list[int] = []

    def make(**fields: Any) -> int:
        storage, _ = client.api_client.cloudstorages_api.create(wanted(s3_service, **fields))
        made.append(storage.id)
        return int(storage.id)

    yield make
    for storage_id in made:
        with contextlib.suppress(NotFoundException):
            client.api_client.cloudstorages_api.destroy(storage_id)


def test_every_call_of_the_sdk(client: Client, make_storage: MakeStorage) -> None:
    api = client.api_client.cloudstorages_api
    storage_id = make_storage(manifests=["readme.txt"])
    storage, _ = api.retrieve(storage_id)
    assert storage.owner.username == client.users.retrieve_current_user().username
    assert (storage.resource, storage.display_name) == (BUCKET, "Holiday")
    assert list(storage.manifests) == ["readme.txt"]
    assert storage.organization is None
    listed, _ = api.list(name="Holiday", sort="-id", page_size=5)
    assert [item.id for item in listed.results] == [storage_id]
    assert api.retrieve_status(storage_id)[0] == "AVAILABLE"
    assert set(api.retrieve_actions(storage_id)[0].split(",")) == {"read", "write"}
    content, _ = api.retrieve_content_v2(storage_id)
    assert [(item.name, item.type.value) for item in content.content] == [
        ("clips", "DIR"), ("photos", "DIR"), ("readme.txt", "REG"),
    ]  # fmt: skip
    page, _ = api.retrieve_content_v2(storage_id, prefix="photos/", page_size=1)
    rest, _ = api.retrieve_content_v2(storage_id, prefix="photos/", next_token=page.next)
    assert [item.name for item in [*page.content, *rest.content]] == sorted(NAMES)
    _, preview = api.retrieve_preview(storage_id, _parse_response=False)
    with Image.open(io.BytesIO(preview.data)) as picture:
        assert picture.format == "JPEG"
        assert max(picture.size) == 256
    changed, _ = api.partial_update(
        storage_id,
        patched_cloud_storage_write_request=models.PatchedCloudStorageWriteRequest(
            display_name="Ours", manifests=[]
        ),
    )
    assert (changed.display_name, list(changed.manifests)) == ("Ours", [])
    api.destroy(storage_id)
    with pytest.raises(NotFoundException):
        api.retrieve(storage_id)


def test_a_key_file_is_uploaded_as_a_form(client: Client, s3_service: S3) -> None:
    file = io.BytesIO(json.dumps({"type": "authorized_user"}).encode())
    file.name = "key.json"
    request = wanted(
        s3_service,
        provider_type=models.ProviderTypeEnum("GOOGLE_CLOUD_STORAGE"),
        credentials_type=models.CredentialsTypeEnum("KEY_FILE_PATH"),
        key_file=file,
        manifests=["a.jsonl", "b.jsonl"],
    )
    with pytest.raises(exceptions.ApiException) as caught:
        client.api_client.cloudstorages_api.create(request, _content_type="multipart/form-data")
    assert caught.value.status == 400
    assert json.loads(caught.value.body) == {
        "key_file": ["The key file is not the JSON key of a service account."]
    }


def test_wrong_credentials_are_refused_and_not_repeated(
    client: Client, s3_service: S3, near_server: Server
) -> None:
    before = client.api_client.cloudstorages_api.list()[0].count
    with pytest.raises(exceptions.ApiException) as caught:
        client.api_client.cloudstorages_api.create(wanted(s3_service, secret_key="my-own-secret"))
    assert caught.value.status == 400
    assert "Access forbidden" in str(caught.value.body)
    assert "my-own-secret" not in str(caught.value.body)
    assert client.api_client.cloudstorages_api.list()[0].count == before
    assert "my-own-secret" not in near_server.log


def make_task(client: Client, storage_id: int, files: list[str], **data: Any) -> Task:
    return client.tasks.create_from_data(
        spec={"name": "from the cloud", "labels": [{"name": "thing"}]},
        resources=files,
        resource_type=ResourceType.SHARE,
        data_params={"cloud_storage_id": storage_id, "use_cache": True, **data},
    )


def copies(server: Server, task: Task) -> list[str]:
    """Objects of a task that are neither its index nor built from its media on request."""
    found = server.aws("s3").list_objects_v2(Bucket="skylabel-media", Prefix=f"tasks/{task.id}/")
    keys = [item["Key"] for item in found.get("Contents", [])]
    return [key for key in keys if key.split("/")[2] not in {"index", "derived"}]


def check_photographs(task: Task) -> None:
    frames = task.get_frames_info()
    assert [frame.name for frame in frames] == sorted(f"photos/{name}" for name in NAMES)
    for number, frame in enumerate(frames):
        with Image.open(io.BytesIO(OBJECTS[frame.name])) as original:
            assert (frame.width, frame.height) == original.size
            shown = Image.open(task.get_frame(number, quality="original"))
            assert np.array_equal(np.asarray(shown.convert("RGB")),
                                  np.asarray(original.convert("RGB")))  # fmt: skip


def test_a_task_of_a_bucket_copies_nothing(
    client: Client, near_server: Server, make_storage: MakeStorage
) -> None:
    task = make_task(client, make_storage(), ["photos/"])
    check_photographs(task)
    assert copies(near_server, task) == []
    assert task.data_cloud_storage_id is not None


def test_a_video_in_a_bucket_is_read_where_it_is(
    client: Client, near_server: Server, make_storage: MakeStorage
) -> None:
    task = make_task(client, make_storage(), ["clips/ride.mp4"])
    assert task.size > 10
    first = Image.open(task.get_frame(0, quality="original"))
    assert first.size == (task.get_meta().frames[0].width, task.get_meta().frames[0].height)
    assert copies(near_server, task) == []


def test_a_task_of_a_container_of_azure(
    client: Client, azure: Azurite, near_server: Server
) -> None:
    request = models.CloudStorageWriteRequest(
        provider_type=models.ProviderTypeEnum("AZURE_CONTAINER"),
        resource=BUCKET,
        display_name="Azure",
        credentials_type=models.CredentialsTypeEnum("CONNECTION_STRING"),
        connection_string=azure.connection_string,
    )
    storage, _ = client.api_client.cloudstorages_api.create(request)
    task = make_task(client, storage.id, sorted(f"photos/{name}" for name in NAMES))
    check_photographs(task)
    assert copies(near_server, task) == []


def test_a_storage_that_is_gone_makes_no_task(client: Client, make_storage: MakeStorage) -> None:
    storage_id = make_storage()
    client.api_client.cloudstorages_api.destroy(storage_id)
    with pytest.raises(NotFoundException):
        make_task(client, storage_id, ["photos/"])


def test_a_storage_that_is_gone_is_said_by_its_tasks(
    client: Client, near_server: Server, make_storage: MakeStorage
) -> None:
    storage_id = make_storage()
    task = make_task(client, storage_id, ["photos/"])
    client.api_client.cloudstorages_api.destroy(storage_id)
    near_server.restart()  # else workers trust for half a minute what they have read
    with pytest.raises(exceptions.ApiException) as caught:
        task.get_frame(0, quality="original")
    assert 400 <= caught.value.status < 500
    assert "was deleted" in str(caught.value.body)


def test_a_bucket_that_denies_later_is_said(
    client: Client, s3_service: S3, make_storage: MakeStorage
) -> None:
    s3_service.fill("fleeting", {"a.jpg": next(iter(OBJECTS.values()))})
    storage_id = make_storage(resource="fleeting")
    s3_service.empty("fleeting")
    assert client.api_client.cloudstorages_api.retrieve_status(storage_id)[0] == "NOT_FOUND"
    with pytest.raises((exceptions.ApiException, BackgroundRequestException), match="fleeting"):
        make_task(client, storage_id, ["a.jpg"])


def test_storages_of_others_make_no_tasks(
    client: Client, near_server: Server, make_storage: MakeStorage
) -> None:
    storage_id = make_storage()
    with newcomer(near_server) as stranger:
        with pytest.raises(ForbiddenException):
            stranger.api_client.cloudstorages_api.retrieve(storage_id)
        with pytest.raises(ForbiddenException):
            make_task(stranger, storage_id, ["photos/"])


def test_storages_and_their_secrets_survive_a_kill(
    client: Client, near_server: Server, make_storage: MakeStorage
) -> None:
    storage_id = make_storage()
    near_server.restart()
    assert client.api_client.cloudstorages_api.retrieve_status(storage_id)[0] == "AVAILABLE"
    for path in (near_server.data_dir / "secrets").iterdir():
        assert path.stat().st_mode & 0o077 == 0
        assert SECRET_KEY.encode() not in path.read_bytes()
    journal = b"".join(path.read_bytes() for path in (near_server.data_dir / "table").iterdir())
    assert SECRET_KEY.encode() not in journal
