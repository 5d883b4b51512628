"""Files dropped into the bucket become tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.accounts import users
from chalicelib.activity import requests
from chalicelib.platform import bucket
from chalicelib.projects import store
from functions.ingest import inbox
from infra.local.proxy_event import LambdaContext

from ..conftest import FRAMES, World, package_file

MakeClip = Callable[[str], bytes]


@pytest.fixture
def drop(world: World) -> Callable[[str, bytes], dict[str, Any]]:
    """Put an object under `inbox/`; returns what EventBridge says of it."""
    users.forget()
    users.create("somebody", "-")
    users.create("root", "-", groups=("admin",))

    def put(name: str, body: bytes) -> dict[str, Any]:
        etag = bucket.put(f"inbox/{name}", body)
        created = {"key": f"inbox/{name}", "etag": etag, "sequencer": "01"}
        return {"detail-type": "Object Created", "detail": {"object": created}}

    return put


def arrive(event: dict[str, Any]) -> int | None:
    task_id: int | None = inbox.handle(event, LambdaContext("test", 60))["task_id"]
    return task_id


def test_a_video_becomes_a_task_of_the_administrator(
    drop: Callable[[str, bytes], dict[str, Any]], make_clip: MakeClip
) -> None:
    task_id = arrive(drop("cameras/night & day +1.mp4", make_clip("b-frames.mp4")))
    assert task_id is not None
    task = store.load_task(task_id)
    assert task is not None
    assert (task.name, task.size) == ("night & day +1.mp4", FRAMES)
    owner = users.get(task.owner_id or 0)
    assert owner is not None
    assert owner.username == "root"
    assert list(bucket.listing("inbox/")) == []


def test_an_event_delivered_twice_makes_one_task(
    drop: Callable[[str, bytes], dict[str, Any]],
) -> None:
    event = drop("rocket.jpg", package_file("skimage", "data", "rocket.jpg").read_bytes())
    first, second = arrive(event), arrive(event)
    assert first == second is not None
    assert len(store.task_jobs(first or 0)) == 1


def test_the_same_name_dropped_again_is_another_task(
    drop: Callable[[str, bytes], dict[str, Any]],
) -> None:
    photograph = package_file("skimage", "data", "rocket.jpg").read_bytes()
    first = drop("rocket.jpg", photograph)
    assert arrive(first) is not None
    second = drop("rocket.jpg", photograph)
    second["detail"]["object"]["sequencer"] = "02"
    assert arrive(second) not in {None, arrive(first)}


def test_a_file_of_no_use_is_reported(drop: Callable[[str, bytes], dict[str, Any]]) -> None:
    task_id = arrive(drop("notes.txt", b"dear diary"))
    request = requests.load(f"action=create&target=task&target_id={task_id}")
    assert request is not None
    assert request.status == "failed"
    assert "notes.txt" in request.message


def test_folders_and_vanished_files_make_nothing(
    drop: Callable[[str, bytes], dict[str, Any]],
) -> None:
    assert arrive(drop("folder/", b"")) is None
    gone = drop("a.jpg", b"x")
    bucket.delete("inbox/a.jpg")
    assert arrive(gone) is None
