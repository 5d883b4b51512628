"""An export survives `kill -9` of the whole server."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

from cvat_sdk import Client, make_client

from tests.client import datasets
from tests.support.server import Server


def test_an_export_goes_on_after_the_server_was_killed(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        credentials = (server.username, server.password)
        with make_client(server.url, credentials=credentials) as client:
            client.config.status_check_period = 0.1
            task = client.tasks.create_from_data(
                {"name": "bikes", "labels": datasets.LABELS}, [datasets.VIDEO]
            )
            datasets.annotate_video(task)
            _, response = client.api_client.tasks_api.create_dataset_export(
                "COCO 1.0", task.id, save_images=True
            )
            request_id = response.json()["rq_id"]
            while _status(client, request_id) == "queued":
                time.sleep(0.02)
        server.restart()
        with make_client(server.url, credentials=credentials) as client:
            client.wait_for_completion(request_id, status_check_period=1)
            client.config.status_check_period = 0.1
            client.tasks.retrieve(task.id).export_dataset("COCO 1.0", tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert archive.testzip() is None
        images = [name for name in archive.namelist() if name.startswith("images/")]
        assert len(images) == 250


def _status(client: Client, request_id: str) -> str:
    request, _ = client.api_client.requests_api.retrieve(request_id)
    return str(request.status.value)
