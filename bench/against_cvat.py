"""The same work as CVAT was measured at (2 cores, 24 GB, production settings, `cvat-sdk`).

CVAT's figures were taken on another machine of the same size. What takes seconds is corrected by
how long the same bare loop (decode and encode 200 photographs) takes here and took there; requests
per second are compared as they are.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import simplejpeg
from cvat_sdk import Client, make_client
from cvat_sdk.core.proxies.tasks import ResourceType

from bench.load import measure
from bench.media import FRAMES, PHOTOGRAPHS, film, photographs
from bench.report import Row
from bench.servers import PASSWORD, Server, skylabel

CVAT_GET_JOB = 35.0  # requests/s at most
CVAT_PATCH = 20.0  # requests/s at most, 10 clients
#: Seconds until a task can be annotated, `lazy` (nothing decoded) and as the SDK asks by default.
CVAT_IMAGES = {"lazy": 1.22, "eager": 6.11}
CVAT_VIDEO = {"lazy": 7.0, "eager": 39.0}
#: Seconds that a bare loop took there to decode and encode the same 200 photographs.
CVAT_LIMIT = 1.04
SDK_PERIOD = 0.02
ROUNDS = 3


def run() -> Iterator[Row]:
    pictures, video = photographs(), film()
    with skylabel() as server, make_client(server.url, credentials=("admin", PASSWORD)) as client:
        client.config.status_check_period = SDK_PERIOD
        _create(client, pictures[:2], 2)  # the worker function's cold start
        speed = _recode(pictures) / CVAT_LIMIT
        yield from _ready(server, client, pictures, PHOTOGRAPHS, "200 images", CVAT_IMAGES, speed)
        yield from _ready(server, client, [video], FRAMES, "1,800-frame video", CVAT_VIDEO, speed)
        yield from _requests(server, client, pictures)


def _ready(
    server: Server, client: Client, files: list[Path], frames: int, what: str,
    cvat: dict[str, float], speed: float,
) -> Iterator[Row]:  # fmt: skip
    seconds, cpu = [], []
    for _ in range(ROUNDS):
        before, start = server.cpu_seconds(), time.perf_counter()
        _create(client, files, frames)
        seconds.append(time.perf_counter() - start)
        cpu.append(server.cpu_seconds() - before)
    ours = statistics.median(seconds)
    for way, theirs in cvat.items():
        yield Row(
            f"{what} ready, upload by the SDK included: sooner than CVAT, {way}",
            theirs * speed / ours, 5, True,
            detail=f"ours {ours:.2f} s ({statistics.median(cpu):.2f} s of server CPU); CVAT "
            f"{theirs} s times {speed:.2f}, this machine's share of the same limit",
        )  # fmt: skip


def _requests(server: Server, client: Client, pictures: list[Path]) -> Iterator[Row]:
    task = _create(client, pictures[:2], 2)
    (job,) = task.get_jobs()
    (label,) = task.get_labels()
    got = measure(f"{server.url}/api/jobs/{job.id}", clients=10, seconds=4, headers=server.headers)
    yield Row(
        "GET of one job, 10 clients: requests/s over CVAT's", got.rate / CVAT_GET_JOB, 5, True,
        detail=f"{got.text}; CVAT {CVAT_GET_JOB:.0f}",
    )  # fmt: skip
    shape = {"type": "rectangle", "frame": 0, "label_id": label.id, "points": [1, 2, 30, 40]}
    patched = measure(
        f"{server.url}/api/jobs/{job.id}/annotations?action=create",
        clients=10, seconds=4, method="PATCH", headers=server.headers,
        body=json.dumps({"shapes": [shape], "tags": [], "tracks": []}),
    )  # fmt: skip
    yield Row(
        "PATCH of one shape, 10 clients on one job: requests/s over CVAT's",
        patched.rate / CVAT_PATCH, 5, True, detail=f"{patched.text}; CVAT {CVAT_PATCH:.0f}",
    )  # fmt: skip
    stored = server.call("GET", f"/api/jobs/{job.id}/annotations")["shapes"]
    if len(stored) != patched.requests:
        raise RuntimeError(f"{patched.requests} shapes were acknowledged, {len(stored)} are stored")


def _create(client: Client, files: list[Path], frames: int) -> Any:
    task = client.tasks.create_from_data(
        spec={"name": "bench", "labels": [{"name": "thing"}]},
        resource_type=ResourceType.LOCAL,
        resources=files,
    )
    if task.size != frames:
        raise RuntimeError(f"the task has {task.size} frames, not {frames}")
    return task


def _recode(files: list[Path]) -> float:
    """The limit that tells how fast this machine is: decode and encode each photograph."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for path in files:
            simplejpeg.encode_jpeg(simplejpeg.decode_jpeg(path.read_bytes()), quality=70)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)
