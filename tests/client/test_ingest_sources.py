"""Large sets of the share through the unmodified SDK: read in parts by the real state machine."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from cvat_sdk import Client
from cvat_sdk.api_client.exceptions import ApiException
from cvat_sdk.core.proxies.tasks import ResourceType, Task
from PIL import Image

from tests.client.datasets import PHOTOS
from tests.client.people import newcomer
from tests.support.server import Server

#: Files of the share: five parts.
FILES = 5000
BUCKET = "skylabel-media"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose share holds many photographs, and which may be killed."""
    data = tmp_path_factory.mktemp("large") / "data"
    with Server(data) as running:
        folder = data / "share" / "many"
        folder.mkdir(parents=True)
        sink = io.BytesIO()
        with Image.open(PHOTOS / "rocket.jpg") as photo:
            photo.resize((96, 64)).save(sink, "JPEG")
        first = folder / name_of(0)
        first.write_bytes(sink.getvalue())
        for number in range(1, FILES):
            (folder / name_of(number)).hardlink_to(first)
        yield running


@pytest.fixture
def client(own: Server) -> Iterator[Client]:
    with newcomer(own) as signed_in:
        signed_in.config.status_check_period = 0.05
        yield signed_in


def name_of(number: int) -> str:
    return f"{number:05d}.jpg"


def begin(client: Client, **data: Any) -> tuple[Task, str]:
    """A task whose media is being read, and the id of the request."""
    task = client.tasks.create({"name": "many", "labels": [{"name": "thing"}]})
    task.upload_data(
        ["many/"], resource_type=ResourceType.SHARE, params=data, wait_for_completion=False
    )
    return task, f"action=create&target=task&target_id={task.id}"


def caught(
    client: Client, where: Callable[[Any, Task], bool], **data: Any
) -> tuple[Task, str, list[Any]]:
    """A task whose reading was seen to stand where wanted, its request's id and states until then.

    A fast machine may be through before anybody has looked: then another task is made.
    """
    for _ in range(20):
        task, rq_id = begin(client, **data)
        states = watch(client, rq_id, partial(_is_over_or, where, task))
        if not is_over(states[-1]):
            return task, rq_id, states
        client.tasks.remove_by_ids([task.id])
    raise AssertionError("every task was ready before it was looked at")


def _is_over_or(where: Callable[[Any, Task], bool], task: Task, request: Any) -> bool:
    return is_over(request) or where(request, task)


def watch(client: Client, rq_id: str, until: Callable[[Any], bool]) -> list[Any]:
    """States of a request, until one is as wanted."""
    states = []
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        states.append(client.api_client.requests_api.retrieve(rq_id)[0])
        if until(states[-1]):
            return states
        time.sleep(0.03)
    raise AssertionError(f"never: {states[-1]}")


def is_over(request: Any) -> bool:
    return request.status.value in {"finished", "failed"}


def is_underway(request: Any, _task: Task) -> bool:
    return not is_over(request) and f"of {FILES:,} files" in (request.message or "")


def objects(server: Server, task: Task) -> list[str]:
    prefix = f"tasks/{task.id}/"
    found = server.aws("s3").list_objects_v2(Bucket=BUCKET, Prefix=prefix)
    return [item["Key"] for item in found.get("Contents", [])]


def parts_done(server: Server, task: Task) -> int:
    return sum("/done/" in key for key in objects(server, task))


def test_progress_is_told_by_files(own: Server, client: Client) -> None:
    task, rq_id, states = caught(client, is_underway)
    states += watch(client, rq_id, is_over)
    assert states[-1].status.value == "finished", states[-1].message
    task.fetch()
    assert task.size == FILES
    names = [frame.name for frame in task.get_frames_info()]
    assert names == [f"many/{name_of(number)}" for number in range(FILES)]
    fractions = [state.progress or 0.0 for state in states]
    assert fractions == sorted(fractions)
    assert objects(own, task) == [f"tasks/{task.id}/index/1/frames"]


def test_cancelled_in_the_middle_nothing_is_left(own: Server, client: Client) -> None:
    def is_cancelled(request: Any, task: Task) -> bool:
        if not is_underway(request, task):
            return False
        try:
            client.api_client.requests_api.create_cancel(request.id)
        except ApiException:  # it is over by now
            return False
        return True

    task, rq_id, _ = caught(client, is_cancelled, copy_data=True)
    request = client.api_client.requests_api.retrieve(rq_id)[0]
    assert (request.status.value, request.message) == ("failed", "Cancelled by the user.")
    deadline = time.monotonic() + 30
    while objects(own, task):
        assert time.monotonic() < deadline, objects(own, task)[:5]
        time.sleep(0.05)
    task.fetch()
    assert task.size == 0
    with pytest.raises(ApiException):
        client.api_client.requests_api.create_cancel(rq_id)
    task.upload_data([f"many/{name_of(7)}"], resource_type=ResourceType.SHARE)
    task.fetch()
    assert task.size == 1


def test_killed_in_the_middle_it_is_taken_up_again(own: Server, client: Client) -> None:
    def some_parts_are_done(request: Any, task: Task) -> bool:
        return is_underway(request, task) and parts_done(own, task) > 0

    task, rq_id, _ = caught(client, some_parts_are_done, copy_data=True, sorting_method="random")
    own.restart()
    states = watch(client, rq_id, is_over)
    assert states[-1].status.value == "finished", states[-1].message
    task.fetch()
    assert task.size == FILES
    assert {frame.name for frame in task.get_frames_info()} == {
        f"many/{name_of(number)}" for number in range(FILES)
    }
    shown = Image.open(task.get_frame(FILES - 1, quality="original"))
    assert shown.size == (96, 64)
    left = objects(own, task)
    assert {key.split("/")[2] for key in left} <= {"index", "packs", "derived"}
    assert sum("/packs/" in key for key in left) == -(-FILES // 1000)
