"""Whatever crashes, after the sweep there is what is reached, all of it and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.annotations import store
from chalicelib.annotations.upkeep import jobs, sweeping
from chalicelib.annotations.upkeep.checking import problems_of
from chalicelib.annotations.upkeep.jobs import Place
from chalicelib.platform import bucket, keys, table
from chalicelib.platform.errors import NotFound
from chalicelib.platform.table import Record
from chalicelib.projects.trash import deleting
from tests.support.crashes import When, each_crash
from tests.unit.annotations.conftest import Annotated
from tests.unit.annotations.upkeep.conftest import (
    alter,
    changes,
    create,
    each_stored,
    fold,
    forget,
    history,
    long_log,
    present,
    replace,
    stored,
    trim,
    without,
)

BOTH: tuple[When, When] = ("before", "after")


def _is_needed(job_id: int, name: str, expected: Any) -> bool:
    """Whether something that is kept is missed when it is gone."""
    put_back = without(job_id, name)
    try:
        return bool((history(job_id), changes(job_id)) != expected)
    except (store.Damaged, NotFound):
        return True
    finally:
        put_back()


def _check_all_is_needed(job_id: int) -> None:
    """Take away everything that is stored, one at a time: each is missed."""
    expected = history(job_id), changes(job_id)
    assert problems_of(job_id) == []
    assert [name for name in each_stored(job_id) if not _is_needed(job_id, name, expected)] == []
    assert (history(job_id), changes(job_id)) == expected


@pytest.mark.usefixtures("at_once")
def test_nothing_is_removed_of_a_log_that_nothing_happened_to(
    job: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_log(job)
    before = history(job)
    sweeping.sweep_job(job)
    assert history(job) == before
    assert any(name.startswith("annotations/") for name in stored(job))
    _check_all_is_needed(job)
    trim(job, monkeypatch)
    now = history(job)
    assert now.items() < before.items()
    sweeping.sweep_job(job)
    assert history(job) == now
    _check_all_is_needed(job)


ACTS: dict[str, Callable[[int], None]] = {
    "a large save": lambda job: create(job, 40, mark=9),
    "a small save": lambda job: create(job, 1, mark=9),
    "a replacing save": lambda job: replace(job, 40, mark=9),
    "a change": lambda job: alter(job, 9),
    "a fold": fold,
}


@pytest.mark.slow
@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("when", BOTH)
@pytest.mark.parametrize("act", ACTS)
def test_after_a_crash_what_is_stored_is_what_is_reached(job: int, act: str, when: When) -> None:
    long_log(job)
    acknowledged = present(job)

    def doing() -> None:
        forget()
        ACTS[act](job)

    for _ in each_crash(doing, when):
        before = history(job)
        if when == "before" or act == "a fold":
            assert present(job) == acknowledged
        sweeping.sweep_all()
        assert history(job) == before
        assert _unneeded(job) == []
        acknowledged = present(job)
    sweeping.sweep_all()
    _check_all_is_needed(job)


def _unneeded(job_id: int) -> list[str]:
    """What is stored, and nobody would miss. Objects alone: they are what a crash leaves."""
    expected = history(job_id), changes(job_id)
    found = [name for name in each_stored(job_id) if name.startswith("annotations/")]
    return [name for name in found if not _is_needed(job_id, name, expected)]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("when", BOTH)
def test_after_a_crash_while_history_was_trimmed(
    job: int, when: When, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_log(job)
    kept = present(job)
    for _ in each_crash(lambda: trim(job, monkeypatch), when):
        assert present(job) == kept
        sweeping.sweep_all()
        assert present(job) == kept
        assert problems_of(job) == []
        assert _unneeded(job) == []
        alter(job, 6)
        fold(job)
        kept = present(job)
    sweeping.sweep_all()
    _check_all_is_needed(job)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("when", BOTH)
def test_after_a_crash_while_annotations_were_deleted(task: Annotated, when: When) -> None:
    job = task.jobs[0]
    long_log(job)
    for _ in each_crash(lambda: store.delete_job(job), when):
        # Its records are gone already when a purge comes to this.
        table.delete_many([(keys.job(job), keys.META)])
        sweeping.sweep_all()
        assert stored(job) == {}
        forget()
        long_log(job)
    assert stored(job) == {}


@pytest.mark.usefixtures("at_once")
def test_what_a_save_leaves_that_came_after_its_job_was_gone(task: Annotated) -> None:
    long_log(task.jobs[0])
    deleting.delete_task(task.id)
    before = stored(task.jobs[0]).keys()
    sweeping.sweep_all()
    assert stored(task.jobs[0]).keys() == before, "what is in the trash is kept"
    deleting.remove("task", task.id)
    assert stored(task.jobs[0]) == {}
    forget()
    create(task.jobs[0], 40)
    assert sweeping.sweep_all() > 1
    assert stored(task.jobs[0]) == {}
    assert [record.pk for record in Record.scan() if record.pk.startswith("ANN#")] == []


def test_what_is_young_is_left_alone(job: int) -> None:
    create(job, 40)
    bucket.put(f"annotations/{job}/000000000009-abc", b"of a save that is under way")
    assert sweeping.sweep_all() == 0
    place = Place(f"annotations/{job}/000000000009-abc", datetime(2026, 1, 1, tzinfo=UTC))
    assert sweeping.sweep_objects(job, [place]) == 1
    assert problems_of(job) == []


@pytest.mark.usefixtures("at_once")
def test_objects_of_no_job_go(log_of_jobs: None) -> None:
    bucket.put("annotations/nothing", b"x")
    bucket.put("annotations/77/000000000001-abc", b"x")
    bucket.put("tasks/1/raw/a.jpg", b"x")
    assert [place.job_id for place in jobs.objects()] == [77, None]
    assert sweeping.sweep_all() == 2
    assert [key for key, _ in bucket.listing("")] == ["tasks/1/raw/a.jpg"]


@pytest.mark.usefixtures("at_once")
def test_a_lost_head_makes_nothing_else_go(job: int) -> None:
    long_log(job)
    before = stored(job).keys()
    without(job, "HEAD")
    assert sweeping.sweep_all() == 0
    assert stored(job).keys() == before - {"HEAD"}
