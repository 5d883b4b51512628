"""The pictures that exports take along: of every place and kind, named as they are annotated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chalicelib.formats.stored import frames_of
from chalicelib.media.frames.problems import Unbuildable
from chalicelib.projects import store
from functions.export.frames import original_frames

from ..conftest import World, clip, real_frames, sequential
from ..images.documents import document
from ..pictures import photographs, picture
from ..points.making import as_bin, read_pcd, street
from .conftest import frame, zipped
from .test_every_place import shared_task
from .test_kinds_of_frames import pages


def exported(task_id: int) -> dict[str, bytes]:
    """Pictures by the names of their files."""
    task = store.load_task(task_id)
    assert task is not None
    assert task.data is not None
    frames = frames_of(task, task.data, None)
    found = original_frames(task_id, task.data.revision, frames)
    return {frame.file_name: body for frame, body in found}


def test_photographs_are_passed_on_and_turned_ones_turned(world: World) -> None:
    bodies = exported(world.made(photographs()))
    assert list(bodies) == list(photographs())
    for name, body in bodies.items():
        if name == "img1.jpg":
            assert picture(body).shape == (72, 48, 3)
        else:
            assert body == photographs()[name]


def test_files_of_a_share(world: World, share: Path) -> None:
    for name, body in photographs().items():
        (share / name).write_bytes(body)
    task_id = shared_task(world, *photographs())
    assert exported(task_id)["img2.jpg"] == photographs()["img2.jpg"]
    (share / "img2.jpg").unlink()
    with pytest.raises(Unbuildable, match=r"^img2\.jpg is not where it was"):
        exported(task_id)


@pytest.mark.parametrize("form", ["TIFF", "WEBP", "PNG"])
def test_pages_are_pictures_of_their_own(world: World, form: str) -> None:
    name = f"scan.{form.lower()}"
    bodies = exported(world.made({name: pages(form)}))
    assert list(bodies) == [f"{name}_{n:04d}.png" for n in range(1, 6)]
    for body, pixels in zip(bodies.values(), real_frames(), strict=False):
        assert body.startswith(b"\x89PNG")
        assert np.array_equal(picture(body), pixels)


def test_pages_of_a_document(world: World) -> None:
    task_id = world.made({"report.pdf": document((200, 100), (80, 120), content=b"0 0 40 40 re f")})
    for number, body in enumerate(exported(task_id).values()):
        assert np.array_equal(picture(body), picture(frame(world, task_id, number)))


def test_clouds_are_pcd_by_name_and_content(world: World) -> None:
    clouds = [street(seed=seed) for seed in range(2)]
    files = {f"{n}.bin": as_bin(cloud) for n, cloud in enumerate(clouds)}
    bodies = exported(world.made({"scans.zip": zipped(files)}))
    assert list(bodies) == ["0.pcd", "1.pcd"]
    for body, cloud in zip(bodies.values(), clouds, strict=True):
        assert np.array_equal(read_pcd(body), cloud)


def test_removed_frames_are_left_out(world: World) -> None:
    task_id = world.made(photographs())
    path = f"/api/tasks/{task_id}/data/meta"
    world.api.patch(path, {"deleted_frames": [0, 3]})
    assert list(exported(task_id)) == ["img1.jpg", "img2.jpg", "img4.jpg"]
    world.api.patch(path, {"deleted_frames": []})
    assert len(exported(task_id)) == 5


def test_frames_of_a_video_are_lossless(world: World) -> None:
    task_id = world.made({"clip.mp4": clip("open-gop.mp4")}, start_frame=7, frame_filter="step=5")
    world.api.patch(f"/api/tasks/{task_id}/data/meta", {"deleted_frames": [1]})
    shown = list(sequential(clip("open-gop.mp4")))
    bodies = exported(task_id)
    assert list(bodies)[:2] == ["frame_000007.PNG", "frame_000017.PNG"]
    for number, body in zip([7, *range(17, 60, 5)], bodies.values(), strict=True):
        assert np.array_equal(picture(body), shown[number])
