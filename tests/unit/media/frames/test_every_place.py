"""Files that stay where they were: their frames come from the media bucket all the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chalicelib.activity import requests
from chalicelib.media.sources import places
from chalicelib.platform import bucket
from functions.frames import handler

from ..conftest import World, clip, sequential
from ..pictures import photographs, picture
from .conftest import chunk, frame


def shared_task(world: World, *names: str, **wanted: object) -> int:
    """A task of files of the share that are not copied."""
    task_id = world.task()
    answer = world.api.post(
        f"/api/tasks/{task_id}/data", {"image_quality": 70, "server_files": list(names), **wanted}
    )
    assert answer.status == 202, answer
    request = requests.load(answer.json["rq_id"])
    assert request is not None
    assert request.status == "finished", request.message
    return task_id


@pytest.fixture
def shared(world: World, share: Path) -> int:
    for name, body in photographs().items():
        (share / name).write_bytes(body)
    return shared_task(world, *photographs())


def test_originals_are_copied_to_the_bucket_when_asked_for(world: World, shared: int) -> None:
    bodies = list(photographs().values())
    for number in (0, 2):
        assert frame(world, shared, number) == bodies[number]
    assert [key for key, _ in bucket.listing(f"tasks/{shared}/derived/")] == [
        f"tasks/{shared}/derived/1/frame-{number:07d}-original.any" for number in (0, 2)
    ]
    answer = world.api.get(f"/api/tasks/{shared}/data", type="frame", number=0, quality="original")
    # What it is, only the object knows: the address says nothing that could be wrong.
    assert "response-content-type" not in (answer.header("location") or "")
    key = f"tasks/{shared}/derived/1/frame-0000000-original.any"
    head = bucket.client().head_object(Bucket="skylabel-test", Key=key)
    assert head["ContentType"] == "image/jpeg"


def test_chunks_and_previews_are_those_of_uploaded_files(world: World, shared: int) -> None:
    uploaded = world.made(photographs())
    for quality in ("original", "compressed"):
        assert chunk(world, shared, quality=quality) == chunk(world, uploaded, quality=quality)
    assert frame(world, shared, 1, "compressed") == frame(world, uploaded, 1, "compressed")
    previews = [world.stored(world.api.get(f"/api/tasks/{task_id}/preview"))
                for task_id in (shared, uploaded)]  # fmt: skip
    assert previews[0] == previews[1]


def test_a_video_of_the_share(world: World, share: Path) -> None:
    (share / "clip.mp4").write_bytes(clip("open-gop.mp4"))
    task_id = shared_task(world, "clip.mp4", use_zip_chunks=True)
    shown = list(sequential(clip("open-gop.mp4")))
    for offset, body in enumerate(chunk(world, task_id, 1, quality="original").values()):
        assert np.array_equal(picture(body), shown[36 + offset])


def test_players_are_told_where_a_video_cannot_be_read_from(world: World, share: Path) -> None:
    (share / "clip.mp4").write_bytes(clip("open-gop.mp4"))
    shared = world.api.get(f"/api/tasks/{shared_task(world, 'clip.mp4')}/data/index").json
    assert (shared["video_url"], shared["size"]) == ("", 60)
    uploaded = world.made({"clip.mp4": clip("open-gop.mp4")})
    assert world.api.get(f"/api/tasks/{uploaded}/data/index").json["video_url"]


def test_a_file_that_was_taken_away_is_named(world: World, shared: int, share: Path) -> None:
    (share / "img3.jpg").unlink()
    for query in ({"type": "frame", "number": 3, "quality": "original"},
                  {"type": "chunk", "number": 0}):  # fmt: skip
        answer = world.api.get(f"/api/tasks/{shared}/data", **query)
        assert answer.status == 404
        assert "img3.jpg is not where it was" in answer.json["detail"]
        assert str(share) not in answer.json["detail"]
    assert frame(world, shared, 2) == photographs()["img2.jpg"]


def test_a_file_that_was_replaced_by_something_else_is_named(
    world: World, shared: int, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The pictures before it have been sent by then.
    monkeypatch.setattr(handler, "PART", 2000)
    (share / "img3.jpg").write_bytes(b"wish you were here")
    answer = world.api.get(f"/api/tasks/{shared}/data", type="chunk", number=0)
    assert answer.status == 400
    assert "img3.jpg cannot be shown" in answer.json[0]
    assert not list(bucket.listing(f"tasks/{shared}/derived/"))
    assert not bucket.client().list_multipart_uploads(Bucket="skylabel-test").get("Uploads")


def test_a_store_that_refuses_is_quoted(
    world: World, shared: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str) -> places.Place:
        raise places.Unreachable("The store denies reading.")

    monkeypatch.setattr(places, "place", refuse)
    answer = world.api.get(f"/api/tasks/{shared}/data", type="frame", number=0)
    assert (answer.status, answer.json) == (
        400,
        ["img0.jpg cannot be read: The store denies reading."],
    )
