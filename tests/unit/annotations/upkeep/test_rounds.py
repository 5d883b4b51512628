"""The daily round goes through everything, however small the pieces that there is time for."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec
import pytest

from chalicelib.annotations import store
from chalicelib.annotations.revisions import log, reading
from chalicelib.annotations.upkeep import jobs, rounds, sweeping
from chalicelib.annotations.upkeep.rounds import Round
from chalicelib.platform import bucket, config, keys, table
from functions.sweep import work
from tests.support.crashes import counted_calls
from tests.unit.annotations.conftest import Annotated
from tests.unit.annotations.upkeep.conftest import alter, create, forget, long_log, present, stored

DAY = 24 * 3600.0
MakeTask = Callable[..., Annotated]


def _always() -> bool:
    return True


class Clock:
    """What the time is."""

    def __init__(self) -> None:
        self.now = time.time()

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(rounds, "time", made)
    return made


def _litter(job_id: int) -> str:
    key = log.object_key(log.object_prefix(job_id), 9)
    bucket.put(key, b"of a save that died")
    return key


def _is_over() -> bool:
    record = table.load(keys.upkeep())
    return record is not None and record.read(Round).phase == "over"


@pytest.mark.usefixtures("at_once")
def test_the_first_round_begins_a_day_after_the_first_call(job: int, clock: Clock) -> None:
    clock.now -= 3 * DAY  # so that what is written now is younger than any round
    long_log(job)
    _litter(job)
    assert rounds.go_on(_always) == 0
    clock.now += DAY - 1
    assert rounds.go_on(_always) == 0
    clock.now += 1
    assert rounds.go_on(_always) == 1
    assert rounds.go_on(_always) == 0
    clock.now += DAY
    _litter(job)
    assert rounds.go_on(_always) == 1


@pytest.mark.usefixtures("at_once")
def test_a_round_ends_though_every_run_has_time_for_one_thing(
    make_task: MakeTask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    task = make_task(*[(k, k) for k in range(7)])
    for job_id in task.jobs:
        create(job_id, 1)
    litter = {_litter(job_id) for job_id in task.jobs[::2]}
    rounds.go_on(_always)
    clock.now += DAY
    runs = removed = 0
    while runs == 0 or not _is_over():
        removed += rounds.go_on(iter([True, False, False]).__next__)
        runs += 1
        assert runs < 20
    assert runs > 4
    assert removed == len(litter)
    assert not litter & {key for key, _ in bucket.listing("annotations/")}


@pytest.mark.usefixtures("at_once")
def test_a_job_that_did_not_change_is_not_looked_at_again(job: int, clock: Clock) -> None:
    long_log(job)
    rounds.go_on(_always)
    clock.now += DAY
    with counted_calls() as first:
        rounds.go_on(_always)
    clock.now += DAY
    with counted_calls() as second:
        rounds.go_on(_always)
    looks = "dynamodb.Query"
    assert first.made.count(looks) == 2
    assert second.made.count(looks) == 0
    _litter(job)
    clock.now += DAY
    bucket_time = max(place.written for place in jobs.objects()).timestamp()
    record = table.load(keys.upkeep())
    assert record is not None
    before = record.read(Round)
    table.put_many([record.write(msgspec.structs.replace(before, begun=bucket_time - 1))])
    assert rounds.go_on(_always) == 1, "an object that came since is looked at"


def test_a_fold_that_was_missed_is_made_up_for(
    job: int, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(job, 3)
    with monkeypatch.context() as patch:
        patch.setattr("chalicelib.annotations.revisions.folding.tend", lambda *_: None)
        for mark in range(70):
            create(job, 1, mark=mark)
    before = present(job)
    assert reading.look_at(job).head.base == 0
    rounds.go_on(_always)
    clock.now += DAY
    rounds.go_on(_always)
    forget()
    assert reading.look_at(job).head.base == 71
    assert present(job) == before


def test_history_of_a_job_that_nobody_works_on_any_more_is_let_go_of_in_time(
    job: int, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_log(job)
    present = store.read_job(job)
    rounds.go_on(_always)
    clock.now += DAY
    changed = msgspec.structs.replace(config.settings(), history_days=-1)
    for module in ("chalicelib.annotations.revisions.wasting", rounds.__name__):
        monkeypatch.setattr(f"{module}.settings", lambda: changed)
    rounds.go_on(_always)
    forget()
    assert reading.look_at(job).head.floor == 4
    assert log.revision_key(1) not in stored(job)
    assert store.read_job(job) == present


@pytest.mark.usefixtures("at_once")
def test_one_job_that_cannot_be_looked_at_keeps_no_other_from_it(
    make_task: MakeTask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.now -= 3 * DAY
    task = make_task((0, 99), (100, 199))
    for job_id in task.jobs:
        create(job_id, 40)
        alter(job_id, 1)
    litter = _litter(task.jobs[1])
    rounds.go_on(_always)
    clock.now += DAY
    real = sweeping.sweep_objects

    def fails(job_id: int | None, places: list[jobs.Place]) -> int:
        if job_id == task.jobs[0]:
            raise RuntimeError("no")
        return real(job_id, places)

    with monkeypatch.context() as patch:
        patch.setattr(sweeping, "sweep_objects", fails)
        assert rounds.go_on(_always) == 1
    assert litter not in stored(task.jobs[1])
    first = _litter(task.jobs[0])
    clock.now += DAY
    assert rounds.go_on(_always) == 1, "what failed is looked at by the next round"
    assert first not in stored(task.jobs[0])


def test_the_sweep_does_it(log_of_jobs: None) -> None:
    assert work.sweep() == {"finished": 0, "removed": 0, "abandoned": 0}
    assert _is_over()
