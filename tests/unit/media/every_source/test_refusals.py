"""Sets that no task can be made of: told by name, nothing half-made, nothing given away."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services.s3 import KEY, SECRET_KEY

from ..archives.making import zipped
from ..conftest import World, clip
from ..images.photographs import as_shown, difference
from ..pictures import photographs
from .conftest import BUCKET, EVERYWHERE, NAMED, Files, Give, ask
from .test_selection import manifest, names, nothing_is_made

PHOTO = photographs()["img0.jpg"]
OWN_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/set/")
MakeFiles = Callable[[], Files]


def wide(side: int) -> bytes:
    """A JPEG that says to be as wide and as high as this."""
    at = PHOTO.find(b"\xff\xc0") + 5
    return PHOTO[:at] + side.to_bytes(2) * 2 + PHOTO[at + 4 :]


#: What is given, and the name that the message must have.
BAD: dict[str, tuple[MakeFiles, str]] = {
    "nothing in it": (lambda: {"a.jpg": PHOTO, "empty.jpg": b""}, "empty.jpg"),
    "words": (lambda: {"a.jpg": PHOTO, "words.png": b"dear diary"}, "words.png"),
    "cut": (lambda: {"a.jpg": PHOTO, "cut.jpg": PHOTO[:30]}, "cut.jpg"),
    "60,000 pixels": (lambda: {"a.jpg": PHOTO, "huge.jpg": wide(60_000)}, "huge.jpg"),
    "no pixels": (lambda: {"a.jpg": PHOTO, "none.jpg": wide(0)}, "none.jpg"),
    "a video beside": (lambda: {"a.jpg": PHOTO, "b.mp4": clip("b-frames.mp4")}, "b.mp4"),
    "a video that says to be a picture": (
        lambda: {"a.jpg": PHOTO, "b.jpg": clip("b-frames.mp4")}, "b.jpg",
    ),
    "an archive beside": (lambda: {"a.jpg": PHOTO, "b.zip": zipped({"c.jpg": PHOTO})}, "b.zip"),
    "two videos": (
        lambda: {"a.mp4": clip("b-frames.mp4"), "b.mp4": clip("b-frames.mp4")}, "a.mp4",
    ),
    "a video without its index": (lambda: {"b.mp4": clip("b-frames.mp4")[:9000]}, "b.mp4"),
    "the head of a film": (lambda: {"b.mkv": clip("h264.mkv")[:200]}, "b.mkv"),
}  # fmt: skip


def told(message: str, *secrets: str) -> str:
    """A sentence for the user, without what is nobody's business."""
    assert message.endswith("."), message
    for secret in (*secrets, "Traceback", "Error:", "127.0.0.1", "localhost", KEY, SECRET_KEY,
                   "skylabel-test", "tasks/", "/tmp", "share/"):  # fmt: skip
        assert secret not in message, message
    return message


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("give", EVERYWHERE, indirect=True)
def test_the_file_is_named_and_another_try_works(
    world: World, give: Give, case: str, tmp_path: Path
) -> None:
    make, name = BAD[case]
    task_id, failed = give(make())
    assert failed.status == "failed"
    # Addresses that the user gave are the user's own.
    assert name in told(OWN_ADDRESS.sub("", failed.message), str(tmp_path), BUCKET)
    nothing_is_made(task_id)
    assert world.api.get(f"/api/tasks/{task_id}/data/meta").status == 404
    path = f"/api/tasks/{task_id}/data"
    assert world.api.call("POST", path, {}, headers={"Upload-Start": ""}).status == 202
    assert world.upload(task_id, {"fine.jpg": PHOTO}).status == 200
    assert ask(world, task_id).status == "finished"
    assert names(world, f"/api/tasks/{task_id}") == ["fine.jpg"]


#: A source, what the manifest lists, and the name that the message must have. Who names files of a
#: store may name fewer than its manifest does.
DISAGREEING = [
    *((source, ["a.jpg"], "b.jpg") for source in ("upload", *NAMED)),
    ("upload", ["a.jpg", "b.jpg", "c.jpg"], "c.jpg"),
]


@pytest.mark.parametrize(("give", "listed", "name"), DISAGREEING, indirect=["give"])
def test_a_manifest_that_disagrees(
    world: World, give: Give, listed: list[str], name: str, tmp_path: Path
) -> None:
    files = {"a.jpg": PHOTO, "b.jpg": PHOTO, "manifest.jsonl": manifest(listed)}
    task_id, failed = give(files)
    assert failed.status == "failed"
    assert name in told(failed.message, str(tmp_path), BUCKET)
    assert failed.message.startswith("manifest.jsonl cannot be used: ")
    nothing_is_made(task_id)


@pytest.mark.parametrize("give", [*NAMED, "remote"], indirect=True)
def test_two_files_of_one_name(world: World, give: Give, tmp_path: Path) -> None:
    task_id = world.task()
    world.upload(task_id, {"a.jpg": photographs()["img1.jpg"]})
    _, failed = give({"b.jpg": PHOTO, "a.jpg": PHOTO}, into=task_id)
    assert failed.status == "failed"
    assert told(failed.message, str(tmp_path), BUCKET).startswith("Two files are named a.jpg.")
    nothing_is_made(task_id)
    _, request = give({"b.jpg": PHOTO}, into=task_id)
    assert request.status == "finished", request.message
    assert names(world, f"/api/tasks/{task_id}") == ["a.jpg", "b.jpg"]
    assert shows_upload(world, task_id)


def shows_upload(world: World, task_id: int) -> bool:
    query = {"type": "frame", "number": 0, "quality": "original"}
    shown = as_shown(world.stored(world.api.get(f"/api/tasks/{task_id}/data", **query)))
    return difference(shown, as_shown(photographs()["img1.jpg"])) < 3
