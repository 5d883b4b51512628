"""Tasks from the connected file share, through the unmodified SDK."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from cvat_sdk import Client, exceptions
from cvat_sdk.core.exceptions import BackgroundRequestException
from cvat_sdk.core.proxies.tasks import ResourceType
from PIL import Image

from tests.client.datasets import NAMES, PHOTOS, VIDEO
from tests.client.people import newcomer
from tests.support.server import Server

if TYPE_CHECKING:
    from cvat_sdk.core.proxies.tasks import Task

MakeTask = Callable[..., "Task"]


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with newcomer(server) as signed_in:
        signed_in.config.status_check_period = 0.05
        yield signed_in


@pytest.fixture
def folder(server: Server) -> Iterator[Path]:
    """A directory of the share with photographs, a video and what is no media."""
    path = server.data_dir / "share" / f"holiday-{uuid.uuid4().hex[:8]}"
    (path / "more" / "deep").mkdir(parents=True)
    for name in NAMES:
        shutil.copy(PHOTOS / name, path)
    shutil.copy(PHOTOS / "coffee.png", path / "more")
    shutil.copy(PHOTOS / "rocket.jpg", path / "more" / "deep" / "again.jpg")
    shutil.copy(VIDEO, path / "clip.mp4")
    (path / "readme.txt").write_text("not for annotation")
    (path / ".thumbs.png").write_bytes(b"hidden")
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def make_task(client: Client) -> MakeTask:
    def make(resources: list[str], **data: Any) -> Task:
        return client.tasks.create_from_data(
            spec={"name": "shared", "labels": [{"name": "thing"}]},
            resources=resources,
            resource_type=ResourceType.SHARE,
            data_params=data,
        )

    return make


def frame_names(task: Task) -> list[str]:
    return [frame.name for frame in task.get_frames_info()]


def pixels(source: Any) -> np.ndarray:
    with source.open("rb") if isinstance(source, Path) else source as file:
        return np.asarray(Image.open(file).convert("RGB"))


def copies(server: Server, task: Task) -> list[str]:
    """Objects of a task in the bucket that are neither its index nor built from its media."""
    found = server.aws("s3").list_objects_v2(Bucket="skylabel-media", Prefix=f"tasks/{task.id}/")
    keys = [item["Key"] for item in found.get("Contents", [])]
    return [key for key in keys if key.split("/")[2] not in {"index", "derived"}]


def test_the_share_is_browsed(client: Client, folder: Path) -> None:
    api = client.api_client.server_api
    found, _ = api.list_share(directory=folder.name)
    assert [(item.name, str(item.type), item.mime_type) for item in found] == [
        ("more", "DIR", "DIR"),
        ("astronaut.png", "REG", "image"),
        ("chelsea.png", "REG", "image"),
        ("clip.mp4", "REG", "video"),
        ("readme.txt", "REG", "unknown"),
        ("rocket.jpg", "REG", "image"),
    ]
    found, _ = api.list_share(directory=f"/{folder.name}/more/", search="COFF")
    assert [item.name for item in found] == ["coffee.png"]
    found, _ = api.list_share()
    assert folder.name in [item.name for item in found]
    for outside in ("..", f"{folder.name}/../..", "/etc", f"{folder.name}/clip.mp4"):
        with pytest.raises(exceptions.ApiException, match="is no directory of the share"):
            api.list_share(directory=outside)


def test_files_make_a_task_without_being_copied(
    server: Server, folder: Path, make_task: MakeTask
) -> None:
    task = make_task([f"{folder.name}/{name}" for name in NAMES])
    assert frame_names(task) == [f"{folder.name}/{name}" for name in sorted(NAMES)]
    for number, name in enumerate(sorted(NAMES)):
        frame = task.get_frame(number, quality="original")
        assert np.array_equal(pixels(frame), pixels(PHOTOS / name))
    assert copies(server, task) == []
    (folder / "chelsea.png").unlink()
    with pytest.raises(exceptions.ApiException) as caught:
        task.get_frame(sorted(NAMES).index("chelsea.png"), quality="compressed")
    assert caught.value.status in {400, 404, 410}
    assert str(server.data_dir) not in str(caught.value)


def test_copied_files_outlive_the_share(server: Server, folder: Path, make_task: MakeTask) -> None:
    task = make_task([f"{folder.name}/{name}" for name in NAMES], copy_data=True)
    for name in NAMES:
        (folder / name).unlink()
    assert copies(server, task)
    for number, name in enumerate(sorted(NAMES)):
        frame = task.get_frame(number, quality="original")
        assert np.array_equal(pixels(frame), pixels(PHOTOS / name))


def test_directories_come_with_what_is_in_them(folder: Path, make_task: MakeTask) -> None:
    (folder / "clip.mp4").unlink()
    task = make_task(
        [f"{folder.name}/"],
        server_files_exclude=[f"{folder.name}/rocket.jpg", f"{folder.name}/more/deep/"],
    )
    assert frame_names(task) == [
        f"{folder.name}/{name}" for name in ("astronaut.png", "chelsea.png", "more/coffee.png")
    ]


def test_a_video_is_played_from_where_it_is(
    server: Server, folder: Path, make_task: MakeTask
) -> None:
    task = make_task([f"{folder.name}/clip.mp4"])
    with av.open(str(VIDEO), "r") as clip:
        clip.streams.video[0].thread_type = "NONE"
        shown = [frame.to_ndarray(format="rgb24") for frame in clip.decode(video=0)]
    assert (task.size, task.mode) == (len(shown), "interpolation")
    for number in (0, 101, len(shown) - 1):
        assert np.array_equal(pixels(task.get_frame(number, quality="original")), shown[number])
    assert copies(server, task) == []


def test_names_that_are_no_text_are_used_as_they_are_shown(
    client: Client, folder: Path, make_task: MakeTask
) -> None:
    name = os.fsdecode(b"caf\xe9.png")
    (folder / "chelsea.png").rename(folder / name)
    found, _ = client.api_client.server_api.list_share(directory=folder.name, search="caf")
    assert [item.name for item in found] == ["caf%E9.png"]
    task = make_task([f"{folder.name}/caf%E9.png"])
    assert frame_names(task) == [f"{folder.name}/caf%E9.png"]
    frame = task.get_frame(0, quality="original")
    assert np.array_equal(pixels(frame), pixels(PHOTOS / "chelsea.png"))


@pytest.mark.parametrize(
    "path", ["nothing.png", "more/nothing/", "../../aws-endpoint", "link.png", "readme.txt"]
)
def test_what_cannot_be_had_is_named(
    server: Server, client: Client, folder: Path, make_task: MakeTask, path: str
) -> None:
    (folder / "link.png").symlink_to(PHOTOS / "chelsea.png")
    with pytest.raises((BackgroundRequestException, exceptions.ApiException)) as caught:
        make_task([f"{folder.name}/{path}", f"{folder.name}/rocket.jpg"])
    assert Path(path).name in str(caught.value)
    assert str(server.data_dir) not in str(caught.value)


def test_another_directory_may_be_the_share(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    shutil.copy(PHOTOS / "rocket.jpg", tmp_path / "photos")
    chosen = str(tmp_path / "photos")
    with Server(tmp_path / "data", SKYLABEL_SHARE=chosen) as other, newcomer(other) as signed_in:
        found, _ = signed_in.api_client.server_api.list_share()
        assert [item.name for item in found] == ["rocket.jpg"]
        task = signed_in.tasks.create_from_data(
            spec={"name": "shared", "labels": [{"name": "thing"}]},
            resources=["rocket.jpg"],
            resource_type=ResourceType.SHARE,
        )
        frame = task.get_frame(0, quality="original")
        assert np.array_equal(pixels(frame), pixels(PHOTOS / "rocket.jpg"))
