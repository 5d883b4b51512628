"""Many photographs of a bucket, chosen by folder, pattern and manifest, through the SDK."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from cvat_sdk import Client, models
from cvat_sdk.core.exceptions import BackgroundRequestException
from cvat_sdk.core.proxies.tasks import ResourceType
from PIL import Image

from tests.client.datasets import PHOTOS
from tests.client.people import newcomer
from tests.services import s3
from tests.services.s3 import KEY, S3, SECRET_KEY
from tests.support.server import Server

if TYPE_CHECKING:
    from cvat_sdk.core.proxies.tasks import Task

BUCKET = "street"
#: More than one step reads by itself.
FILES = 430
NAMES = [f"day/{number // 100}/{number:03d}.jpg" for number in range(FILES)]


def photograph(width: int) -> bytes:
    sink = io.BytesIO()
    with Image.open(PHOTOS / "rocket.jpg") as photo:
        photo.resize((width, 40)).save(sink, "JPEG")
    return sink.getvalue()


def manifest(names: Sequence[str], **fields: Any) -> bytes:
    entries = [{"name": name.removesuffix(".jpg"), "extension": ".jpg", **fields} for name in names]
    lines = [{"version": "1.1"}, {"type": "images"}, *entries]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    bodies = [photograph(50 + number) for number in range(10)]
    objects = {name: bodies[number % 10] for number, name in enumerate(NAMES)}
    objects["day/notes.txt"] = b"words"
    with s3.running(tmp_path_factory.mktemp("s3")) as running:
        running.fill(BUCKET, objects)
        yield running


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    data = tmp_path_factory.mktemp("cloud") / "data"
    with (
        Server(data, SKYLABEL_REMOTE_NETWORKS="127.0.0.0/8") as running,
        newcomer(running) as signed_in,
    ):
        signed_in.config.status_check_period = 0.05
        yield signed_in


@pytest.fixture(scope="module")
def storage(client: Client, service: S3) -> int:
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


def make(client: Client, storage: int, files: list[str], **data: Any) -> Task:
    return client.tasks.create_from_data(
        spec={"name": "street", "labels": [{"name": "thing"}]},
        resources=files,
        resource_type=ResourceType.SHARE,
        data_params={"cloud_storage_id": storage, **data},
    )


def names(task: Task) -> list[str]:
    return [frame.name for frame in task.get_frames_info()]


def widths(task: Task) -> list[int]:
    return [frame.width for frame in task.get_frames_info()]


def test_a_folder_of_many_is_read_where_it_is(client: Client, storage: int) -> None:
    task = make(client, storage, ["day/"])
    assert names(task) == NAMES
    assert widths(task) == [50 + number % 10 for number in range(FILES)]
    meta = task.get_meta()
    assert (meta.storage, meta.cloud_storage_id) == ("cloud_storage", storage)
    assert Image.open(task.get_frame(423)).size == (53, 40)


def test_files_are_chosen_and_left_out(client: Client, storage: int) -> None:
    task = make(
        client, storage, ["day/"], filename_pattern="*/?[05]?.jpg", server_files_exclude=["day/1"]
    )
    assert names(task) == [n for n in NAMES if n[7] in "05" and not n.startswith("day/1")]
    task = make(client, storage, NAMES[:3] + NAMES[200:290], sorting_method="predefined")
    assert names(task) == NAMES[:3] + NAMES[200:290]


def test_copies_do_not_need_the_bucket(client: Client, service: S3, storage: int) -> None:
    service.put(BUCKET, "other/a.jpg", photograph(77))
    task = make(client, storage, ["other/", NAMES[0]], copy_data=True)
    assert task.get_meta().storage == "local"
    service.put(BUCKET, "other/a.jpg", b"something else")
    assert Image.open(task.get_frame(1, quality="original")).size == (77, 40)


def test_a_manifest_names_and_orders_the_files(client: Client, service: S3, storage: int) -> None:
    order = [NAMES[n] for n in (401, 7, 205)]
    service.put(BUCKET, "manifest.jsonl", manifest(order))
    task = make(client, storage, ["manifest.jsonl"], sorting_method="predefined")
    assert names(task) == order
    assert widths(task) == [51, 57, 55]


@pytest.mark.parametrize(
    ("listed", "fields", "says"),
    [
        ([NAMES[0], "day/none.jpg"], {}, "day/none.jpg"),
        ([NAMES[0], NAMES[3]], {"width": 50, "height": 40}, f"{NAMES[3]} (50 × 40"),
    ],
)
def test_a_manifest_that_is_wrong_is_told(
    client: Client,
    service: S3,
    storage: int,
    listed: list[str],
    fields: dict[str, Any],
    says: str,
) -> None:
    service.put(BUCKET, "wrong.jsonl", manifest(listed, **fields))
    before = client.tasks.list()
    with pytest.raises(BackgroundRequestException) as caught:
        make(client, storage, ["wrong.jsonl"])
    assert says in str(caught.value)
    assert BUCKET not in str(caught.value)
    [failed] = [t for t in client.tasks.list() if t.id not in {known.id for known in before}]
    assert failed.size == 0
    failed.upload_data(
        [NAMES[0]], resource_type=ResourceType.SHARE, params={"cloud_storage_id": storage}
    )
    failed.fetch()
    assert failed.size == 1
