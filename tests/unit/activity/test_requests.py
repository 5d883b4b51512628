"""A background request starts once, ends once, and is never stuck."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.activity import recovery, requests, store
from chalicelib.platform import clock, workflows
from chalicelib.platform.errors import Conflict
from chalicelib.platform.table import Record
from tests.unit.activity.conftest import MARIE, Start, loaded

Executions = list[tuple[str, str, str]]


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = time.time() + seconds
    monkeypatch.setattr(time, "time", lambda: now)


def test_a_request_is_noted_and_its_machine_started(start: Start, executions: Executions) -> None:
    request = loaded(start("one"))
    assert (request.status, request.progress, request.inputs) == (
        "queued", None, {"format": "COCO 1.0"},
    )  # fmt: skip
    assert [(machine, request_id) for machine, request_id, _ in executions] == [("export", "one")]


def test_the_record_is_there_before_its_machine_starts(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(
        workflows, "start", lambda _machine, request_id, _: seen.append(loaded(request_id).status)
    )
    start("one")
    assert seen == ["queued"]


def test_a_machine_that_cannot_start_fails_the_request(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: str) -> None:
        raise EndpointConnectionError(endpoint_url="http://states")

    monkeypatch.setattr(workflows, "start", refuse)
    request = loaded(start("one"))
    assert request.status == "failed"
    assert "could not be started" in request.message
    assert "states" not in request.message


def test_a_running_duplicate_is_refused_and_names_the_first(
    start: Start, executions: Executions
) -> None:
    start("one")
    for _ in range(2):
        with pytest.raises(Conflict) as refusal:
            start("one")
        assert refusal.value.body == {"rq_id": "one"}
        requests.progress(loaded("one"), 0.5)
    assert len(executions) == 1


def test_what_is_over_is_replaced_by_a_new_start(start: Start, executions: Executions) -> None:
    for end in (requests.finish, lambda request: requests.fail(request, "no")):
        end(loaded(start("one")))
        assert loaded(start("one")).status == "queued"
        requests.finish(loaded("one"))
    assert len({attempt for _, _, attempt in executions}) == 4


def test_of_many_starts_at_once_one_runs(start: Start, executions: Executions) -> None:
    def attempt(_: int) -> bool:
        try:
            start("one")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(12))) == 1
    assert len(executions) == 1


def test_progress_starts_a_request_and_never_goes_back(start: Start) -> None:
    start("one")
    for fraction, shown in ((0.25, 0.25), (0.1, 0.25), (7, 1.0), (-1, 1.0)):
        assert requests.progress(loaded("one"), fraction, "writing")
        request = loaded("one")
        assert (request.status, request.progress, request.message) == ("started", shown, "writing")
        assert request.started is not None


def test_progress_has_no_more_digits_than_people_read(start: Start) -> None:
    start("one")
    requests.progress(loaded("one"), 0.05 + 0.45 / 7)
    assert loaded("one").progress == 0.1143


def test_progress_is_written_at_most_once_a_second(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "PROGRESS_EVERY", 1.0)
    clock = SimpleNamespace(monotonic=lambda: clock.now, time=time.time, now=1000.0)
    monkeypatch.setattr(requests, "time", clock)
    start("one")
    before = Record.get("REQUEST#one", "META").version
    for step in range(1000):
        clock.now += 0.004
        assert requests.progress(loaded("one"), step / 1000)
    assert Record.get("REQUEST#one", "META").version - before == 4


def test_a_result_is_kept_for_its_time_and_then_gone(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    start("one")
    assert requests.finish(
        loaded("one"), result_url="/api/x", result_id=3, result_key="exports/one/a.zip"
    )
    request = loaded("one")
    assert (request.status, request.progress) == ("finished", 1.0)
    assert (request.result_url, request.result_id) == ("/api/x", 3)
    assert request.expiry is not None
    assert Record.get("REQUEST#one", "META").expires == int(request.expiry)
    later(monkeypatch, store.FINISHED_SECONDS["export"] + 1)
    assert requests.load("one") is None
    assert store.of_owner(MARIE.id) == []
    assert loaded(start("one")).status == "queued"


def test_a_silent_worker_is_given_up_with_a_reason(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    start("never begun")
    start("begun")
    requests.progress(loaded("begun"), 0.5)
    later(monkeypatch, store.SILENCE_SECONDS + 1)
    for request in (loaded("never begun"), *store.of_owner(MARIE.id)):
        assert (request.status, request.message) == ("failed", store.SILENCE)
    assert not requests.finish(loaded("begun"))
    assert loaded(start("begun")).status == "queued"


def test_cancelling_works_before_the_worker_begins(start: Start) -> None:
    start("one")
    assert requests.cancel("one")
    assert loaded("one").status == "failed"
    assert not requests.progress(loaded("one"), 0.1)
    assert not requests.cancel("one")


@pytest.mark.parametrize("kind", ["create", "export", "import"])
def test_work_can_be_cancelled_until_its_result_is_written(start: Start, kind: str) -> None:
    start("one", kind=kind)
    begun = loaded("one")
    assert requests.progress(begun, 0.3)
    assert requests.is_wanted(begun)
    assert requests.cancel("one")
    assert (loaded("one").status, loaded("one").message) == ("failed", requests.CANCELLED)
    assert not requests.is_wanted(begun)
    assert not requests.settle(begun)
    start("two", kind=kind)
    assert requests.settle(loaded("two"))
    assert not requests.cancel("two")
    assert requests.finish(loaded("two"))


def test_a_late_report_takes_back_neither_progress_nor_message(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "PROGRESS_EVERY", 0.0)
    request = loaded(start("one"))
    requests.progress(request, 0.5, "5 of 10")
    requests.progress(request, 0.4, "4 of 10")
    assert (loaded("one").progress, loaded("one").message) == (0.5, "5 of 10")


def test_reports_on_what_does_not_exist_change_nothing(start: Start) -> None:
    gone = loaded(start("one"))
    Record("REQUEST#one", "META").delete()
    assert not requests.progress(gone, 0.5)
    assert not requests.finish(gone)
    assert not requests.fail(gone, "x")
    assert requests.load("one") is None


def _asked_for_anew(start: Start) -> None:
    requests.cancel("one")
    start("one")


def _restarted(_: Start) -> None:
    requests.requeue("one")


@pytest.mark.parametrize("overtake", [_asked_for_anew, _restarted])
def test_an_execution_that_was_overtaken_changes_nothing(
    start: Start, overtake: Callable[[Start], None]
) -> None:
    """One that was still waiting when its request was cancelled, or its process died."""
    before = loaded(start("one"))
    event = {"request_id": "one", "run": before.run}
    assert requests.named_by(event) == before
    overtake(start)
    now = loaded("one")
    assert requests.named_by(event) is None
    assert not requests.progress(before, 0.5)
    assert not requests.finish(before)
    assert not requests.fail(before, "x")
    assert loaded("one") == now
    assert requests.named_by({"request_id": "one", "run": now.run}) == now


REPORTS = st.lists(
    st.sampled_from(["progress", "settle", "finish", "fail", "cancel", "requeue"]), max_size=10
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(REPORTS)
def test_what_is_over_stays_as_it_ended(start: Start, reports: list[str]) -> None:
    if left := requests.load("one"):
        requests.fail(left, "the example before")
    start("one")
    end: requests.Request | None = None
    for report in reports:
        match report:
            case "progress":
                requests.progress(loaded("one"), 0.5)
            case "settle":
                requests.settle(loaded("one"))
            case "finish":
                requests.finish(loaded("one"), result_id=1)
            case "fail":
                requests.fail(loaded("one"), "no")
            case "cancel":
                requests.cancel("one")
            case "requeue":
                requests.requeue("one")
        now = loaded("one")
        assert end is None or now == end
        end = None if now.is_open else now
    open_ids = [request.id for request in store.unfinished()]
    assert open_ids == ([] if end else ["one"])


def test_what_was_interrupted_is_begun_again(start: Start, executions: Executions) -> None:
    for name in ("queued", "started", "done"):
        start(name)
    requests.progress(loaded("started"), 0.7)
    requests.finish(loaded("done"))
    executions.clear()
    assert recovery.resume_unfinished() == 2
    assert sorted(request_id for _, request_id, _ in executions) == ["queued", "started"]
    again = loaded("started")
    assert (again.status, again.progress, again.restarts) == ("queued", None, 1)
    assert again.inputs == {"format": "COCO 1.0"}
    assert len({attempt for *_, attempt in executions}) == 2


def test_what_ends_the_process_each_time_is_given_up(start: Start, executions: Executions) -> None:
    start("poison")
    resumed = [recovery.resume_unfinished() for _ in range(6)]
    assert resumed == [1] * recovery.RESTART_LIMIT + [0] * (6 - recovery.RESTART_LIMIT)
    assert "stopped 4 times" in loaded("poison").message
    assert len({attempt for *_, attempt in executions}) == len(executions)


def test_dates_are_seconds_of_the_same_clock(start: Start) -> None:
    request = loaded(start("one"))
    assert abs(request.created - clock.epoch()) < 5
