"""Media through the unmodified SDK and CLI: tasks from files, frames, chunks, datasets."""

from __future__ import annotations

import gc
import io
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from cvat_sdk import Client, make_client
from cvat_sdk.core.exceptions import BackgroundRequestException
from cvat_sdk.core.proxies.tasks import ResourceType
from cvat_sdk.datasets import TaskDataset
from PIL import Image

from tests.client.datasets import NAMES, PHOTOS, VIDEO
from tests.client.people import PASSWORD, newcomer, register
from tests.support.server import Server

if TYPE_CHECKING:
    from cvat_sdk.core.proxies.tasks import Task

MakeTask = Callable[..., "Task"]


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    """A new user who asks often whether work is done."""
    with newcomer(server) as signed_in:
        signed_in.config.status_check_period = 0.05
        yield signed_in


@pytest.fixture(scope="module")
def make_task(client: Client) -> MakeTask:
    """A ready task from files."""

    def make(resources: list[Path], data: dict[str, Any] | None = None, **spec: Any) -> Task:
        return client.tasks.create_from_data(
            spec={"name": "media", "labels": [{"name": "thing"}], **spec},
            resources=[str(path) for path in resources],
            resource_type=ResourceType.LOCAL,
            data_params=data or {},
        )

    return make


def picture(source: Any) -> np.ndarray:
    """Pixels of a path or of an open file, which is closed."""
    with source.open("rb") if isinstance(source, Path) else source as file:
        return np.asarray(Image.open(file).convert("RGB"))


@pytest.fixture(scope="module")
def photographs(make_task: MakeTask) -> Task:
    return make_task([PHOTOS / name for name in NAMES], {"chunk_size": 2}, segment_size=2)


@pytest.fixture(scope="module")
def video(make_task: MakeTask) -> Task:
    return make_task([VIDEO], {"frame_step": 2}, segment_size=50)


def test_photographs(photographs: Task) -> None:
    assert (photographs.size, photographs.mode, photographs.data_chunk_size) == (3, "annotation", 2)
    assert photographs.data_original_chunk_type == "imageset"
    assert [info.name for info in photographs.get_frames_info()] == sorted(NAMES)
    spans = sorted((job.start_frame, job.stop_frame) for job in photographs.get_jobs())
    assert spans == [(0, 1), (2, 2)]
    for number, name in enumerate(sorted(NAMES)):
        original = picture(PHOTOS / name)
        frame = photographs.get_frame(number, quality="original")
        assert np.array_equal(picture(frame), original)
        lossy = picture(photographs.get_frame(number, quality="compressed")).astype(int)
        assert np.abs(lossy - original).mean() < 6


def test_frames_are_saved_under_their_types(photographs: Task, tmp_path: Path) -> None:
    photographs.download_frames([0, 2], outdir=str(tmp_path), quality="original")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "frame_000000.png",
        "frame_000002.jpg",
    ]


def test_a_dataset_reads_every_original(client: Client, photographs: Task) -> None:
    dataset = TaskDataset(client, photographs.id, load_annotations=False)
    assert [sample.frame_name for sample in dataset.samples] == sorted(NAMES)
    for sample in dataset.samples:
        original = picture(PHOTOS / sample.frame_name)
        loaded = np.asarray(sample.media.load_image().convert("RGB"))
        assert np.array_equal(loaded, original)


# The SDK itself leaves the files open that it makes of a job's frames.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_jobs_see_their_own_frames(photographs: Task) -> None:
    job = next(job for job in photographs.get_jobs() if job.start_frame == 2)
    assert job.get_meta().size == 1
    assert [info.name for info in job.get_frames_info()] == sorted(NAMES)[2:]
    assert (
        picture(job.get_frame(2, quality="original")).shape
        == picture(PHOTOS / sorted(NAMES)[2]).shape
    )
    assert max(picture(job.get_preview()).shape[:2]) == 256
    gc.collect()


def test_removed_frames(make_task: MakeTask) -> None:
    task = make_task([PHOTOS / name for name in NAMES])
    before = task.updated_date
    task.remove_frames_by_ids([1])
    assert task.get_meta().deleted_frames == [1]
    assert task.fetch().updated_date > before


def test_every_frame_of_a_video_is_exact(video: Task) -> None:
    with av.open(str(VIDEO), "r") as clip:
        clip.streams.video[0].thread_type = "NONE"
        shown = [frame.to_ndarray(format="rgb24") for frame in clip.decode(video=0)]
    assert (video.size, video.mode) == (len(shown) // 2, "interpolation")
    for number in (0, 14, 15, 16, 69, 124):
        frame = video.get_frame(number, quality="original")
        assert np.array_equal(picture(frame), shown[2 * number]), number
    sink = io.BytesIO()
    video.download_chunk(1, sink, quality="compressed")
    with av.open(io.BytesIO(sink.getvalue()), "r") as chunk:
        frames = [frame.to_ndarray(format="rgb24") for frame in chunk.decode(video=0)]
    assert len(frames) == 36
    for offset, ours in enumerate(frames):
        assert np.abs(ours.astype(int) - shown[2 * (36 + offset)]).mean() < 12


def test_chunks_of_images_are_undeflated_zips(photographs: Task) -> None:
    sink = io.BytesIO()
    photographs.download_chunk(1, sink, quality="original")
    with zipfile.ZipFile(sink) as archive:
        (member,) = archive.infolist()
        assert member.compress_type == zipfile.ZIP_STORED
        assert archive.read(member) == (PHOTOS / sorted(NAMES)[2]).read_bytes()


def test_a_file_too_large_for_one_request_is_sent_in_pieces(
    make_task: MakeTask, tmp_path: Path
) -> None:
    """Above 100 MiB the SDK uses TUS."""
    padding = 101 << 20
    path = tmp_path / "padded.mp4"
    with path.open("wb") as file:
        file.write(VIDEO.read_bytes())
        file.write(padding.to_bytes(4, "big") + b"free")
        file.truncate(VIDEO.stat().st_size + padding)
    assert make_task([path]).size == 250


def test_failures_reach_the_user_as_sentences(make_task: MakeTask, tmp_path: Path) -> None:
    path = tmp_path / "holiday.mp4"
    path.write_bytes(VIDEO.read_bytes()[:100_000])
    with pytest.raises(BackgroundRequestException, match=r"holiday\.mp4 cannot be used"):
        make_task([path])
    path = tmp_path / "holiday.jpg"
    path.write_text("wish you were here")
    with pytest.raises(BackgroundRequestException, match=r"holiday\.jpg: by its content"):
        make_task([path])


def test_the_cli_makes_a_task_and_fetches_frames(server: Server, tmp_path: Path) -> None:
    name = register(server)

    def cli(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "cvat_cli", "--auth", name, "--server-host", server.url,
             *arguments],
            env={**os.environ, "PASS": PASSWORD}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    labels = json.dumps([{"name": "thing"}])
    files = [str(PHOTOS / photo) for photo in NAMES]
    task_id = cli(
        "task", "create", "holiday", "--labels", labels, "--completion_verification_period", "0.1",
        "local", *files,
    ).split()[-1]  # fmt: skip
    cli("task", "frames", task_id, "0", "1", "--outdir", str(tmp_path), "--quality", "original")
    assert len(list(tmp_path.iterdir())) == 2


def test_an_upload_survives_a_kill(tmp_path: Path) -> None:
    """What was acknowledged is there after `kill -9`, and the upload goes on from it."""
    body = VIDEO.read_bytes()
    half = len(body) // 2
    with Server(tmp_path / "data") as server:
        with make_client(server.url, credentials=(server.username, server.password)) as client:
            task = client.tasks.create({"name": "killed", "labels": [{"name": "thing"}]})
            location = _begin(client, task.id, len(body))
            assert _call(client, "PATCH", location, body[:half], {"Upload-Offset": "0"})[0] == 204
        port = server.url.rpartition(":")[2]
        server.restart()
        location = location.replace(f":{port}/", f":{server.url.rpartition(':')[2]}/")
        with make_client(server.url, credentials=(server.username, server.password)) as client:
            client.config.status_check_period = 0.05
            status, headers = _call(client, "HEAD", location)
            assert (status, headers["Upload-Offset"]) == (200, str(half))
            sent = _call(client, "PATCH", location, body[half:], {"Upload-Offset": str(half)})
            assert sent[0] == 204
            task = client.tasks.retrieve(task.id)
            task.upload_data(resources=[], resource_type=ResourceType.LOCAL, params={})
            assert task.fetch().size == 250


def _begin(client: Client, task_id: int, length: int) -> str:
    url = f"{client.api_map.host}/api/tasks/{task_id}/data/"
    metadata = {"Upload-Length": str(length), "Upload-Metadata": "filename Y2xpcC5tcDQ="}
    status, headers = _call(client, "POST", url, b"", metadata)
    assert status == 201
    return str(headers["Location"])


def _call(
    client: Client, method: str, url: str, body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, Any]:  # fmt: skip
    """A TUS request with the client's own credentials."""
    cookies = client.api_client.cookies
    sent = {
        "Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items()),
        "X-CSRFToken": cookies["csrftoken"].value,
        "Origin": client.api_map.host,
        **(headers or {}),
    }
    sent["Content-Type"] = "application/offset+octet-stream"
    request = urllib.request.Request(url, data=body, headers=sent, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers
