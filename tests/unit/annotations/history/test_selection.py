"""Which saves came first is found whatever the times, and by few looks."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.history.selection import Moment, Place, before, earliest

#: Times of the saves of each job; equal times are common.
LOGS = st.lists(st.lists(st.integers(0, 30), max_size=40).map(sorted), max_size=6)


class Logs:
    """Times of saves by job, and how often they were looked at."""

    def __init__(self, logs: list[list[int]]) -> None:
        self.times = {
            (job, number): f"{time:08d}"
            for job, log in enumerate(logs)
            for number, time in enumerate(log, 1)
        }
        self.lows = dict.fromkeys(range(len(logs)), 0)
        self.highs = {job: len(log) for job, log in enumerate(logs)}
        self.calls = 0

    @property
    def order(self) -> list[Moment]:
        return sorted((time, *place) for place, time in self.times.items())

    def look(self, places: list[Place]) -> dict[Place, str]:
        self.calls += -(-len(places) // 100)
        return {place: self.times[place] for place in places}

    def counted(self, count: int) -> dict[int, int]:
        found = Counter(job for _, job, _ in self.order[:count])
        return {job: found[job] for job in self.lows}


@given(LOGS, st.data())
def test_the_earliest_saves(found: list[list[int]], data: st.DataObject) -> None:
    logs = Logs(found)
    count = data.draw(st.integers(0, len(logs.times)))
    assert earliest(logs.lows, logs.highs, count, logs.look) == logs.counted(count)


@given(LOGS.filter(any), st.data())
def test_what_there_was_at_a_moment(found: list[list[int]], data: st.DataObject) -> None:
    logs = Logs(found)
    rank = data.draw(st.integers(1, len(logs.times)))
    moment = logs.order[rank - 1]
    assert before(logs.lows, logs.highs, moment, logs.look) == logs.counted(rank)


@given(LOGS, st.data())
def test_bounds_that_are_known_already_change_nothing(
    found: list[list[int]], data: st.DataObject
) -> None:
    logs = Logs(found)
    first, second = sorted(
        data.draw(st.tuples(*[st.integers(0, len(logs.times))] * 2), label="counts")
    )
    logs.lows = logs.counted(first)
    assert earliest(logs.lows, logs.highs, second, logs.look) == logs.counted(second)


def test_looks_do_not_grow_with_the_log() -> None:
    many = random.Random(5)
    logs = Logs([sorted(many.choices(range(10**7), k=2_000)) for _ in range(50)])
    for count in (99_990, 99_000, 50_000, 1):
        logs.calls = 0
        found = earliest(logs.lows, logs.highs, count, logs.look)
        assert found == logs.counted(count)
        # The newest page takes 4 calls, the middle of 100,000 saves 15.
        assert logs.calls <= 20, (count, logs.calls)
