"""Frames that are pages, pictures with others beside them, and point clouds."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image

from chalicelib.media.files import File
from chalicelib.media.frames.image_products import context_names
from chalicelib.projects import store

from ..conftest import World, clip, real_frames, sequential
from ..images.documents import document
from ..pictures import photographs, picture
from ..points.making import as_bin, as_pcd, read_pcd, street
from .conftest import chunk, frame, members, zipped


def pages(form: str, count: int = 5) -> bytes:
    """A file of several real pictures."""
    sink = io.BytesIO()
    first, *rest = [Image.fromarray(pixels) for pixels in real_frames()[:count]]
    options = {"lossless": True} if form == "WEBP" else {}
    first.save(sink, form, save_all=True, append_images=rest, **options)
    return sink.getvalue()


@pytest.mark.parametrize("form", ["TIFF", "WEBP", "PNG"])
def test_pages_come_one_by_one_and_together(world: World, form: str) -> None:
    # Frames that are spread over chunks and begin anywhere: each as it was put in.
    task_id = world.made({f"scan.{form.lower()}": pages(form)}, chunk_size=3)
    shown = real_frames()[:5]
    for number, pixels in enumerate(shown):
        assert np.array_equal(picture(frame(world, task_id, number)), pixels)
    together = [*chunk(world, task_id, 0, quality="original").items(),
                *chunk(world, task_id, 1, quality="original").items()]  # fmt: skip
    assert [name for name, _ in together] == [f"{n % 3:06d}.png" for n in range(5)]
    for (_, body), pixels in zip(together, shown, strict=True):
        assert np.array_equal(picture(body), pixels)
    for body, pixels in zip(chunk(world, task_id, 1).values(), shown[3:], strict=True):
        assert np.abs(picture(body).astype(int) - pixels).mean() < 6


def test_pages_of_a_document(world: World) -> None:
    body = document((200, 100), (80, 120), content=b"1 0 0 rg 0 0 40 40 re f")
    task_id = world.made({"report.pdf": body})
    meta = world.api.get(f"/api/tasks/{task_id}/data/meta").json
    sizes = [(one["width"], one["height"]) for one in meta["frames"]]
    seen = [picture(body) for body in chunk(world, task_id, quality="original").values()]
    assert [pixels.shape[1::-1] for pixels in seen] == sizes
    for number, pixels in enumerate(seen):
        assert np.array_equal(picture(frame(world, task_id, number)), pixels)
        assert tuple(pixels[-2, 2]) == (255, 0, 0)


BESIDE = {
    "img0.jpg": ["left.png", "right.png"],
    "img2.jpg": ["left.png"],
}


def test_context_images(world: World) -> None:
    files = dict(photographs(3))
    for name, others in BESIDE.items():
        folder = f"related_images/{name.replace('.', '_')}"
        for number, other in enumerate(others):
            sink = io.BytesIO()
            Image.fromarray(real_frames()[number]).save(sink, "PNG")
            files[f"{folder}/{other}"] = sink.getvalue()
    task_id = world.made({"set.zip": zipped(files)}, fields={"segment_size": 2})
    path = f"/api/tasks/{task_id}/data"
    meta = world.api.get(f"{path}/meta").json
    assert [(one["name"], one["related_files"], one["has_related_context"])
            for one in meta["frames"]] == [
        ("img0.jpg", 2, True), ("img1.jpg", 0, False), ("img2.jpg", 1, True)]  # fmt: skip
    beside = members(world.stored(world.api.get(path, type="context_image", number=0)))
    assert list(beside) == ["left.png.jpg", "right.png.jpg"]
    for body, pixels in zip(beside.values(), real_frames(), strict=False):
        with Image.open(io.BytesIO(body)) as opened:
            assert opened.format == "JPEG"
        assert np.abs(picture(body).astype(int) - pixels).mean() < 4
    answer = world.api.get(path, type="context_image", number=1)
    assert (answer.status, answer.json) == (404, {"detail": "There are no related images."})
    second = store.task_jobs(task_id)[1]
    path = f"/api/jobs/{second.id}/data"
    assert [one["related_files"] for one in world.api.get(f"{path}/meta").json["frames"]] == [1]
    assert world.api.get(path, type="context_image", number=2).status == 302
    assert world.api.get(path, type="context_image", number=0).status == 400


def test_names_of_context_images_begin_where_they_differ() -> None:
    def files(*names: str) -> list[File]:
        return [File(name, name, 0, 1, "image") for name in names]

    assert context_names(files("a/x/left.png")) == ["left.png.jpg"]
    assert context_names(files("a/cam0/1.png", "a/cam1/1.png")) == [
        "cam0/1.png.jpg",
        "cam1/1.png.jpg",
    ]
    assert context_names(files("left.png", "right.jpg")) == ["left.png.jpg", "right.jpg.jpg"]


def test_point_clouds(world: World) -> None:
    clouds = [street(seed=seed) for seed in range(3)]
    files = {f"{n}.bin": as_bin(cloud) for n, cloud in enumerate(clouds[:2])}
    task_id = world.made({"scans.zip": zipped(files)}, chunk_size=2)
    task = store.load_task(task_id)
    assert task is not None
    assert task.data is not None
    assert task.data.dimension == "3d"
    for quality in ("original", "compressed"):
        together = chunk(world, task_id, quality=quality)
        assert list(together) == ["000000.pcd", "000001.pcd"]
        for number, body in enumerate(together.values()):
            assert np.array_equal(read_pcd(body), clouds[number])
            assert frame(world, task_id, number, quality) == body
    with Image.open(io.BytesIO(world.stored(world.api.get(f"/api/tasks/{task_id}/preview")))) as p:
        assert (p.format, p.size) == ("JPEG", (256, 256))
        assert len(p.getcolors(256 * 256) or []) > 10


def test_a_cloud_that_came_as_pcd_is_passed_on(world: World) -> None:
    body = as_pcd(street())
    task_id = world.made({"scan.pcd": body})
    assert frame(world, task_id, 0) == body
    assert chunk(world, task_id) == {"000000.pcd": body}


def test_the_manifest_of_images_and_of_a_video(world: World) -> None:
    task_id = world.made(photographs())
    lines = manifest(world, task_id)
    assert lines[:2] == [{"version": "1.1"}, {"type": "images"}]
    assert [(one["name"], one["extension"], one["width"]) for one in lines[2:]][1] == (
        "img1", ".jpg", 48,
    )  # fmt: skip
    task_id = world.made({"clip.mp4": clip("b-frames.mp4")})
    lines = manifest(world, task_id)
    assert lines[1] == {"type": "video"}
    assert lines[2]["properties"] == {"name": "clip.mp4", "resolution": [320, 136], "length": 60}
    assert [one["number"] for one in lines[3:]] == [0, 12, 24, 36, 48]
    assert world.stranger.get(f"/api/tasks/{task_id}/data/manifest").status == 403
    assert world.api.get(f"/api/tasks/{world.task()}/data/manifest").status == 404


def manifest(world: World, task_id: int) -> list[dict[str, object]]:
    body = world.stored(world.api.get(f"/api/tasks/{task_id}/data/manifest"))
    return [json.loads(line) for line in body.decode().splitlines()]


def test_original_pictures_of_a_video_are_exact(world: World) -> None:
    task_id = world.made({"clip.mp4": clip("rotated.mp4")}, use_zip_chunks=True, chunk_size=25)
    shown = list(sequential(clip("rotated.mp4")))
    meta = world.api.get(f"/api/tasks/{task_id}/data/meta").json
    assert len(meta["frames"]) == len(shown)
    assert meta["frames"][7] == {
        "name": "frame_000007", "width": 136, "height": 320,
        "related_files": 0, "has_related_context": False,
    }  # fmt: skip
    for number in (2, 0, 1):  # in any order
        bodies = chunk(world, task_id, number, quality="original").values()
        for offset, body in enumerate(bodies):
            assert np.array_equal(picture(body), shown[25 * number + offset])


def test_what_was_lost_is_said(world: World) -> None:
    task_id = world.made(photographs())
    assert world.api.get(f"/api/tasks/{task_id}/data/meta").json["warning"] == ""
    whole = clip("h264.mkv")
    cut = world.made({"cut.mkv": whole[: len(whole) * 2 // 3]})
    assert "cut.mkv" in world.api.get(f"/api/tasks/{cut}/data/meta").json["warning"]
