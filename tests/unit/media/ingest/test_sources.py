"""Tasks of files that stand in the share or come from other servers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.activity import requests
from chalicelib.media import frame_list
from chalicelib.media.ingest import steps
from chalicelib.media.sources import places
from chalicelib.platform import bucket
from functions.ingest import handler
from infra.local.proxy_event import LambdaContext
from tests.support.remote_server import RemoteServer

from ..conftest import FRAMES, World, run_of
from ..pictures import photographs, picture
from .conftest import SHARED, ask, data_of, give, idle, names, task_of, write

MakeClip = Callable[[str], bytes]


def same(served: bytes, original: bytes) -> bool:
    """Whether two pictures show the same; what Exif turns is served upright."""
    shown, expected = picture(served).astype(int), picture(original).astype(int)
    return shown.shape == expected.shape and bool(abs(shown - expected).mean() < 2)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"server_files": ["set/"]}, ["set/1.jpg", "set/deep/3.jpg", "set/deep/4.jpg"]),
        ({"server_files": ["/set"]}, ["set/1.jpg", "set/deep/3.jpg", "set/deep/4.jpg"]),
        ({"server_files": ["2.jpg", "10.jpg"]}, ["10.jpg", "2.jpg"]),
        ({"server_files": ["10.jpg", "2.jpg"], "sorting_method": "natural"}, ["2.jpg", "10.jpg"]),
        ({"server_files": ["2.jpg", "10.jpg"], "sorting_method": "predefined"},
         ["2.jpg", "10.jpg"]),
        ({"server_files": ["set", "set/1.jpg"], "sorting_method": "predefined"},
         ["set/1.jpg", "set/deep/3.jpg", "set/deep/4.jpg"]),
        ({"server_files": ["set/"], "server_files_exclude": ["set/deep"]}, ["set/1.jpg"]),
        ({"server_files": ["set/"], "server_files_exclude": ["set/deep/4.jpg", "set/1.jpg"]},
         ["set/deep/3.jpg"]),
        ({"server_files": ["set/"], "filename_pattern": "*/[34].jpg"},
         ["set/deep/3.jpg", "set/deep/4.jpg"]),
        ({"filename_pattern": "*1*.jpg"}, ["10.jpg", "set/1.jpg"]),
        ({"server_files": ["/"]}, list(SHARED)),
        ({"server_files": ["/"], "start_frame": 1, "stop_frame": 4, "frame_filter": "step=2"},
         ["2.jpg", "set/deep/3.jpg"]),
    ],
)  # fmt: skip
def test_files_of_the_share(
    world: World, share: Path, wanted: dict[str, Any], expected: list[str]
) -> None:
    task_id, request = give(world, **wanted)
    assert request.status == "finished", request.message
    assert names(world, task_id) == expected
    data = data_of(task_id)
    assert (data.storage, data.storage_method, data.size) == ("share", "cache", len(expected))
    assert list(bucket.listing(f"tasks/{task_id}/raw/")) == []
    answer = world.api.get(f"/api/tasks/{task_id}/data", type="frame", number=0, quality="original")
    assert same(world.stored(answer), (share / expected[0]).read_bytes())


def test_a_video_of_the_share(world: World, share: Path, make_clip: MakeClip) -> None:
    write(share, {"clips/b.mp4": make_clip("b-frames.mp4")})
    task_id, request = give(world, server_files=["clips/b.mp4"])
    assert request.status == "finished", request.message
    data = data_of(task_id)
    assert (data.size, data.mode, data.storage) == (FRAMES, "interpolation", "share")


@pytest.mark.usefixtures("small_parts")
def test_copies_outlive_the_share(world: World, share: Path) -> None:
    task_id, request = give(world, server_files=["/"], copy_data=True)
    assert request.status == "finished", request.message
    for name in SHARED:
        (share / name).unlink()
    assert data_of(task_id).storage == "local"
    assert data_of(task_id).media_bytes == sum(map(len, photographs().values()))
    answer = world.api.get(f"/api/tasks/{task_id}/data", type="frame", number=1, quality="original")
    assert same(world.stored(answer), photographs()["img1.jpg"])


def test_a_copied_video_outlives_the_share(world: World, share: Path, make_clip: MakeClip) -> None:
    write(share, {"b.mp4": make_clip("b-frames.mp4")})
    task_id, request = give(world, server_files=["b.mp4"], copy_data=True)
    assert request.status == "finished", request.message
    (share / "b.mp4").unlink()
    video = frame_list.load(task_id, 1).video
    assert video is not None
    assert video.file.place == places.OWN
    assert (bucket.get(video.file.key) or b"") == make_clip("b-frames.mp4")


@pytest.mark.usefixtures("small_parts")
def test_jobs_of_mapped_files_of_the_share(world: World, share: Path) -> None:
    mapping = [["set/1.jpg", "10.jpg"], ["2.jpg"]]
    task_id, request = give(
        world,
        server_files=["2.jpg", "10.jpg", "set/1.jpg"],
        sorting_method="predefined",
        job_file_mapping=mapping,
    )
    assert request.status == "finished", request.message
    assert names(world, task_id) == [name for group in mapping for name in group]


def test_random_order_is_the_tasks_own_and_can_be_given(world: World, share: Path) -> None:
    def order(**wanted: Any) -> list[str]:
        task_id, request = give(world, server_files=["/"], sorting_method="random", **wanted)
        assert request.status == "finished", request.message
        return names(world, task_id)

    once = order(sorting_seed=5)
    assert sorted(once) == sorted(SHARED)
    assert once == order(sorting_seed=5)
    assert len({tuple(order(sorting_seed=seed)) for seed in range(8)}) > 3
    assert len({tuple(order()) for _ in range(8)}) > 3


@pytest.mark.parametrize("name", ["nowhere.jpg", "nowhere/", "set/1.jpg/2.jpg"])
def test_what_is_not_in_the_share_is_named(world: World, share: Path, name: str) -> None:
    task_id, request = give(world, server_files=["2.jpg", name])
    assert request.status == "failed"
    assert request.message.startswith(f"{name}: there is no such file or directory")
    assert str(share) not in request.message
    assert task_of(task_id).data is None


def test_nobody_without_the_right_takes_files_of_the_server(world: World, share: Path) -> None:
    worker = world.api.with_headers(x_user="1", x_group="worker")
    answer = worker.post(f"/api/tasks/{world.task()}/data", {"server_files": ["2.jpg"]})
    assert answer.status == 403


@pytest.mark.usefixtures("small_parts")
def test_remote_files(world: World, web: RemoteServer) -> None:
    urls = [web.url(f"/set/{name}") for name in photographs()]
    task_id, request = give(world, remote_files=urls)
    assert request.status == "finished", request.message
    assert names(world, task_id) == list(photographs())
    assert data_of(task_id).storage == "local"


def test_a_remote_file_that_is_not_there_leaves_nothing(world: World, web: RemoteServer) -> None:
    urls = [web.url("/set/img0.jpg"), web.url("/set/none.jpg")]
    task_id, request = give(world, remote_files=urls)
    assert request.status == "failed"
    assert "none.jpg cannot be fetched: there is no such file (404)" in request.message
    assert list(bucket.listing(f"tasks/{task_id}/")) == []
    assert ask(world, task_id, remote_files=urls[:1]).status == "finished"


def test_a_remote_file_may_not_have_the_name_of_an_upload(world: World, web: RemoteServer) -> None:
    task_id = world.task()
    world.upload(task_id, {"img0.jpg": photographs()["img1.jpg"]})
    request = ask(world, task_id, remote_files=[web.url("/set/img0.jpg")])
    assert (request.status, "Two files are named img0.jpg" in request.message) == ("failed", True)
    assert not web.asked
    assert ask(world, task_id).status == "finished"
    answer = world.api.get(f"/api/tasks/{task_id}/data", type="frame", number=0, quality="original")
    assert same(world.stored(answer), photographs()["img1.jpg"])


def test_uploads_beside_files_of_the_share(world: World, share: Path) -> None:
    task_id = world.task()
    world.upload(task_id, {"a.jpg": photographs()["img1.jpg"]})
    request = ask(world, task_id, server_files=["2.jpg"])
    assert request.status == "finished", request.message
    assert names(world, task_id) == ["2.jpg", "a.jpg"]


def test_progress_counts_links_that_were_fetched_beside_this_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = [f"http://files.example/{n}.jpg" for n in range(7)]
    _, request_id = idle(world, monkeypatch, remote_files=urls)
    shown: list[tuple[float | None, str]] = []
    counts = iter([0, 0, 3, 4, 4])

    def fetch(_: object, __: int, progress: Callable[[float], bool]) -> None:
        for part in (0.25, 0.5):
            assert progress(part)
            request = requests.load(request_id)
            assert request is not None
            shown.append((request.progress, request.message))

    monkeypatch.setattr(requests, "PROGRESS_EVERY", 0.0)
    monkeypatch.setattr(handler, "COUNT_EVERY", -1.0)
    monkeypatch.setattr(steps, "fetched", lambda _: next(counts))
    monkeypatch.setattr(steps, "fetch", fetch)
    event = {"request_id": request_id, "run": run_of(request_id), "part": 3, "total": 7}
    handler.handle({**event, "step": "fetch"}, LambdaContext("test", 60))
    assert shown == [
        (0.0661, "0 of 7 files fetched"),
        (0.275, "3 of 7 files fetched"),
    ]
