"""The meter charges what AWS's documentation says it charges."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.platform import bucket, keys, table
from chalicelib.platform.table import Create, Delete, Record, Touch
from tests.support import state_machine
from tests.unit.costs.world import World


def note(number: int, size: int = 0, **indexed: Any) -> Record:
    """A record of about `size` bytes."""
    record = Record(keys.task(number), keys.META, num=number, **indexed)
    record.blob = bytes(size)
    return record


@pytest.mark.parametrize(("size", "reads", "writes"), [(0, 1, 1), (3900, 1, 4), (4100, 2, 5)])
def test_units_follow_the_size(world: World, size: int, reads: float, writes: float) -> None:
    with world.meter.counting() as usage, world.meter.working("api"):
        table.commit(Create(note(1, size)))
        assert table.load(keys.task(1)) is not None
    assert (usage.reads, usage.writes, usage.table_calls) == (reads, writes, 2)


def test_transactions_and_indexes_cost_more(world: World) -> None:
    with world.meter.counting() as usage, world.meter.working("api"):
        table.commit(Create(note(1, by_owner="a", by_kind="b")), Create(note(2)))
    assert usage.writes == 2 + 2 + 1 + 1
    with world.meter.counting() as usage, world.meter.working("api"):
        table.commit(Touch((keys.task(1), keys.META), "now"))
    assert usage.writes == 1  # the indexes hold keys only
    with world.meter.counting() as usage, world.meter.working("api"):
        table.commit(Delete((keys.task(1), keys.META)))
    assert usage.writes == 1 + 2


def test_reads_of_indexes_and_of_what_is_absent(world: World) -> None:
    table.put_many(note(number, by_owner="a") for number in range(1, 201))
    with world.meter.counting() as usage, world.meter.working("api"):
        assert len(table.listed(Record.owner_index, "a")) == 200
    assert 0.5 < usage.reads < 200 * 100 / 4096 / 2 + 0.5
    with world.meter.counting() as usage, world.meter.working("api"):
        assert len(table.load_many([(keys.task(n), keys.META) for n in (1, 2, 999)])) == 2
    assert usage.reads == 3


def test_objects(world: World) -> None:
    with world.meter.counting() as usage:
        bucket.put("a", b"x")
        bucket.get("a")
        bucket.size("b")
        list(bucket.listing(""))
        bucket.delete("a", "b")
    assert (usage.puts, usage.gets, usage.events) == (2, 2, 3)
    assert usage.calls.total() == 0


def test_a_function_that_calls_another_waits_for_it(world: World) -> None:
    with world.meter.counting() as usage, world.meter.working("api"):
        with world.meter.working("frames"):
            bucket.put("a", b"x")
        bucket.get("a")
    assert usage.calls == {"api": 1, "frames": 1}
    assert usage.seconds["api"] > usage.seconds["frames"] > 0


def test_nothing_is_counted_between_actions(world: World) -> None:
    with world.meter.counting() as usage:
        pass
    with world.meter.working("api"):
        table.load("nothing")
    assert (usage.table_calls, usage.calls.total()) == (0, 0)


def test_transitions_of_a_map() -> None:
    steps: list[Any] = []

    def task(event: dict[str, Any]) -> Any:
        steps.append((event["step"], event.get("part")))
        parts = {"state": "index", "parts": [0, 1], "total": 2}
        return parts if event["step"] == "probe" else {"state": "finished"}

    ended = state_machine.run("ingest", {"request_id": "r", "run": "1.0"}, task)
    # Probe, Probed, IndexAll, twice Index, Finish, Settled, Finished; start and end.
    assert (ended.state, ended.transitions) == ("Finished", 10)
    assert steps == [("probe", None), ("index", 0), ("index", 1), ("finish", None)]
