"""Whatever crashes, fails or is delivered twice, and whoever else saves: what was acknowledged is
there, once, and in the history."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from chalicelib.annotations.revisions import folding, log, reading, retries, wasting
from chalicelib.annotations.revisions.changes import Change
from tests.unit.annotations.saving.emulators import Emulator
from tests.unit.annotations.saving.faults import Call
from tests.unit.annotations.saving.test_every_call_can_fail import FAULTS
from tests.unit.annotations.saving.world import (
    MANNERS,
    Manner,
    World,
    another_process,
    objects,
    restart,
    wish,
)

WHAT = ("create", "update", "delete", "replace", "empty", "restore", "stale")
TROUBLES = (None, None, "another writer", *FAULTS)


class Saving(RuleBasedStateMachine):
    """Clients save, are interrupted, and try again, until they are told that it is done."""

    emulator: Emulator

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.emulator)
        self._watch = self.world.injector.watching()
        self._watch.__enter__()

    def teardown(self) -> None:
        self._watch.__exit__(None, None, None)

    @rule(
        jobs=st.sampled_from([(1,), (1,), (2,), (1, 2)]), what=st.sampled_from(WHAT),
        count=st.integers(0, 12), pick=st.integers(0, 40), call=st.integers(0, 9),
        manner=st.sampled_from(MANNERS), trouble=st.sampled_from(TROUBLES),
    )  # fmt: skip
    def save(
        self, jobs: tuple[int, ...], what: str, count: int, pick: int, call: int,
        manner: Manner, trouble: str | None,
    ) -> None:  # fmt: skip
        self._trouble(trouble, call)
        self.world.save({job: wish(self.world, job, what, count, pick) for job in jobs}, manner)
        self.world.injector.stop()

    @rule()
    def repeat_everything(self) -> None:
        self.world.repeat_recent()

    @rule()
    def forget(self) -> None:
        restart()

    @rule(
        job=st.sampled_from(World.JOBS), call=st.integers(0, 9), trouble=st.sampled_from(TROUBLES)
    )
    def fold(self, job: int, call: int, trouble: str | None) -> None:
        self._trouble(trouble, call)
        self.world.attempt(lambda: folding.try_fold(job, reading.look_at(job)))
        self.world.injector.stop()

    @rule(
        job=st.sampled_from(World.JOBS), call=st.integers(0, 9), trouble=st.sampled_from(TROUBLES)
    )
    def trim(self, job: int, call: int, trouble: str | None) -> None:
        self._trouble(trouble, call)
        self.world.attempt(lambda: wasting.trim(job))
        self.world.injector.stop()

    @invariant()
    def what_was_acknowledged_is_there(self) -> None:
        self.world.check()

    def _trouble(self, name: str | None, call: int) -> None:
        if name == "another writer":
            self.world.injector.plan(call, self._interfere)
        elif name is not None:
            self.world.injector.plan(call, *FAULTS[name])

    def _interfere(self, _: Call) -> None:
        with self.world.injector.paused(), another_process():
            mark = 100_000 + self.world.saves
            self.world.save({1: lambda: Change(create=objects(mark, 2))}, "once")


@pytest.mark.slow
def test_nothing_is_lost(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    # Everything that happens seldom happens all the time here.
    monkeypatch.setattr(folding, "SHORT_TAIL", 2)
    monkeypatch.setattr(log, "INLINE_LIMIT", 350)
    monkeypatch.setattr(log, "CHECKPOINT_SPAN", 3)
    monkeypatch.setattr(wasting, "_DAY", 0)
    monkeypatch.setattr(retries, "REMEMBERED", 6)
    Saving.emulator = emulator
    run_state_machine_as_test(
        Saving,
        settings=settings(
            max_examples=40,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
