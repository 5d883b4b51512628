"""A finished export is reused as long as nothing has changed, and its link expires."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
import pytest
from botocore.config import Config
from cvat_sdk import Client, models
from cvat_sdk.core.helpers import make_request_headers
from cvat_sdk.core.proxies.annotations import AnnotationUpdateAction
from cvat_sdk.core.proxies.tasks import Task

from tests.client import datasets
from tests.client.people import administrator

if TYPE_CHECKING:
    from tests.support.server import Server

FORMAT = "CVAT for images 1.1"


class World:
    """A project with a task of two jobs, and exports of each of the three."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.project = client.projects.create({"name": "pets", "labels": datasets.LABELS})
        self.task: Task = client.tasks.create_from_data(
            {"name": "photographs", "project_id": self.project.id, "segment_size": 2},
            [datasets.PHOTOS / name for name in datasets.NAMES],
        )
        datasets.annotate_photos(self.task)
        self.job = self.task.get_jobs()[0]

    def exported(self, target: str) -> models.Request:
        """The finished request of an export, made for it or earlier."""
        apis = self.client.api_client
        api, number = {
            "task": (apis.tasks_api, self.task.id),
            "job": (apis.jobs_api, self.job.id),
            "project": (apis.projects_api, self.project.id),
        }[target]
        _, answer = api.create_dataset_export(FORMAT, number, save_images=True)
        done, _ = self.client.wait_for_completion(answer.json()["rq_id"], status_check_period=0.05)
        return done

    def all_exported(self) -> dict[str, datetime]:
        """When each export was made."""
        return {name: self.exported(name).finished_date for name in ("task", "job", "project")}


@pytest.fixture(scope="module")
def world(server: Server) -> Iterator[World]:
    with administrator(server) as client:
        client.config.status_check_period = 0.05
        yield World(client)


def label_of(world: World) -> int:
    return int(world.project.get_labels()[0].id)


def changed_label(world: World, **change: Any) -> None:
    world.client.api_client.labels_api.partial_update(
        label_of(world), patched_label_request=models.PatchedLabelRequest(**change)
    )


def draw(world: World) -> None:
    shape = models.LabeledShapeRequest(
        type="rectangle", frame=0, points=[1.0, 2.0, 30.0, 40.0], label_id=label_of(world)
    )
    world.job.update_annotations(
        models.PatchedLabeledDataRequest(shapes=[shape]), action=AnnotationUpdateAction.CREATE
    )


#: What is done, in this order.
CHANGES: dict[str, Callable[[World], object]] = {
    "an object is drawn": draw,
    "objects are removed": lambda world: world.job.remove_annotations(),
    "a label has another name": lambda world: changed_label(world, name="muzzle"),
    "a label has another colour": lambda world: changed_label(world, color="#123456"),
    "a label is added": lambda world: world.project.update({"labels": [{"name": "more"}]}),
    "the task has another name": lambda world: world.task.update({"name": "portraits"}),
    "the task has another subset": lambda world: world.task.update({"subset": "train"}),
    "an image is deleted": lambda world: world.task.remove_frames_by_ids([1]),
}


def test_exports_of_what_is_unchanged_are_made_once(world: World) -> None:
    first = world.all_exported()
    assert world.all_exported() == first


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_makes_new_exports(world: World, change: str) -> None:
    before = world.all_exported()
    CHANGES[change](world)
    after = world.all_exported()
    assert {name for name in before if after[name] == before[name]} == set()
    assert world.all_exported() == after


def test_exports_of_other_frames_are_others(world: World) -> None:
    """Of the same pictures, but for the range that is taken: nothing is shared between them."""
    tasks = [
        world.client.tasks.create_from_data(
            {"name": "some", "labels": datasets.LABELS},
            [datasets.PHOTOS / name for name in datasets.NAMES],
            data_params={"start_frame": start, "stop_frame": 2},
        )
        for start in (0, 1)
    ]
    sizes = []
    for task in tasks:
        _, answer = world.client.api_client.tasks_api.create_dataset_export(
            FORMAT, task.id, save_images=True
        )
        request_id = answer.json()["rq_id"]
        world.client.wait_for_completion(request_id, status_check_period=0.05)
        sizes.append(len(fetched(link_of(world, task.id, request_id))))
    assert sizes[0] > sizes[1] > 0


def link_of(world: World, task_id: int, request_id: str) -> str:
    """Where a download is redirected to."""
    api = world.client.api_client
    answer = api.rest_client.pool_manager.request(
        "GET",
        f"{api.configuration.host}/api/tasks/{task_id}/dataset/download",
        fields={"rq_id": request_id},
        headers=make_request_headers(api),
        redirect=False,
    )
    assert answer.status == 302
    return str(answer.headers["Location"])


def fetched(link: str) -> bytes:
    with urllib.request.urlopen(link, timeout=20) as answer:
        return bytes(answer.read())


def test_links_and_exports_expire(server: Server, world: World) -> None:
    request = world.exported("task")
    left = request.expiry_date - datetime.now(UTC)
    assert timedelta(hours=1) < left <= timedelta(days=1)
    link = link_of(world, world.task.id, request.id)
    assert fetched(link)[:4] == b"PK\x03\x04"
    assert parse_qs(urlsplit(link).query)["X-Amz-Expires"] == ["3600"]
    # Nobody can make it live longer.
    with pytest.raises(urllib.error.HTTPError, match="403"):
        fetched(link.replace("X-Amz-Expires=3600", "X-Amz-Expires=360000"))
    old = short_link(server, urlsplit(link).path)
    time.sleep(2)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        fetched(old)


def short_link(server: Server, path: str) -> str:
    """A link of the same file that the server itself could have made, for a second."""
    signer = boto3.client(
        "s3",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id="000000000000",
        aws_secret_access_key=(server.data_dir / "signing-secret").read_text(),
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    _, bucket, key = unquote(path).split("/", 2)
    link: str = signer.generate_presigned_url(
        "get_object", {"Bucket": bucket, "Key": key}, ExpiresIn=1
    )
    return link
