"""Each call that a save makes to the table or the bucket fails once, in every way."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from itertools import cycle
from pathlib import Path

import pytest

from chalicelib.annotations.revisions import folding, log, reading, retries
from chalicelib.annotations.revisions.changes import Change
from tests.unit.annotations.saving.emulators import Emulator, MiniStack
from tests.unit.annotations.saving.faults import (
    ANNOTATIONS,
    CONDITIONAL,
    Fault,
    Site,
    answer_is_lost,
    dies_after,
    dies_before,
    is_stored_and_refused,
    is_throttled,
    loses,
)
from tests.unit.annotations.saving.world import Manner, World, objects, restart, wish

#: The state machine of `revisions` tries some of it in the short run.
pytestmark = pytest.mark.slow

#: What is done, given a world; called again and again in new worlds.
Scenario = Callable[[World], None]


def _create(world: World, mark: int = 1, count: int = 1, manner: Manner = "key") -> None:
    world.save({1: lambda: Change(create=objects(mark, count))}, manner)


def _both(world: World, what: str, manner: Manner) -> None:
    world.save({job: wish(world, job, what, 1, 0) for job in world.JOBS}, manner)


def _first(world: World) -> None:
    _create(world)


def _update_unseen(world: World) -> None:
    world.save({1: wish(world, 1, "update", 2, 1)}, "key and version")


def _delete_unseen(world: World) -> None:
    world.save({1: wish(world, 1, "delete", 2, 1)}, "version")


def _replace_large(world: World) -> None:
    world.save({1: lambda: Change(replace=True, create=objects(9, 12))}, "blind")


def _restore(world: World) -> None:
    before = world.now(1)
    with world.injector.paused():
        world.save({1: wish(world, 1, "update", 3, 0)}, "once")
        world.save({1: wish(world, 1, "delete", 2, 2)}, "once")
    if world.save({1: wish(world, 1, "restore", 0, 3)}, "key and version"):
        assert world.now(1) == before


def _marks_are_gone(world: World) -> None:
    """The task is being deleted: nothing is left to be marked."""
    with world.injector.paused():
        world.forget_marks()
    _create(world)


def _both_jobs(world: World) -> None:
    _both(world, "create", "key")
    _both(world, "replace", "blind")


def _fold(world: World) -> None:
    with world.injector.paused():
        for turn in range(2):
            _create(world, turn, manner="once")
    for turn in range(2):
        _create(world, turn, manner="once")


def _fold_by_hand(world: World) -> None:
    world.attempt(lambda: folding.try_fold(1, reading.look_at(1)))


def _repeat_of_old(world: World) -> None:
    """Requests are repeated when the head does not name them any more."""
    manners: tuple[Manner, ...] = ("key and version", "key")
    with world.injector.paused():
        for manner in manners:
            _create(world, manner=manner)
        for turn in range(retries.REMEMBERED + 1):
            _create(world, turn, manner="once")
    world.repeat_everything()


SCENARIOS: dict[str, Scenario] = {
    "first save": _first,
    "update of what is not remembered": _update_unseen,
    "deletion of what is not remembered": _delete_unseen,
    "large replacement": _replace_large,
    "restoration": _restore,
    "nothing to mark": _marks_are_gone,
    "two jobs": _both_jobs,
    "fold": _fold,
    "fold by hand": _fold_by_hand,
    "repetition of what is not recent": _repeat_of_old,
}

#: What befalls a call, and how many calls in a row.
FAULTS: dict[str, tuple[Fault, int]] = {
    "dies before": (dies_before, 1),
    "dies after": (dies_after, 1),
    "answer lost": (answer_is_lost, 1),
    "stored and refused": (is_stored_and_refused, 1),
    "throttled": (is_throttled, 9),
    "throttled for good": (is_throttled, 400),
    "head is taken": (loses("ConditionalCheckFailed", 0), 1),
    "head is being written": (loses("TransactionConflict", 0), 1),
    "revision or mark is busy": (loses("ThrottlingError", 1), 1),
    "mark is gone": (loses("ConditionalCheckFailed", -1), 1),
    "mark is being written": (loses("TransactionConflict", -1), 1),
}
#: Faults that need a condition to fail.
_CONDITIONS = {name for name, (fault, _) in FAULTS.items() if "refused" in fault.__name__}
#: What makes code run that otherwise does not.
_FIRST = ("head is taken", "mark is being written")


@pytest.fixture(autouse=True)
def _small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that happens seldom happens all the time here."""
    monkeypatch.setattr(folding, "SHORT_TAIL", 3)
    monkeypatch.setattr(log, "INLINE_LIMIT", 300)
    monkeypatch.setattr(retries, "REMEMBERED", 4)


def _world(emulator: Emulator) -> World:
    """Something is annotated, and this process has just started."""
    world = World(emulator)
    for turn in range(3):
        world.save({1: lambda turn=turn: Change(create=objects(turn, turn))}, "once")  # type: ignore[misc]
    restart()
    return world


def _run(emulator: Emulator, scenario: str, *planned: tuple[int, str]) -> World:
    """Do it in a new world, where calls of these numbers suffer faults of these names."""
    world = _world(emulator)
    with world.injector.watching():
        for number, name in planned:
            world.injector.plan(number, *FAULTS[name])
        SCENARIOS[scenario](world)
        world.injector.stop()
    world.check()
    return world


def _strikes(
    operations: list[str], names: Iterable[str], only: str = ""
) -> Iterator[tuple[int, str]]:
    """Calls, or those of one operation, each with every fault that can befall it."""
    for number, operation in enumerate(operations):
        if only not in {"", operation}:
            continue
        for name in names:
            if name not in _CONDITIONS or operation in CONDITIONAL:
                yield number, name


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_is_lost_to_one_fault(emulator: Emulator, scenario: str) -> None:
    world = _run(emulator, scenario)
    assert world.saves == world.answers
    calls = world.injector.calls
    for strike in _strikes(calls, FAULTS):
        _run(emulator, scenario, strike)


@pytest.mark.parametrize("emulator", [MiniStack], ids=["ministack"], indirect=True)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_is_lost_to_two_faults(emulator: Emulator, scenario: str) -> None:
    calls = _run(emulator, scenario).injector.calls
    for first in _strikes(calls, _FIRST, only="TransactWriteItems"):
        after = _run(emulator, scenario, first).injector.calls
        # One of these in turn for each call, to be done in time.
        second = cycle(("dies before", "dies after", "answer lost"))
        for number in range(first[0] + 1, len(after)):
            _run(emulator, scenario, first, (number, next(second)))


@pytest.mark.parametrize("emulator", [MiniStack], ids=["ministack"], indirect=True)
def test_no_call_is_missed(emulator: Emulator) -> None:
    """Every call to the platform in the code of saving is one of those that fail above."""
    seen: set[Site] = set()
    for scenario in SCENARIOS:
        plain = _run(emulator, scenario).injector
        seen |= plain.sites
        for strike in _strikes(plain.calls, _FIRST, only="TransactWriteItems"):
            seen |= _run(emulator, scenario, strike).injector.sites
    assert set(_written("revisions/committing.py", "revisions/repeating.py")) <= seen


_CALLS = {
    "table": {"load", "load_many", "load_docs", "children", "commit", "delete_many", "put_many"},
    "bucket": {"get", "get_range", "put", "delete", "listing", "delete_below"},
    "ids": {"allocate_from_block"},
}


def _written(*files: str) -> Iterator[Site]:
    """Calls to the platform as they stand in the code."""
    for file in files:
        tree = ast.parse((Path(ANNOTATIONS) / file).read_text())
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                match node:
                    case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name)) if (
                        name in _CALLS.get(module, ())
                    ):
                        yield file, function.name, f"{module}.{name}"
