"""Frame N is the same picture through the API as in a sequential decode, for any video.

Originals, alone and in chunks of pictures, are lossless PNG: they are compared bit for bit.
"""

from __future__ import annotations

import io
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from cvat_sdk import Client
from cvat_sdk.core.proxies.tasks import ResourceType
from PIL import Image

from tests.client.people import newcomer
from tests.support.awkward_videos import VIDEOS, AwkwardVideo
from tests.support.crafted_videos import CRAFTED
from tests.support.server import Server

if TYPE_CHECKING:
    from cvat_sdk.core.proxies.tasks import Task

EVERY = {video.name: video for video in (*VIDEOS, *CRAFTED)}


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with newcomer(server) as signed_in:
        signed_in.config.status_check_period = 0.05
        yield signed_in


def make_task(client: Client, video: AwkwardVideo, folder: Path, **data: Any) -> Task:
    """A ready task of a video, in jobs of 20 frames."""
    path = folder / video.name
    path.write_bytes(video.body)
    return client.tasks.create_from_data(
        spec={"name": video.name, "labels": [{"name": "thing"}], "segment_size": 20},
        resources=[str(path)],
        resource_type=ResourceType.LOCAL,
        data_params={"chunk_size": 10, **data},
    )


def picture(body: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(body)).convert("RGB"))


def get(client: Client, path: str) -> bytes:
    """An answer of the API, redirects followed, with the client's own credentials."""
    cookies = client.api_client.cookies.items()
    headers = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in cookies)}
    request = urllib.request.Request(f"{client.api_map.host}{path}", headers=headers)
    with urllib.request.urlopen(request) as answer:
        body: bytes = answer.read()
        return body


def originals(client: Client, of: str, numbers: Sequence[int]) -> list[np.ndarray]:
    """Lossless frames by number, several at a time."""
    paths = [f"/api/{of}/data?type=frame&quality=original&number={n}" for n in numbers]
    with ThreadPoolExecutor(4) as pool:
        return [picture(body) for body in pool.map(lambda path: get(client, path), paths)]


@pytest.mark.parametrize("name", list(EVERY))
def test_every_frame_equals_the_sequential_decode(
    client: Client, tmp_path: Path, name: str
) -> None:
    truth = list(EVERY[name].truth())
    task = make_task(client, EVERY[name], tmp_path)
    assert task.size == len(truth) > 20
    height, width = truth[0].shape[:2]
    info = task.get_frames_info()[0]
    assert (info.width, info.height) == (width, height)
    for number, ours in enumerate(originals(client, f"tasks/{task.id}", range(task.size))):
        assert np.array_equal(ours, truth[number]), number


@pytest.mark.parametrize("name", ["h264-open-gop.mkv", "hevc.mp4", "vp9-odd.webm", "h264.ts"])
def test_chunks_and_jobs_hold_the_same_frames(client: Client, tmp_path: Path, name: str) -> None:
    """Every third frame from the 5th to the 43rd, in jobs that begin within groups of pictures."""
    truth = list(EVERY[name].truth())[4:44:3]
    task = make_task(client, EVERY[name], tmp_path, start_frame=4, stop_frame=43, frame_step=3)
    assert task.size == len(truth) == 14
    for number in range(2):
        body = get(
            client,
            f"/api/tasks/{task.id}/data?type=chunk&quality=original&chunk_type=imageset"
            f"&number={number}",
        )
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = [picture(archive.read(member)) for member in sorted(archive.namelist())]
        assert len(members) == (10, 4)[number]
        for at, ours in enumerate(members, 10 * number):
            assert np.array_equal(ours, truth[at]), at


def test_a_job_in_the_middle_of_a_video(client: Client, tmp_path: Path) -> None:
    video = EVERY["h264-b-pyramid.mp4"]
    truth = list(video.truth())
    task = make_task(client, video, tmp_path)
    job = next(job for job in task.get_jobs() if 0 < job.start_frame < 24 < job.stop_frame)
    own = range(job.start_frame, job.stop_frame + 1)
    for number, ours in zip(own, originals(client, f"jobs/{job.id}", own), strict=True):
        assert np.array_equal(ours, truth[number]), number
