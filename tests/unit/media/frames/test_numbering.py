"""Which frame a number means: relative to the task, except where data/meta says otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from chalicelib.projects import store
from chalicelib.projects.models import Job

from ..conftest import FRAMES, World, clip, sequential
from ..pictures import photographs, picture
from .conftest import frame, members

START, STEP, SEGMENT, OVERLAP, CHUNK = 5, 3, 8, 2, 3
NUMBERS = range(START, FRAMES, STEP)


@pytest.fixture
def task_id(world: World) -> int:
    """Every third frame of a video, in jobs that share two frames."""
    return world.made(
        {"clip.mp4": clip("open-gop.mp4")},
        start_frame=START,
        frame_filter=f"step={STEP}",
        chunk_size=CHUNK,
        use_zip_chunks=True,
        fields={"segment_size": SEGMENT, "overlap": OVERLAP},
    )


def jobs(task_id: int) -> list[Job]:
    found = store.task_jobs(task_id)
    assert [(job.start_frame, job.stop_frame) for job in found] == [(0, 7), (6, 13), (12, 18)]
    return found


def recognised(body: bytes, shown: list[np.ndarray]) -> int:
    """The number in the video of the frame that a JPEG shows."""
    pixels = picture(body).astype(int)
    return int(np.argmin([np.abs(pixels - other).mean() for other in shown]))


def test_a_job_counts_its_own_chunks_by_index_and_the_tasks_by_number(
    world: World, task_id: int
) -> None:
    shown = list(sequential(clip("open-gop.mp4")))
    second = jobs(task_id)[1]

    def frames(**query: int) -> list[int]:
        answer = world.api.get(f"/api/jobs/{second.id}/data", type="chunk", **query)
        bodies = members(world.stored(answer)).values()
        return [NUMBERS.index(recognised(body, shown)) for body in bodies]

    assert [frames(index=n) for n in range(3)] == [[6, 7, 8], [9, 10, 11], [12, 13]]
    # Chunks of the task are 0–2, 3–5, …: the job has a part of the fifth.
    assert [frames(number=n) for n in range(2, 5)] == [[6, 7, 8], [9, 10, 11], [12, 13]]
    for query in ({"number": 1}, {"number": 5}, {"index": 3}, {"index": -1}, {"number": -1}):
        answer = world.api.get(f"/api/jobs/{second.id}/data", type="chunk", **query)
        assert (answer.status, answer.json) == (
            400, {"number": ["There is no chunk of this number."]},
        )  # fmt: skip


def test_frames_of_a_job_are_numbered_as_in_the_task(world: World, task_id: int) -> None:
    second = jobs(task_id)[1]
    path = f"/api/jobs/{second.id}/data"
    for number in (6, 13):
        answer = world.api.get(path, type="frame", number=number, quality="original")
        assert world.stored(answer) == frame(world, task_id, number)
    for number in (0, 5, 14):
        answer = world.api.get(path, type="frame", number=number)
        assert (answer.status, answer.json) == (
            400, {"number": [f"Frame {number} is not among the frames 6…13."]},
        )  # fmt: skip
    assert world.api.get(f"/api/tasks/{task_id}/data", type="frame", number=19).status == 400


def test_the_lists_say_where_in_the_media_they_begin_and_end(world: World, task_id: int) -> None:
    meta = world.api.get(f"/api/tasks/{task_id}/data/meta").json
    assert (meta["size"], meta["start_frame"], meta["stop_frame"]) == (19, 5, 59)
    assert (meta["frame_filter"], meta["chunk_size"]) == ("step=3", 3)
    for job in jobs(task_id):
        own = world.api.get(f"/api/jobs/{job.id}/data/meta").json
        assert own["size"] == len(job.frames)
        assert (own["start_frame"], own["stop_frame"]) == (
            NUMBERS[job.start_frame], NUMBERS[job.stop_frame],
        )  # fmt: skip
        assert own["included_frames"] is None
        names = [line["name"] for line in own["frames"]]
        assert names == [f"frame_{NUMBERS[n]:06d}" for n in job.frames]


def test_the_preview_of_a_job_is_its_first_frame(world: World, task_id: int) -> None:
    shown = list(sequential(clip("open-gop.mp4")))
    for job in jobs(task_id):
        for answer in (
            world.api.get(f"/api/jobs/{job.id}/preview"),
            world.api.get(f"/api/jobs/{job.id}/data", type="preview"),
        ):
            small = picture(world.stored(answer)).astype(int)
            height, width = small.shape[:2]
            rows = np.linspace(0, 135, height).astype(int)[:, None]
            columns = np.linspace(0, 319, width).astype(int)
            errors = [np.abs(small - other[rows, columns]).mean() for other in shown]
            assert int(np.argmin(errors)) == NUMBERS[job.start_frame]


def test_quality_is_compressed_unless_asked_otherwise(world: World) -> None:
    task_id = world.made(photographs())
    path = f"/api/tasks/{task_id}/data"
    for query in ({"type": "frame"}, {"type": "chunk"}):
        plain = world.api.get(path, number=0, **query)
        compressed = world.api.get(path, number=0, quality="compressed", **query)
        assert plain.header("location") == compressed.header("location")


def patched(world: World, path: str, frames: Any) -> Any:
    return world.api.patch(f"{path}/data/meta", {"deleted_frames": frames}).json["deleted_frames"]


def test_jobs_delete_and_restore_within_their_own_range(world: World, task_id: int) -> None:
    first, second, third = (f"/api/jobs/{job.id}" for job in jobs(task_id))
    task = f"/api/tasks/{task_id}"
    assert patched(world, task, [18, 7, 0]) == [0, 7, 18]
    # What two jobs share is deleted for both; what a job has not, it neither sees nor changes.
    assert patched(world, second, [6, 10, 0, 1, 14]) == [6, 10]
    assert world.api.get(f"{first}/data/meta").json["deleted_frames"] == [0, 6]
    assert world.api.get(f"{third}/data/meta").json["deleted_frames"] == [18]
    assert world.api.get(f"{task}/data/meta").json["deleted_frames"] == [0, 6, 10, 18]
    assert patched(world, first, []) == []
    assert world.api.get(f"{task}/data/meta").json["deleted_frames"] == [10, 18]
    unchanged = world.api.patch(f"{task}/data/meta", {})
    assert (unchanged.status, unchanged.json["deleted_frames"]) == (200, [10, 18])


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        ([19], "The task has no frame 19."),
        ([3, 3], "Frames must not be repeated."),
    ],
)
def test_what_cannot_be_deleted_changes_nothing(
    world: World, task_id: int, frames: list[int], message: str
) -> None:
    for path in (f"/api/tasks/{task_id}", f"/api/jobs/{jobs(task_id)[0].id}"):
        answer = world.api.patch(f"{path}/data/meta", {"deleted_frames": frames})
        assert (answer.status, answer.json) == (400, {"deleted_frames": [message]})
    assert world.api.get(f"/api/tasks/{task_id}/data/meta").json["deleted_frames"] == []


def test_deleted_frames_can_still_be_seen(world: World) -> None:
    """The editor shows them, so that they can be restored."""
    task_id = world.made(photographs())
    before = world.api.get(f"/api/tasks/{task_id}/data/meta").json["chunks_updated_date"]
    world.api.patch(f"/api/tasks/{task_id}/data/meta", {"deleted_frames": [1]})
    assert world.api.get(f"/api/tasks/{task_id}/data", type="frame", number=1).status == 302
    # Chunks hold them as before: nothing that was fetched is stale.
    after = world.api.get(f"/api/tasks/{task_id}/data/meta").json["chunks_updated_date"]
    assert after == before
