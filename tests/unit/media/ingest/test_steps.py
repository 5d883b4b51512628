"""Steps of the state machine may break off anywhere, be repeated, and arrive late."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.activity import requests
from chalicelib.media.ingest import notes
from chalicelib.platform import bucket, table, workflows
from chalicelib.projects import store
from functions.ingest import handler
from infra.local.proxy_event import LambdaContext

from ..conftest import FRAMES, World, package_file, run_ingest, run_of

MakeClip = Callable[[str], bytes]


class Crash(BaseException):
    """The process dies: nothing may catch this."""


def step(name: str, request_id: str, **more: Any) -> dict[str, Any]:
    event = {"step": name, "request_id": request_id, "run": run_of(request_id), **more}
    answer: dict[str, Any] = handler.handle(event, LambdaContext("test", 60))
    return answer


def uploaded(world: World, bodies: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> int:
    """A task whose files are uploaded and whose request is queued, not begun."""
    task_id = world.task(segment_size=20)
    assert world.upload(task_id, bodies).status == 200
    with monkeypatch.context() as idle:
        idle.setattr(workflows, "start", lambda *_: None)
        assert world.finish(task_id).status == "queued"
    return task_id


def crash_at(monkeypatch: pytest.MonkeyPatch, number: int) -> Callable[[], int]:
    """Make the `number`-th write die before it happens. Returns a count of the writes."""
    writes = 0

    def counted(original: Callable[..., Any]) -> Callable[..., Any]:
        def write(*args: Any, **kwargs: Any) -> Any:
            nonlocal writes
            writes += 1
            if writes == number:
                raise Crash
            return original(*args, **kwargs)

        return write

    monkeypatch.setattr(bucket, "put", counted(bucket.put))
    for name in ("_apply_alone", "_apply_within"):
        monkeypatch.setattr(table, name, counted(getattr(table, name)))
    return lambda: writes


def test_a_crash_before_any_write_is_mended_by_running_again(
    world: World, make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = make_clip("b-frames.mp4")
    for number in range(1, 100):
        task_id = uploaded(world, {"clip.mp4": body}, monkeypatch)
        request_id = f"action=create&target=task&target_id={task_id}"
        with monkeypatch.context() as broken:
            writes = crash_at(broken, number)
            try:
                run_ingest("ingest", request_id)
            except Crash:
                pass
            else:
                assert writes() < number
                break
        requests._reported.clear()
        run_ingest("ingest", request_id)
        request, task = requests.load(request_id), store.load_task(task_id)
        assert request is not None
        assert task is not None
        assert (request.status, request.result_id) == ("finished", task_id), number
        assert task.size == FRAMES
        jobs = store.task_jobs(task_id)
        assert [(job.start_frame, job.stop_frame) for job in jobs] == [
            (0, 19), (15, 34), (30, 49), (45, 59)
        ]  # fmt: skip
    assert number > 6


def test_repeated_and_late_steps_change_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    photograph = package_file("skimage", "data", "rocket.jpg").read_bytes()
    task_id = uploaded(world, {"a.jpg": photograph}, monkeypatch)
    request_id = f"action=create&target=task&target_id={task_id}"
    run_ingest("ingest", request_id)
    before = store.load_task(task_id)
    for name in ("plan", "finish"):
        assert step(name, request_id) == {"state": "finished"}
    assert step("index", request_id, part=0) == {"state": "finished"}
    assert step("fail", request_id, error={"Error": "Late"}) == {"state": "finished"}
    assert store.load_task(task_id) == before
    request = requests.load(request_id)
    assert request is not None
    assert request.status == "finished"


def test_a_broken_step_is_told_to_the_user(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = uploaded(world, {"a.jpg": b"x"}, monkeypatch)
    request_id = f"action=create&target=task&target_id={task_id}"
    cause = '{"errorType": "Runtime.HandlerError", "errorMessage": "no space left"}'
    step("fail", request_id, error={"Error": "Runtime.HandlerError", "Cause": cause})
    request = requests.load(request_id)
    assert request is not None
    assert request.status == "failed"
    assert "no space left" in request.message


@pytest.mark.parametrize("error", [None, {}, {"Error": "States.Timeout"}, {"Cause": "not JSON"}])
def test_any_error_has_an_explanation(error: Any) -> None:
    assert handler.explain(error).startswith("Reading the media failed: ")


def test_a_cancelled_request_is_not_begun(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    photograph = package_file("skimage", "data", "rocket.jpg").read_bytes()
    task_id = uploaded(world, {"a.jpg": photograph}, monkeypatch)
    request_id = f"action=create&target=task&target_id={task_id}"
    assert requests.cancel(request_id)
    assert step("plan", request_id) == {"state": "failed"}
    task = store.load_task(task_id)
    assert task is not None
    assert task.data is None


def test_a_task_deleted_meanwhile_ends_the_request(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = uploaded(world, {"a.jpg": b"x"}, monkeypatch)
    table.commit(table.Delete(store.task_key(task_id)))
    run_ingest("ingest", f"action=create&target=task&target_id={task_id}")
    request = requests.load(f"action=create&target=task&target_id={task_id}")
    assert request is not None
    assert request.status == "failed"
    assert "deleted" in request.message


def test_an_unknown_step_is_a_programming_error(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = uploaded(world, {"a.jpg": b"x"}, monkeypatch)
    with pytest.raises(ValueError, match="unknown step"):
        step("dance", f"action=create&target=task&target_id={task_id}")


def test_the_uploads_of_a_failed_task_are_kept_and_of_a_ready_one_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    photograph = package_file("skimage", "data", "rocket.jpg").read_bytes()
    task_id = uploaded(world, {"a.jpg": photograph, "b.jpg": b"x"}, monkeypatch)
    request_id = f"action=create&target=task&target_id={task_id}"
    run_ingest("ingest", request_id)
    assert len(notes.noted(task_id)) == 2
    world.upload(task_id, {"b.jpg": photograph})
    assert world.finish(task_id).status == "finished"
    assert notes.noted(task_id) == []
