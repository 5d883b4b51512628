"""Backups and their restorations survive `kill -9` of the whole server."""

from __future__ import annotations

import json
import time
from pathlib import Path

from cvat_sdk import Client, make_client
from cvat_sdk.core.uploading import Uploader

from tests.client import datasets
from tests.client.test_backup import assert_same
from tests.support.server import Server

PICTURES = 60


def test_they_go_on_after_the_server_was_killed(tmp_path: Path) -> None:
    files = _pictures(tmp_path / "pictures")
    with Server(tmp_path / "data") as server:
        credentials = (server.username, server.password)
        with make_client(server.url, credentials=credentials) as client:
            client.config.status_check_period = 0.1
            task = client.tasks.create_from_data(
                {"name": "many", "labels": datasets.LABELS, "segment_size": 7}, files
            )
            _, response = client.api_client.tasks_api.create_backup_export(task.id)
            request_id = response.json()["rq_id"]
            _wait_until_begun(client, request_id)
        server.restart()
        with make_client(server.url, credentials=credentials) as client:
            client.config.status_check_period = 0.1
            client.wait_for_completion(request_id, status_check_period=0.2)
            task = client.tasks.retrieve(task.id)
            task.download_backup(tmp_path / "many.zip")
            copy = client.tasks.create_from_backup(tmp_path / "many.zip")
            assert_same(copy, task)
            request_id = _begin_restoration(client, tmp_path / "many.zip")
            _wait_until_begun(client, request_id)
        server.restart()
        with make_client(server.url, credentials=credentials) as client:
            request, _ = client.wait_for_completion(request_id, status_check_period=0.2)
            assert request.result_id is not None
            copy = client.tasks.retrieve(request.result_id)
            assert_same(copy, client.tasks.retrieve(task.id))
            assert len(client.tasks.list()) == 3


def _pictures(folder: Path) -> list[Path]:
    """Photographs of most of a megabyte each."""
    folder.mkdir()
    body = (datasets.PHOTOS / "astronaut.png").read_bytes()
    files = [folder / f"{number:02d}.png" for number in range(PICTURES)]
    for file in files:
        file.write_bytes(body)
    return files


def _begin_restoration(client: Client, file: Path) -> str:
    """Send a backup, and do not wait for what becomes of it."""
    url = client.api_map.make_endpoint_url(client.tasks.api.create_backup_endpoint.path)
    named = {"filename": file.name}
    answer = Uploader(client).upload_file(url, file, meta=named, query_params=named)
    return str(json.loads(answer.data)["rq_id"])


def _wait_until_begun(client: Client, request_id: str) -> None:
    while True:
        request, _ = client.api_client.requests_api.retrieve(request_id)
        if request.status.value != "queued":
            return
        time.sleep(0.02)
