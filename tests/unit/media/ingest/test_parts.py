"""Large sets are read in parts, which are counted, not repeated after a kill, and stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.activity import recovery, requests
from chalicelib.media.ingest import looking, steps
from chalicelib.media.sources.places import Unreachable
from chalicelib.platform import bucket, workflows
from functions.ingest import handler
from infra.local.proxy_event import LambdaContext
from tests.support.remote_server import RemoteServer

from ..conftest import World, run_ingest, run_of
from ..pictures import photographs
from .conftest import SHARED, ask, data_of, give, idle, names, request_of, requests_api, task_of

pytestmark = pytest.mark.usefixtures("small_parts")


class Crash(BaseException):
    """The process dies: nothing may catch this."""


def watch(
    monkeypatch: pytest.MonkeyPatch, seen: Callable[[int, int], None] = lambda *_: None
) -> list[int]:
    """The numbers of the parts that are looked into, as it happens.

    Args:
        seen: called with the number of the part and how many were begun before.
    """
    looked: list[int] = []
    original = looking.look

    def look(stage: Any, number: int, *rest: Any) -> Any:
        seen(number, len(looked))
        looked.append(number)
        return original(stage, number, *rest)

    monkeypatch.setattr(looking, "look", look)
    return looked


def nothing_is_left(task_id: int) -> bool:
    return list(bucket.listing(f"tasks/{task_id}/")) == []


def test_a_large_set_is_divided_and_put_together_in_order(
    world: World, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = watch(monkeypatch)
    task_id, request = give(world, server_files=["/"])
    assert request.status == "finished", request.message
    assert looked == [0, 1, 2]
    assert names(world, task_id) == list(SHARED)
    assert [key for key, _ in bucket.listing(f"tasks/{task_id}/")] == [
        f"tasks/{task_id}/index/1/frames"
    ]


def test_a_set_that_no_execution_could_hold_is_refused(
    world: World, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "MOST_PARTS", 2)
    task_id, request = give(world, server_files=["/"])
    assert request.status == "failed"
    assert request.message.startswith("These are more than 4 files, too many for one task.")
    assert nothing_is_left(task_id)


def test_progress_counts_files_and_never_goes_back(
    world: World, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[float, str]] = []

    def look_up(*_: int) -> None:
        answer = requests_api().get(f"/api/requests/{quote(request_id)}")
        shown.append((answer.json["progress"], answer.json["message"]))

    _, request_id = idle(world, monkeypatch, server_files=["/"])
    watch(monkeypatch, look_up)
    run_ingest("ingest", request_id)
    look_up()
    assert [message for _, message in shown] == ["", "2 of 5 files", "4 of 5 files", ""]
    fractions = [fraction for fraction, _ in shown]
    assert fractions == sorted(set(fractions))
    assert fractions[0] == 0.05
    assert fractions[-1] == 1.0


def test_what_was_done_before_a_kill_is_not_done_again(
    world: World, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: int, before: int) -> None:
        if before == 2:
            raise Crash

    task_id, request_id = idle(world, monkeypatch, server_files=["/"])
    with monkeypatch.context() as broken:
        watch(broken, die)
        with pytest.raises(Crash):
            run_ingest("ingest", request_id)
    # What follows would change the plan, if it were made anew.
    (share / "set/new.jpg").write_bytes(photographs()["img0.jpg"])
    looked = watch(monkeypatch)
    monkeypatch.setattr(workflows, "start", run_ingest)
    assert recovery.resume_unfinished() == 1
    assert request_of(task_id).status == "finished", request_of(task_id).message
    assert looked == [2]
    assert names(world, task_id) == list(SHARED)


def test_remote_files_that_are_here_are_not_fetched_again(
    world: World, web: RemoteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: Any) -> None:
        raise Crash

    urls = [web.url(f"/set/{name}") for name in photographs()]
    task_id, request_id = idle(world, monkeypatch, remote_files=urls)
    web.behaviours["/set/img3.jpg"] = lambda handler: handler.answer(500)
    with monkeypatch.context() as broken:
        broken.setattr(time, "sleep", die)
        with pytest.raises(Crash):
            run_ingest("ingest", request_id)
    web.behaviours.clear()
    monkeypatch.setattr(workflows, "start", run_ingest)
    assert recovery.resume_unfinished() == 1
    assert request_of(task_id).status == "finished", request_of(task_id).message
    assert web.asked["/set/img0.jpg"] == 1
    assert names(world, task_id) == list(photographs())


def test_a_running_request_can_be_cancelled_and_leaves_nothing(
    world: World, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancel(_: int, before: int) -> None:
        if before == 1:
            answer = requests_api().post(f"/api/requests/{quote(request_id)}/cancel")
            assert answer.status == 200, answer

    task_id, request_id = idle(world, monkeypatch, server_files=["/"], copy_data=True)
    with monkeypatch.context() as watched:
        watched.setattr(handler, "ASK_EVERY", 0.0)
        looked = watch(watched, cancel)
        run_ingest("ingest", request_id)
    assert looked == [0, 1]
    request = request_of(task_id)
    assert (request.status, request.message) == ("failed", "Cancelled by the user.")
    assert task_of(task_id).data is None
    assert nothing_is_left(task_id)
    assert ask(world, task_id, server_files=["/"]).status == "finished"
    assert names(world, task_id) == list(SHARED)


def test_fetching_can_be_cancelled(
    world: World, web: RemoteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = [web.url(f"/set/{name}") for name in photographs()]
    task_id, request_id = idle(world, monkeypatch, remote_files=urls)

    def cancel(serving: Any) -> None:
        assert requests.cancel(request_id)
        serving.serve(web.files["/set/img2.jpg"])

    web.behaviours["/set/img2.jpg"] = cancel
    run_ingest("ingest", request_id)
    assert request_of(task_id).message == "Cancelled by the user."
    assert not web.asked["/set/img3.jpg"]
    assert nothing_is_left(task_id)
    web.behaviours.clear()
    assert ask(world, task_id, remote_files=urls).status == "finished"


def test_once_the_result_is_being_written_it_is_too_late(
    world: World, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = bucket.put
    answers: list[int] = []

    def put(key: str, *rest: Any) -> str:
        if key.endswith("/frames"):
            path = f"/api/requests/{quote(request_id)}/cancel"
            answers.append(requests_api().post(path).status)
        return original(key, *rest)

    task_id, request_id = idle(world, monkeypatch, server_files=["/"])
    monkeypatch.setattr(bucket, "put", put)
    run_ingest("ingest", request_id)
    assert answers == [400]
    assert request_of(task_id).status == "finished"
    assert data_of(task_id).size == len(SHARED)


def test_an_attempt_that_was_replaced_drops_its_own_work_only(
    world: World, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id, request_id = idle(world, monkeypatch, server_files=["/"])
    old = {"request_id": request_id, "run": run_of(request_id)}
    step({**old, "step": "probe"})
    assert requests.cancel(request_id)
    with monkeypatch.context() as context:
        context.setattr(workflows, "start", lambda *_: None)
        ask(world, task_id, server_files=["/"])
    new = {"request_id": request_id, "run": run_of(request_id)}
    assert step({**new, "step": "probe"})["state"] == "index"
    before = len(list(bucket.listing(f"tasks/{task_id}/")))
    assert step({**old, "step": "index", "part": 0, "total": 5}) == {"state": "failed"}
    assert 0 < len(list(bucket.listing(f"tasks/{task_id}/"))) < before
    run_ingest("ingest", request_id)
    assert request_of(task_id).status == "finished"


def test_a_store_that_denies_midway_fails_the_request(
    world: World, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(_: int, before: int) -> None:
        if before == 1:
            raise Unreachable("The cloud storage 'pictures' refuses to read set/1.jpg.")

    task_id, request_id = idle(world, monkeypatch, server_files=["/"], copy_data=True)
    with monkeypatch.context() as watched:
        looked = watch(watched, deny)
        run_ingest("ingest", request_id)
    request = request_of(task_id)
    assert request.status == "failed"
    assert request.message == "The cloud storage 'pictures' refuses to read set/1.jpg."
    assert looked == [0]
    assert task_of(task_id).data is None
    assert nothing_is_left(task_id)
    assert ask(world, task_id, server_files=["/"], copy_data=True).status == "finished"


def test_a_step_that_breaks_is_tried_again_and_then_told(
    world: World, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_(number: int, _: int) -> None:
        if number == 1:
            raise OSError("no space left")

    task_id, request_id = idle(world, monkeypatch, server_files=["/"])
    with monkeypatch.context() as watched:
        watch(watched, break_)
        run_ingest("ingest", request_id)
    request = request_of(task_id)
    assert (request.status, "no space left" in request.message) == ("failed", True)
    assert nothing_is_left(task_id)


def test_a_task_that_is_ready_has_not_failed(
    world: World, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = steps.clean
    broken = iter([True] * 4)

    def clean(attempt: Any, **how: Any) -> None:
        if next(broken, False):
            raise OSError("the table does not answer")
        original(attempt, **how)

    monkeypatch.setattr(steps, "clean", clean)
    task_id, request = give(world, server_files=["/"])
    assert (request.status, request.message, request.result_id) == ("finished", "", task_id)
    left = [key for key, _ in bucket.listing(f"tasks/{task_id}/")]
    assert left == [f"tasks/{task_id}/index/1/frames"]
    assert names(world, task_id) == list(SHARED)


def step(event: dict[str, Any]) -> Any:
    return handler.handle(event, LambdaContext("test", 60))
