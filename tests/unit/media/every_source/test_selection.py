"""Which files become frames, in which order and in which jobs, wherever they come from."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pytest

from chalicelib.formats.stored import frames_of
from chalicelib.platform import bucket
from chalicelib.projects import store
from functions.export.frames import original_frames
from tests.services.s3 import S3

from ..conftest import FRAMES, World, clip, sequential
from ..images.photographs import as_shown, difference
from ..pictures import photographs, picture
from .conftest import EVERYWHERE, NAMED, WITH_FOLDERS, Files, Give, connected
from .test_upright import members

#: What `numbered` is shuffled to by the seed 11.
SHUFFLED = (5, 11, 4, 1, 9, 3, 0, 6, 8, 2, 10, 7)


@cache
def numbered() -> Files:
    """Photographs whose widths differ, of names whose three orders differ."""
    bodies = photographs(12).values()
    return {f"p{number}.jpg": body for number, body in enumerate(bodies)}


def names(world: World, path: str) -> list[str]:
    return [frame["name"] for frame in world.api.get(f"{path}/data/meta").json["frames"]]


def shows(body: bytes, name: str) -> bool:
    return difference(as_shown(body), as_shown(numbered()[name])) < 8


@pytest.mark.parametrize("give", EVERYWHERE, indirect=True)
def test_every_third_frame_from_the_second_to_the_ninth(world: World, give: Give) -> None:
    task_id, request = give(
        numbered(), sorting_method="natural", start_frame=1, stop_frame=8, frame_filter="step=3"
    )
    assert request.status == "finished", request.message
    path = f"/api/tasks/{task_id}"
    chosen = ["p1.jpg", "p4.jpg", "p7.jpg"]
    assert names(world, path) == chosen
    meta = world.api.get(f"{path}/data/meta").json
    assert (meta["size"], meta["start_frame"], meta["frame_filter"]) == (3, 1, "step=3")
    assert meta["stop_frame"] in {7, 8}
    for quality in ("original", "compressed"):
        answer = world.api.get(f"{path}/data", type="chunk", number=0, quality=quality)
        for number, (body, name) in enumerate(
            zip(members(world.stored(answer)), chosen, strict=True)
        ):
            assert shows(body, name)
            one = world.api.get(f"{path}/data", type="frame", number=number, quality=quality)
            assert shows(world.stored(one), name)
    task = store.load_task(task_id)
    assert task is not None
    assert task.data is not None
    exported = list(original_frames(task_id, 1, frames_of(task, task.data, None)))
    assert [frame.source_number for frame, _ in exported] == [1, 4, 7]
    assert all(shows(body, frame.file_name) for frame, body in exported)


@pytest.mark.parametrize("give", EVERYWHERE, indirect=True)
def test_files_are_mapped_to_jobs(world: World, give: Give) -> None:
    mapping = [["p7.jpg", "p0.jpg"], ["p11.jpg"], ["p2.jpg", "p10.jpg", "p1.jpg"]]
    order = [name for group in mapping for name in group]
    given = {name: numbered()[name] for name in sorted(order)}
    task_id, request = give(given, sorting_method="predefined", job_file_mapping=mapping)
    assert request.status == "finished", request.message
    assert names(world, f"/api/tasks/{task_id}") == order
    jobs = store.task_jobs(task_id)
    assert len(jobs) == len(mapping)
    for job, group in zip(jobs, mapping, strict=True):
        path = f"/api/jobs/{job.id}"
        assert names(world, path) == group
        chunk = world.stored(world.api.get(f"{path}/data", type="chunk", index=0))
        assert all(shows(b, name) for b, name in zip(members(chunk), group, strict=True))


@pytest.mark.parametrize("give", EVERYWHERE, indirect=True)
@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ([["p0.jpg"], ["p1.jpg"]], "does not name 'p2.jpg'"),
        ([["p0.jpg", "p9.jpg"], ["p1.jpg", "p2.jpg"]], "'p9.jpg', which was not"),
        ([["p0.jpg", "p1.jpg"], ["p1.jpg", "p2.jpg"]], "a file may be in one job only"),
    ],
)
def test_a_mapping_that_disagrees_makes_no_task(
    world: World, give: Give, mapping: list[list[str]], told: str
) -> None:
    given = {name: numbered()[name] for name in ("p0.jpg", "p1.jpg", "p2.jpg")}
    task_id, request = give(given, sorting_method="predefined", job_file_mapping=mapping)
    assert (request.status, told in request.message) == ("failed", True), request.message
    nothing_is_made(task_id)


def manifest(order: list[str]) -> bytes:
    entries = [{"name": name.removesuffix(".jpg"), "extension": ".jpg"} for name in order]
    lines = [{"version": "1.1"}, {"type": "images"}, *entries]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


@pytest.mark.parametrize("give", ["upload", *NAMED], indirect=True)
def test_a_mapping_goes_before_the_order_of_a_manifest(world: World, give: Give) -> None:
    mapping = [["p2.jpg"], ["p0.jpg", "p1.jpg"]]
    given = {name: numbered()[name] for name in ("p0.jpg", "p1.jpg", "p2.jpg")}
    task_id, request = give(
        {**given, "manifest.jsonl": manifest(list(given))},
        sorting_method="predefined",
        job_file_mapping=mapping,
    )
    assert request.status == "finished", request.message
    for job, group in zip(store.task_jobs(task_id), mapping, strict=True):
        assert names(world, f"/api/jobs/{job.id}") == group


@pytest.mark.parametrize("give", EVERYWHERE, indirect=True)
def test_a_seed_means_the_same_order_everywhere(world: World, give: Give) -> None:
    task_id, request = give(numbered(), sorting_method="random", sorting_seed=11)
    assert request.status == "finished", request.message
    # Written down: the seed must mean this order in every version to come.
    assert names(world, f"/api/tasks/{task_id}") == [f"p{number}.jpg" for number in SHUFFLED]


@pytest.mark.parametrize("give", NAMED, indirect=True)
def test_what_is_left_out(world: World, give: Give) -> None:
    files = {f"{folder}{name}": body for folder in ("set/a/", "set/ab/", "set/a/deep/", "set/b/")
             for name, body in list(photographs().items())[:2]}  # fmt: skip

    def left(*excluded: str, **wanted: Any) -> list[str]:
        task_id, request = give(
            files, server_files=["set/"], server_files_exclude=list(excluded), **wanted
        )
        assert request.status == "finished", request.message
        return names(world, f"/api/tasks/{task_id}")

    kept = [name for name in sorted(files) if not name.startswith("set/a/")]
    assert left("set/a") == left("set/a/") == left("/set/a/") == kept
    assert left("set/a/deep", "set/b/img0.jpg") == [
        "set/a/img0.jpg", "set/a/img1.jpg", "set/ab/img0.jpg", "set/ab/img1.jpg", "set/b/img1.jpg",
    ]  # fmt: skip
    assert left("set/a", filename_pattern="*img1.jpg", start_frame=1) == ["set/b/img1.jpg"]
    task_id, request = give(files, server_files=["set/"], server_files_exclude=["set"])
    assert (request.status, "No files were given" in request.message) == ("failed", True)
    nothing_is_made(task_id)


@pytest.mark.parametrize("give", ["cloud"], indirect=True)
@pytest.mark.parametrize(
    ("attributes", "wanted", "chosen"),
    [
        ("&prefix=in/b", {"server_files": ["/"]}, ["in/b.jpg", "in/b/c.jpg"]),
        ("&prefix=in/b/", {"server_files": ["in/"]}, ["in/b/c.jpg"]),
        ("&prefix=in/", {"filename_pattern": "*.jpg"}, ["in/a.jpg", "in/b.jpg", "in/b/c.jpg"]),
        ("&prefix=in/", {"server_files": ["in/b/"]}, ["in/b/c.jpg"]),
        ("", {"server_files": ["/"]}, ["a.jpg", "in/a.jpg", "in/b.jpg", "in/b/c.jpg"]),
        ("", {"filename_pattern": "*a.jpg"}, ["a.jpg", "in/a.jpg"]),
    ],
)
def test_what_begins_with_the_prefix_of_a_storage(
    world: World, give: Give, s3_service: S3, attributes: str, wanted: dict[str, Any],
    chosen: list[str],
) -> None:  # fmt: skip
    files = dict.fromkeys(["a.jpg", "in/a.jpg", "in/b.jpg", "in/b/c.jpg"], numbered()["p0.jpg"])
    wanted = {"server_files": [], **wanted}
    task_id, request = give(files, cloud_storage_id=connected(s3_service, attributes), **wanted)
    assert request.status == "finished", request.message
    assert names(world, f"/api/tasks/{task_id}") == chosen


@pytest.mark.parametrize("give", WITH_FOLDERS, indirect=True)
def test_context_images_keep_to_their_frames(world: World, give: Give) -> None:
    beside = list(photographs().values())
    files = numbered() | {
        f"related_images/p{number}_jpg/side.jpg": beside[number % 5] for number in range(12)
    }
    task_id, request = give(
        files, sorting_method="natural", start_frame=2, frame_filter="step=3", chunk_size=2
    )
    assert request.status == "finished", request.message
    path = f"/api/tasks/{task_id}"
    assert names(world, path) == ["p2.jpg", "p5.jpg", "p8.jpg", "p11.jpg"]
    for number, original in enumerate((2, 5, 8, 11)):
        answer = world.api.get(f"{path}/data", type="context_image", number=number)
        (shown,) = members(world.stored(answer))
        assert difference(as_shown(shown), as_shown(beside[original % 5])) < 8


@pytest.mark.parametrize(
    "give", [name for name in EVERYWHERE if "zip" not in name and "tar" not in name
             and "archive" not in name], indirect=True)  # fmt: skip
@pytest.mark.parametrize("zipped", [False, True])
def test_frames_of_a_video(world: World, give: Give, zipped: bool) -> None:
    task_id, request = give(
        {"clip.mp4": clip("open-gop.mp4")}, start_frame=7, stop_frame=40, frame_filter="step=5",
        use_zip_chunks=zipped, chunk_size=3,
    )  # fmt: skip
    assert request.status == "finished", request.message
    shown = list(sequential(clip("open-gop.mp4")))
    numbers = range(7, 41, 5)
    assert len(shown) == FRAMES
    path = f"/api/tasks/{task_id}"
    assert world.api.get(f"{path}/data/meta").json["size"] == len(numbers)
    for number, original in enumerate(numbers):
        answer = world.api.get(f"{path}/data", type="frame", number=number, quality="original")
        assert np.array_equal(picture(world.stored(answer)), shown[original])
    if zipped:
        answer = world.api.get(f"{path}/data", type="chunk", number=1, quality="original")
        for body, original in zip(members(world.stored(answer)), numbers[3:6], strict=True):
            assert np.array_equal(picture(body), shown[original])


def nothing_is_made(task_id: int) -> None:
    """The task has neither data nor jobs, and the bucket nothing of it but what was uploaded."""
    task = store.load_task(task_id)
    assert task is not None
    assert task.data is None
    assert store.task_jobs(task_id) == []
    kept = {key.split("/")[2] for key, _ in bucket.listing(f"tasks/{task_id}/")}
    assert kept <= {"raw", "packs"}
