"""Exports that several workers write at a time, on a server that is really there."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cvat_sdk import Client, make_client
from cvat_sdk.core.proxies.tasks import Task
from cvat_sdk.models import LabeledDataRequest, LabeledShapeRequest, ShapeType
from PIL import Image

from tests.client import datasets
from tests.support.server import Server

pytestmark = pytest.mark.slow

#: More than one worker writes.
COUNT = 4_500


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("pieces") / "data") as running:
        yield running


def signed_in(server: Server) -> Client:
    client = make_client(server.url, credentials=(server.username, server.password))
    client.config.status_check_period = 0.1
    return client


@pytest.fixture(scope="module")
def task_id(own_server: Server, tmp_path_factory: pytest.TempPathFactory) -> int:
    """Photographs, cut small, all different."""
    file = tmp_path_factory.mktemp("many") / "many.zip"
    with (
        Image.open(datasets.PHOTOS / "rocket.jpg") as photograph,
        zipfile.ZipFile(file, "w") as archive,
    ):
        for number in range(COUNT):
            left, top = number % 500, number // 500 * 20
            buffer = io.BytesIO()
            photograph.crop((left, top, left + 24, top + 16)).save(buffer, "JPEG")
            archive.writestr(f"{number:05}.jpg", buffer.getvalue())
    with signed_in(own_server) as client:
        task = client.tasks.create_from_data(
            {"name": "many", "labels": datasets.LABELS, "segment_size": 1000, "overlap": 10}, [file]
        )
        annotate(task)
        return int(task.id)


def annotate(task: Task) -> None:
    label = task.get_labels()[0]
    shapes = [
        LabeledShapeRequest(
            type=ShapeType("rectangle"), frame=frame, label_id=label.id, points=[1.0, 2.0, 9.0, 8.0]
        )
        for frame in range(COUNT)
    ]
    task.set_annotations(LabeledDataRequest(shapes=shapes))


def begun(client: Client, task_id: int, format_name: str) -> str:
    _, response = client.api_client.tasks_api.create_dataset_export(
        format_name, task_id, save_images=True
    )
    return str(response.json()["rq_id"])


def check(file: Path, task_id: int, client: Client) -> None:
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        images = [name for name in names if name.startswith("images/")]
        assert images == [f"images/{number:05}.jpg" for number in range(COUNT)]
        assert archive.read("annotations.xml").count(b"<box") == COUNT
        task = client.tasks.retrieve(task_id)
        for number in (0, 1999, 2000, COUNT - 1):
            frame = task.get_frame(number, quality="original").read()
            assert archive.read(f"images/{number:05}.jpg") == frame


def test_a_large_task_is_exported_in_pieces(
    own_server: Server, task_id: int, tmp_path: Path
) -> None:
    with signed_in(own_server) as client:
        client.tasks.retrieve(task_id).export_dataset(
            "CVAT for images 1.1", tmp_path / "x.zip", include_images=True
        )
        check(tmp_path / "x.zip", task_id, client)


def test_pieces_go_on_after_the_server_was_killed(
    own_server: Server, task_id: int, tmp_path: Path
) -> None:
    with signed_in(own_server) as client:
        # Another format than before, so that nothing is there.
        annotate(client.tasks.retrieve(task_id))
        request_id = begun(client, task_id, "CVAT for images 1.1")
        while client.api_client.requests_api.retrieve(request_id)[0].status.value == "queued":
            time.sleep(0.02)
    own_server.restart()
    with signed_in(own_server) as client:
        client.wait_for_completion(request_id, status_check_period=0.2)
        client.tasks.retrieve(task_id).export_dataset(
            "CVAT for images 1.1", tmp_path / "x.zip", include_images=True
        )
        check(tmp_path / "x.zip", task_id, client)
