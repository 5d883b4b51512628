"""Frames, chunks, previews and the index through the API."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable

import av
import msgspec
import numpy as np
import pytest
from PIL import Image

from chalicelib.platform import bucket
from chalicelib.projects import store

from ..conftest import FRAMES, World, package_file, sequential
from ..pictures import photographs, picture

MakeClip = Callable[[str], bytes]


def test_meta_describes_frames_as_shown(world: World) -> None:
    task_id = world.made(photographs(), fields={"segment_size": 2})
    meta = world.api.get(f"/api/tasks/{task_id}/data/meta").json
    assert [f["name"] for f in meta["frames"]] == [f"img{n}.jpg" for n in range(5)]
    assert (meta["frames"][1]["width"], meta["frames"][1]["height"]) == (48, 72)
    assert (meta["size"], meta["start_frame"], meta["stop_frame"]) == (5, 0, 4)
    job = store.task_jobs(task_id)[1]
    meta = world.api.get(f"/api/jobs/{job.id}/data/meta").json
    assert [f["name"] for f in meta["frames"]] == ["img2.jpg", "img3.jpg"]
    assert (meta["size"], meta["start_frame"], meta["stop_frame"]) == (2, 2, 3)


def test_original_chunks_hold_the_original_bytes(world: World) -> None:
    task_id = world.made(photographs(), chunk_size=2)
    files = list(photographs().values())
    for number, expected in enumerate([files[:2], files[2:4], files[4:]]):
        answer = world.api.get(
            f"/api/tasks/{task_id}/data", type="chunk", number=number, quality="original"
        )
        with zipfile.ZipFile(io.BytesIO(world.stored(answer))) as archive:
            bodies = [archive.read(entry) for entry in archive.infolist()]
        assert len(bodies) == len(expected)
        for index, (ours, theirs) in enumerate(zip(bodies, expected, strict=True)):
            if (number, index) == (0, 1):  # turned by Exif: stored upright
                assert np.abs(picture(ours).astype(int) - picture(theirs)).mean() < 2
            else:
                assert ours == theirs
    assert answer.header("x-checksum")
    assert answer.header("x-updated-date")


def test_compressed_chunks_are_upright_jpegs(world: World) -> None:
    task_id = world.made(photographs(), chunk_size=3)
    answer = world.api.get(f"/api/tasks/{task_id}/data", type="chunk", number=0)
    with zipfile.ZipFile(io.BytesIO(world.stored(answer))) as archive:
        assert archive.namelist() == ["000000.jpeg", "000001.jpeg", "000002.jpeg"]
        with Image.open(io.BytesIO(archive.read("000001.jpeg"))) as second:
            assert second.size == (48, 72)


def test_chunks_of_a_job(world: World) -> None:
    task_id = world.made(photographs(), chunk_size=2, fields={"segment_size": 3})
    job = store.task_jobs(task_id)[0]

    def count(**query: int) -> int:
        answer = world.api.get(f"/api/jobs/{job.id}/data", type="chunk", **query)
        with zipfile.ZipFile(io.BytesIO(world.stored(answer))) as archive:
            return len(archive.namelist())

    assert (count(index=0), count(index=1)) == (2, 1)
    assert (count(number=0), count(number=1)) == (2, 1)
    for query in ({"index": 2}, {"number": 2}, {}, {"index": 0, "number": 0}):
        assert world.api.get(f"/api/jobs/{job.id}/data", type="chunk", **query).status == 400


def test_every_frame_by_number(world: World) -> None:
    task_id = world.made(photographs())
    for number, body in enumerate(photographs().values()):
        for quality in ("original", "compressed"):
            answer = world.api.get(
                f"/api/tasks/{task_id}/data", type="frame", number=number, quality=quality
            )
            shown = picture(world.stored(answer)).astype(int)
            assert np.abs(shown - picture(body)).mean() < 4


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"type": "film", "number": 0},
        {"type": "frame"},
        {"type": "frame", "number": 5},
        {"type": "frame", "number": -1},
        {"type": "frame", "number": "x"},
        {"type": "chunk", "number": 1},
        {"type": "frame", "number": 0, "quality": "best"},
    ],
)
def test_bad_questions_are_told_so(world: World, query: dict[str, object]) -> None:
    task_id = world.made(photographs())
    answer = world.api.get(f"/api/tasks/{task_id}/data", **query)
    assert answer.status == 400
    assert answer.json


def test_there_are_no_related_images(world: World) -> None:
    task_id = world.made(photographs())
    answer = world.api.get(f"/api/tasks/{task_id}/data", type="context_image", number=0)
    assert answer.status == 404


def test_nobody_else_sees_or_changes_a_task(world: World) -> None:
    task_id = world.made(photographs())
    path = f"/api/tasks/{task_id}"
    assert world.stranger.get(f"{path}/data", type="frame", number=0).status == 403
    assert world.stranger.get(f"{path}/data/meta").status == 403
    assert world.stranger.get(f"{path}/preview").status == 403
    assert world.stranger.patch(f"{path}/data/meta", {"deleted_frames": [0]}).status == 403
    assert world.stranger.post(f"{path}/data", {}).status == 403
    assert world.stranger.post(f"{path}/data/uploads", {"name": "a", "size": 1}).status == 403
    assert world.api.get("/api/tasks/999/data", type="frame", number=0).status == 404


def test_previews(world: World) -> None:
    task_id = world.task()
    path = f"/api/tasks/{task_id}/preview"
    assert world.api.get(path).status == 404
    preferred = world.api.call("GET", path, headers={"Prefer": "handling=empty"})
    assert (preferred.status, preferred.body) == (204, b"")
    task_id = world.made({"a.jpg": package_file("skimage", "data", "rocket.jpg").read_bytes()})
    with Image.open(io.BytesIO(world.stored(world.api.get(f"/api/tasks/{task_id}/preview")))) as p:
        assert max(p.size) == 256
    job = store.task_jobs(task_id)[0]
    assert world.api.get(f"/api/jobs/{job.id}/preview").status == 302


def test_frames_are_deleted_and_restored(world: World) -> None:
    task_id = world.made(photographs(), fields={"segment_size": 3})
    first, second = store.task_jobs(task_id)
    meta = world.api.patch(f"/api/tasks/{task_id}/data/meta", {"deleted_frames": [4, 1]}).json
    assert meta["deleted_frames"] == [1, 4]
    path = f"/api/jobs/{first.id}/data/meta"
    assert world.api.get(path).json["deleted_frames"] == [1]
    assert world.api.patch(path, {"deleted_frames": [0, 4]}).json["deleted_frames"] == [0]
    meta = world.api.get(f"/api/tasks/{task_id}/data/meta").json
    assert meta["deleted_frames"] == [0, 4]
    for wrong in ([5], [1, 1], [-1], ["x"], "x"):
        answer = world.api.patch(f"/api/tasks/{task_id}/data/meta", {"deleted_frames": wrong})
        assert answer.status == 400
        assert "deleted_frames" in answer.json
    assert world.api.get(f"/api/tasks/{task_id}/data/meta").json["deleted_frames"] == [0, 4]
    assert second.start_frame == 3


@pytest.mark.parametrize("name", ["open-gop.mp4", "rotated.mp4", "h264.mkv", "mpeg4.avi"])
def test_video_frames_and_chunks(world: World, make_clip: MakeClip, name: str) -> None:
    body = make_clip(name)
    shown = list(sequential(body))
    task_id = world.made(
        {name: body}, start_frame=5, frame_filter="step=3", fields={"segment_size": 8}
    )
    task = store.load_task(task_id)
    assert task is not None
    assert task.data is not None
    assert task.data.mode == "interpolation"
    numbers = list(range(5, FRAMES, 3))
    assert task.size == len(numbers)
    path = f"/api/tasks/{task_id}/data"
    for number in (0, 7, len(numbers) - 1):
        answer = world.api.get(path, type="frame", number=number, quality="original")
        assert np.array_equal(picture(world.stored(answer)), shown[numbers[number]])
    chunk = world.stored(world.api.get(path, type="chunk", number=0))
    with av.open(io.BytesIO(chunk), "r") as clip:
        decoded = [f.to_ndarray(format="rgb24") for f in clip.decode(video=0)]
    assert len(decoded) == len(numbers)
    for ours, number in zip(decoded, numbers, strict=True):
        errors = [np.abs(ours.astype(int) - other).mean() for other in shown]
        assert abs(int(np.argmin(errors)) - number) <= 1
    meta = world.api.get(f"{path}/meta").json
    assert [(f["name"], f["width"]) for f in meta["frames"]] == [(name, shown[0].shape[1])]
    assert len(store.task_jobs(task_id)) > 1


def test_zip_chunks_of_a_video(world: World, make_clip: MakeClip) -> None:
    task_id = world.made({"clip.mp4": make_clip("b-frames.mp4")}, use_zip_chunks=True)
    answer = world.api.get(f"/api/tasks/{task_id}/data", type="chunk", number=1)
    with zipfile.ZipFile(io.BytesIO(world.stored(answer))) as archive:
        assert len(archive.namelist()) == FRAMES - 36


def test_pictures_of_a_video_whose_chunks_are_videos(world: World, make_clip: MakeClip) -> None:
    body = make_clip("open-gop.mp4")
    shown = list(sequential(body))
    task_id = world.made({"clip.mp4": body}, fields={"segment_size": 40}, chunk_size=16)
    job = store.task_jobs(task_id)[1]
    path = f"/api/jobs/{job.id}/data"
    answer = world.api.get(path, type="chunk", index=1, chunk_type="imageset")
    with zipfile.ZipFile(io.BytesIO(world.stored(answer))) as archive:
        members = [archive.read(entry) for entry in archive.infolist()]
    first = job.start_frame + 16
    assert len(members) == job.stop_frame + 1 - first
    for offset, member in enumerate(members):
        errors = [np.abs(picture(member).astype(int) - other).mean() for other in shown]
        assert int(np.argmin(errors)) == first + offset
    assert world.api.get(path, type="chunk", index=0, chunk_type="film").status == 400


def test_the_video_index_for_browsers(world: World, make_clip: MakeClip) -> None:
    body = make_clip("open-gop.mp4")
    task_id = world.made({"clip.mp4": body}, frame_filter="step=2")
    source = world.api.get(f"/api/tasks/{task_id}/data/index").json
    assert source["codec"].startswith("avc1.")
    assert (source["step"], source["size"], source["frames"]) == (2, FRAMES // 2, FRAMES)
    assert "X-Amz-Signature" in source["video_url"]
    assert "response-content-type=video%2Fmp4" in source["video_url"]
    samples = gzip.decompress(bucket.get(f"tasks/{task_id}/index/1/samples") or b"")
    size = int.from_bytes(samples[:4], "little")
    facts = msgspec.json.decode(samples[4 : 4 + size])
    at = -(-(4 + size) // 8) * 8
    offsets = np.frombuffer(samples, "<f8", facts["samples"], at)
    at += 8 * facts["samples"]
    times = np.frombuffer(samples, "<f8", facts["samples"], at)
    at += 8 * facts["samples"]
    sizes = np.frombuffer(samples, "<u4", facts["samples"], at)
    assert int((offsets + sizes).max()) <= len(body)
    at += -(-4 * facts["samples"] // 8) * 8 + -(-4 * facts["keys"] // 8) * 8
    frames = np.frombuffer(samples, "<u4", facts["frames"], at)
    assert (np.diff(times[frames]) > 0).all()
    assert len(frames) == FRAMES
