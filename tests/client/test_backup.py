"""Backups through the unmodified SDK and CLI."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cvat_sdk import Client
from cvat_sdk.api_client.exceptions import ApiException, ForbiddenException, NotFoundException
from cvat_sdk.core.exceptions import BackgroundRequestException
from cvat_sdk.core.proxies.tasks import Task

from tests.client import datasets
from tests.client.people import administrator, newcomer

if TYPE_CHECKING:
    from tests.support.server import Server


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with administrator(server) as signed_in:
        signed_in.config.status_check_period = 0.1
        yield signed_in


@pytest.fixture(scope="module")
def photos(client: Client) -> Task:
    task = datasets.photo_task(client, segment_size=2, subset="train")
    datasets.annotate_photos(task)
    task.remove_frames_by_ids([1])
    return task


def content(task: Task) -> Any:
    """What is annotated, by names instead of ids."""
    names = {label.id: label.name for label in task.get_labels()}
    specs = {spec.id: spec.name for label in task.get_labels() for spec in label.attributes}

    def named(value: Any) -> Any:
        if isinstance(value, list):
            return [named(one) for one in value]
        if not isinstance(value, dict):
            return value
        kept = {k: named(v) for k, v in value.items() if k not in {"id", "version"}}
        if "label_id" in kept:
            kept["label_id"] = names[kept["label_id"]]
        if "spec_id" in kept:
            kept["spec_id"] = specs[kept["spec_id"]]
        return kept

    return named(task.get_annotations().to_dict())


def frames(task: Task) -> list[bytes]:
    return [task.get_frame(number, quality="original").read() for number in range(task.size)]


def assert_same(copy: Task, task: Task) -> None:
    assert copy.id != task.id
    for field in ("name", "subset", "size", "mode", "segment_size", "overlap", "dimension"):
        assert getattr(copy, field) == getattr(task, field), field
    assert content(copy) == content(task)
    assert frames(copy) == frames(task)
    assert copy.get_meta().deleted_frames == task.get_meta().deleted_frames


def cli(server: Server, *arguments: str) -> str:
    host, _, port = server.url.rpartition(":")
    done = subprocess.run(
        [
            sys.executable, "-m", "cvat_cli", "--server-host", host, "--server-port", port,
            "--auth", f"{server.username}:{server.password}", *arguments,
        ],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def test_a_task_through_the_sdk(client: Client, photos: Task, tmp_path: Path) -> None:
    photos.download_backup(tmp_path / "photos.zip")
    with zipfile.ZipFile(tmp_path / "photos.zip") as archive:
        assert archive.testzip() is None
        assert archive.read("data/rocket.jpg") == (datasets.PHOTOS / "rocket.jpg").read_bytes()
    assert_same(client.tasks.create_from_backup(tmp_path / "photos.zip"), photos)


def test_the_server_names_the_file(photos: Task, tmp_path: Path) -> None:
    file = photos.download_backup(tmp_path)
    assert file is not None
    assert file.name.startswith("task_photographs_backup_2")
    lightweight = photos.download_backup(tmp_path, lightweight=True)
    assert lightweight is not None
    assert lightweight.name.startswith("task_photographs_backup-lightweight_2")


def test_a_video(client: Client, tmp_path: Path) -> None:
    task = datasets.video_task(client)
    datasets.annotate_video(task)
    task.download_backup(tmp_path / "video.zip")
    assert_same(client.tasks.create_from_backup(tmp_path / "video.zip"), task)


def test_a_project(client: Client, tmp_path: Path) -> None:
    project = client.projects.create({"name": "both", "labels": datasets.LABELS})
    for subset in ("train", "val"):
        task = client.tasks.create_from_data(
            {"name": subset, "project_id": project.id, "subset": subset},
            [datasets.PHOTOS / name for name in datasets.NAMES],
        )
        datasets.annotate_photos(task)
    project.download_backup(tmp_path / "both.zip")
    copy = client.projects.create_from_backup(tmp_path / "both.zip")
    assert copy.name == "both"
    assert copy.task_subsets == ["train", "val"]
    pairs = zip(
        sorted(copy.get_tasks(), key=lambda task: task.id),
        sorted(project.get_tasks(), key=lambda task: task.id),
        strict=True,
    )
    for one, other in pairs:
        assert_same(one, other)


def test_the_cli(server: Server, client: Client, photos: Task, tmp_path: Path) -> None:
    file = str(tmp_path / "cli.zip")
    cli(server, "task", "backup", str(photos.id), file)
    made = cli(server, "task", "create-from-backup", file)
    assert_same(client.tasks.retrieve(int(made.split()[-1])), photos)
    project = client.projects.create({"name": "of the CLI", "labels": datasets.LABELS})
    client.tasks.create_from_data(
        {"name": "one", "project_id": project.id}, [datasets.PHOTOS / "rocket.jpg"]
    )
    cli(server, "project", "backup", str(project.id), str(tmp_path / "project.zip"))
    made = cli(server, "project", "create-from-backup", str(tmp_path / "project.zip"))
    assert client.projects.retrieve(int(made.split()[-1])).name == "of the CLI"


def test_what_is_no_backup_makes_nothing(client: Client, tmp_path: Path) -> None:
    before = {task.id for task in client.tasks.list()}
    wrong = tmp_path / "wrong.zip"
    with zipfile.ZipFile(wrong, "w") as archive:
        archive.writestr("annotations.xml", "<annotations/>")
    with pytest.raises(BackgroundRequestException, match=r"wrong\.zip.*no task\.json"):
        client.tasks.create_from_backup(wrong)
    (tmp_path / "cut.zip").write_bytes(wrong.read_bytes()[:40])
    with pytest.raises(BackgroundRequestException, match=r"cut\.zip"):
        client.tasks.create_from_backup(tmp_path / "cut.zip")
    assert {task.id for task in client.tasks.list()} == before


def test_backups_are_their_owners(server: Server, client: Client, photos: Task) -> None:
    _, response = client.api_client.tasks_api.create_backup_export(photos.id)
    request_id = response.json()["rq_id"]
    client.wait_for_completion(request_id, status_check_period=0.1)
    with newcomer(server) as stranger:
        with pytest.raises(ForbiddenException):
            stranger.api_client.tasks_api.create_backup_export(photos.id)
        own = stranger.tasks.create({"name": "empty", "labels": datasets.LABELS})
        with pytest.raises(ApiException, match="no data"):
            own.download_backup("nowhere.zip")
        path = f"/api/tasks/{own.id}/backup/download"
        answer = stranger.api_client.call_api
        with pytest.raises((ForbiddenException, NotFoundException)):
            answer(path, "GET", query_params=[("rq_id", request_id)], _parse_response=False)
