"""A table that asks to slow down, and saves that lose to others on the way."""

from __future__ import annotations

import pytest

from chalicelib.annotations import store
from chalicelib.annotations.revisions import log
from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.store import Save
from chalicelib.annotations.upkeep import reachable
from chalicelib.platform import bucket
from chalicelib.platform.errors import Busy
from tests.unit.annotations.saving.emulators import Emulator
from tests.unit.annotations.saving.faults import is_throttled, loses
from tests.unit.annotations.saving.world import World, objects


@pytest.fixture
def world(emulator: Emulator) -> World:
    return World(emulator)


def test_a_table_that_is_short_of_capacity_for_a_moment_keeps_nobody_from_saving(
    world: World,
) -> None:
    with world.injector.watching():
        world.injector.plan(0, is_throttled, 9)
        assert world.save({1: lambda: Change(create=objects(1, 1))}, "once")
    world.check()


def test_a_table_that_stays_short_of_capacity_is_said_and_nothing_is_stored(world: World) -> None:
    with world.injector.watching():
        world.injector.plan(0, is_throttled, 1_000)
        with pytest.raises(Busy):
            store.save(Save(job_id=1, change=Change(create=objects(1, 1))))
        world.injector.stop()
    assert store.read_revision(1) == 0


def test_what_a_save_put_into_the_bucket_before_it_lost_is_gone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "INLINE_LIMIT", 300)
    store.save(Save(job_id=1, change=Change(create=objects(1, 1))))
    with world.injector.watching():
        # After the file, which this process can write at once, as it knows the job.
        world.injector.plan(1, loses("ConditionalCheckFailed", 0))
        store.save(Save(job_id=1, change=Change(replace=True, create=objects(2, 50))))
    assert world.injector.calls[:2] == ["PUT", "TransactWriteItems"]
    assert world.injector.calls.count("TransactWriteItems") == 2
    stored = {key for key, _ in bucket.listing(log.object_prefix(1))}
    assert len(stored) == 2
    assert stored == reachable.of_job(1).objects.keys()
