"""Tasks of a share that is a part of the bucket, as on AWS; and of one that goes away."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.platform import bucket, config
from tests.support.clips import package_file

if TYPE_CHECKING:
    from tests.unit.media.conftest import World

NAMES = ("astronaut.png", "chelsea.png", "rocket.jpg")
MakeClip = Callable[[str], bytes]


def photograph(name: str) -> bytes:
    return package_file("skimage", "data", name).read_bytes()


def test_a_task_of_a_part_of_the_bucket(world: World, make_clip: MakeClip) -> None:
    for name in NAMES:
        bucket.put(f"share/trip/{name}", photograph(name))
    bucket.put("share/trip/.thumbs/x.png", b"hidden")
    bucket.put("share/clip.mp4", make_clip("b-frames.mp4"))
    task_id = world.task()
    wanted = {"server_files": ["trip/"], "server_files_exclude": ["trip/chelsea.png"]}
    assert world.finish(task_id, **wanted).status == "finished"
    meta = world.api.get(f"/api/tasks/{task_id}/data/meta").json
    assert [frame["name"] for frame in meta["frames"]] == ["trip/astronaut.png", "trip/rocket.jpg"]
    answer = frame(world, task_id, 1)
    assert world.stored(answer) == photograph("rocket.jpg")
    assert list(bucket.listing(f"tasks/{task_id}/raw/")) == []
    film = world.task()
    assert world.finish(film, server_files=["clip.mp4"]).status == "finished"
    assert world.stored(frame(world, film, 7))


def frame(world: World, task_id: int, number: int, quality: str = "original") -> Any:
    return world.api.get(f"/api/tasks/{task_id}/data", type="frame", number=number, quality=quality)


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SKYLABEL_SHARE", str(tmp_path / "share"))
    config.settings.cache_clear()
    (tmp_path / "share").mkdir()
    yield tmp_path / "share"
    monkeypatch.undo()
    config.settings.cache_clear()


@pytest.mark.parametrize("media", ["rocket.jpg", "clip.mp4"])
def test_a_share_that_goes_away_is_said(
    world: World, share: Path, media: str, make_clip: MakeClip
) -> None:
    body = make_clip("b-frames.mp4") if media == "clip.mp4" else photograph(media)
    (share / media).write_bytes(body)
    task_id = world.task()
    assert world.finish(task_id, server_files=[media]).status == "finished"
    shutil.rmtree(share)
    answer = frame(world, task_id, 0, "compressed")
    assert answer.status in {400, 404, 409, 503}, answer
    assert str(share) not in answer.body.decode()
    refused = world.finish(world.task(), server_files=[media])
    assert refused.status == "failed"
    assert refused.message.startswith("The file share is not connected")
