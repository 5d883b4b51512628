"""The sweep looks at logs that people go on saving to; what they save meanwhile stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.annotations import store
from chalicelib.annotations.upkeep import jobs, sweeping
from chalicelib.annotations.upkeep.checking import problems_of
from chalicelib.platform import keys, table
from chalicelib.platform.table import Record
from tests.unit.annotations.conftest import Annotated
from tests.unit.annotations.upkeep.conftest import (
    alter,
    create,
    fold,
    forget,
    history,
    long_log,
    present,
    replace,
)

MEANWHILE: dict[str, Callable[[int], None]] = {
    "a save": lambda job: create(job, 1, mark=9),
    "a large save": lambda job: create(job, 40, mark=9),
    "a replacing save": lambda job: replace(job, 40, mark=9),
    "a change": lambda job: alter(job, 9),
    "a fold": fold,
}


@pytest.fixture
def during(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Callable[[], None]], None]:
    """Has something happen once after a query of a job's whole log has read the first record."""

    def interrupt(job_id: int, act: Callable[[], None]) -> None:
        ask, left = table.children, [act]

        def asked(pk: str, *args: Any, **named: Any) -> Iterator[Record]:
            found = ask(pk, *args, **named)
            if pk == keys.annotations(job_id) and not args and "between" not in named and left:
                yield next(found)
                left.pop()()
                yield from ask(pk, after="HEAD", blobs=False)
                return
            yield from found

        monkeypatch.setattr(table, "children", asked)

    return interrupt


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("act", MEANWHILE)
@pytest.mark.parametrize("part", ["records", "objects"])
def test_what_is_stored_while_the_sweep_looks_stays(
    job: int, act: str, part: str, during: Callable[[int, Callable[[], None]], None]
) -> None:
    long_log(job)
    kept: list[bytes] = []

    def meanwhile() -> None:
        forget()
        MEANWHILE[act](job)
        kept.append(present(job))

    places = jobs.objects_of(job)
    during(job, meanwhile)
    if part == "records":
        (looked_at,) = jobs.kept(range(job, job + 1))
        assert sweeping.sweep_records(looked_at) == 0
    else:
        sweeping.sweep_objects(job, places)
    assert [present(job)] == kept
    assert problems_of(job) == []
    history(job)


def test_a_job_that_is_made_while_the_sweep_looks_keeps_what_is_saved(
    make_task: Callable[..., Annotated],
) -> None:
    """A block of jobs is looked up before the first of them is swept."""
    first = make_task((0, 9)).jobs[0]
    found = list(jobs.kept(range(first + 1, first + 2)))
    new = make_task((0, 9)).jobs[0]
    assert [one.job_id for one in found] == [new]
    create(new, 3)
    assert sweeping.sweep_records(found[0]) == 0
    forget()
    assert len(store.read_job(new).shapes) == 3
