"""The manifest that a task gives away makes the same task again, wherever its files come from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.media import frame_list
from chalicelib.projects import store

from ..conftest import World, clip
from ..points.making import as_bin, as_pcd, street
from .conftest import BUCKET, NAMED, Files, Give
from .test_refusals import told
from .test_selection import names, nothing_is_made, numbered
from .test_upright import pictures

CLOUDS: Files = {
    "drive/pointcloud/1.pcd": as_pcd(street(200)),
    "drive/pointcloud/2.bin": as_bin(street(100)),
    "drive/related_images/1_pcd/front.jpg": pictures()["a.jpg"],
}
PHOTOS: Files = {
    **pictures(),
    "deep/g.jpg": numbered()["p3.jpg"],
    "deep/related_images/g_jpg/side.jpg": numbered()["p4.jpg"],
}
SETS: dict[str, Files] = {"photographs": PHOTOS, "clouds": CLOUDS}


def written(world: World, task_id: int) -> list[dict[str, Any]]:
    body = world.stored(world.api.get(f"/api/tasks/{task_id}/data/manifest"))
    return [json.loads(line) for line in body.splitlines()]


def lines(entries: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(entry).encode() + b"\n" for entry in entries)


def related(task_id: int) -> list[list[str]]:
    return [[file.name for file in files] for files in frame_list.load(task_id, 1).related]


def dimension(task_id: int) -> str:
    task = store.load_task(task_id)
    assert task is not None
    assert task.data is not None
    return task.data.dimension


@pytest.mark.parametrize("give", ["upload", *NAMED], indirect=True)
@pytest.mark.parametrize("kind", SETS)
def test_sets(world: World, give: Give, kind: str) -> None:
    first, request = give(SETS[kind])
    assert request.status == "finished", request.message
    manifest = written(world, first)
    second, request = give(
        SETS[kind] | {"manifest.jsonl": lines(manifest)}, sorting_method="predefined"
    )
    assert request.status == "finished", request.message
    assert names(world, f"/api/tasks/{second}") == names(world, f"/api/tasks/{first}")
    assert related(second) == related(first) != []
    assert dimension(second) == dimension(first) == ("3d" if kind == "clouds" else "2d")
    assert written(world, second) == manifest


@pytest.mark.parametrize("give", NAMED, indirect=True)
@pytest.mark.parametrize("kind", SETS)
def test_the_manifest_alone_names_the_files(world: World, give: Give, kind: str) -> None:
    first, request = give(SETS[kind])
    assert request.status == "finished", request.message
    manifest = written(world, first)
    second, request = give(
        SETS[kind] | {"manifest.jsonl": lines(manifest)}, server_files=["manifest.jsonl"]
    )
    assert request.status == "finished", request.message
    assert sorted(names(world, f"/api/tasks/{second}")) == sorted(
        names(world, f"/api/tasks/{first}")
    )
    assert related(second) == related(first)


@pytest.mark.parametrize("give", ["upload", *NAMED], indirect=True)
def test_a_video(world: World, give: Give, tmp_path: Any) -> None:
    films = {"clip.mp4": clip("open-gop.mp4")}
    first, request = give(films)
    assert request.status == "finished", request.message
    manifest = written(world, first)
    second, request = give(films | {"manifest.jsonl": lines(manifest)}, frame_filter="step=2")
    assert request.status == "finished", request.message
    assert written(world, second) == manifest
    manifest[2]["properties"]["length"] += 5
    task_id, failed = give(films | {"manifest.jsonl": lines(manifest)})
    assert failed.status == "failed"
    assert told(failed.message, str(tmp_path), BUCKET).startswith(
        "manifest.jsonl cannot be used: it says that clip.mp4 has 65 frames, but it has 60"
    )
    nothing_is_made(task_id)


@pytest.mark.parametrize("give", ["upload", *NAMED], indirect=True)
def test_clouds_that_are_said_to_be_photographs(world: World, give: Give) -> None:
    first, request = give(CLOUDS)
    assert request.status == "finished", request.message
    manifest = written(world, first)
    manifest[1]["type"] = "images"
    task_id, failed = give(pictures() | {"manifest.jsonl": lines(manifest)})
    assert failed.status == "failed"
    assert failed.message.startswith("manifest.jsonl cannot be used: ")
    nothing_is_made(task_id)
