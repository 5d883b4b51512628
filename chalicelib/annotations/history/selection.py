"""Which saves of several jobs came first, found by looking at few of them.

The saves of each job are in order of time. Which `count` saves of all jobs are the earliest is
found by looking at the times of some saves of each job: each look bounds how many saves of the
others can have come before, so most of the rest is settled without being looked at. Nothing here
reads tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

#: A job and the number of one of its revisions, from 1.
Place = tuple[int, int]
#: When a revision was made. Jobs and numbers tell those of the same time apart.
Moment = tuple[str, int, int]
#: Gives the times of revisions.
Look = Callable[[list[Place]], Mapping[Place, str]]

#: Saves to look at in one round: what one call to the table reads.
AT_ONCE = 100
#: With fewer samples of each job than this, a round may settle nothing.
_SAMPLES = 4


def earliest(
    lows: Mapping[int, int], highs: Mapping[int, int], count: int, look: Look
) -> dict[int, int]:
    """How many revisions each job had when there were `count` in all.

    Args:
        lows, highs: by job, how many it had at least and at most.
        count: from the sum of `lows` to the sum of `highs`.
        look: is asked for revisions from `lows` (exclusive) to `highs` (inclusive).
    """
    low = {job: max(least, highs[job] - (sum(highs.values()) - count))
           for job, least in lows.items()}  # fmt: skip
    high = {job: min(most, low[job] + count - sum(low.values())) for job, most in highs.items()}
    while True:
        open_jobs = [job for job in low if low[job] < high[job]]
        missing = count - sum(low.values())
        if missing == 0:
            return low
        if missing == sum(high[job] - low[job] for job in open_jobs):
            return high
        places = [
            (job, number)
            for job in open_jobs
            for number in _samples(low[job], high[job], _per_job(low, high, open_jobs))
        ]
        times = look(places)
        _narrow(low, high, missing, sorted((times[place], *place) for place in places))


def before(
    lows: Mapping[int, int], highs: Mapping[int, int], moment: Moment, look: Look
) -> dict[int, int]:
    """How many revisions each job had at a moment, the one made then included.

    Args:
        lows, highs: by job, how many it had at least and at most.
    """
    low, high = dict(lows), dict(highs)
    while open_jobs := [job for job in low if low[job] < high[job]]:
        places = [(job, (low[job] + high[job] + 1) // 2) for job in open_jobs]
        times = look(places)
        for job, number in places:
            if (times[job, number], job, number) <= moment:
                low[job] = number
            else:
                high[job] = number - 1
    return low


def _per_job(low: Mapping[int, int], high: Mapping[int, int], jobs: list[int]) -> int:
    """How many samples to take of each job; all of them if they are few."""
    if sum(high[job] - low[job] for job in jobs) <= AT_ONCE:
        return AT_ONCE
    return max(_SAMPLES, AT_ONCE // len(jobs))


def _samples(low: int, high: int, count: int) -> Iterable[int]:
    """Numbers from `low` (exclusive) to `high` (inclusive), evenly spread."""
    width = high - low
    if width <= count:
        return range(low + 1, high + 1)
    return [low + width * (part + 1) // (count + 1) for part in range(count)]


def _narrow(low: dict[int, int], high: dict[int, int], missing: int, samples: list[Moment]) -> None:
    """Move the bounds of jobs as far as sorted samples allow.

    Args:
        missing: how many of the saves between the bounds are among the earliest.
    """
    start = dict(low)
    ahead: dict[int, list[int]] = {}
    for _, job, number in reversed(samples):
        ahead.setdefault(job, [high[job] + 1]).append(number)
    # Before a moment, each job has saved at least up to its last sample, and not its next one.
    least = 0
    most = sum(numbers[-1] - 1 - start[job] for job, numbers in ahead.items())
    reached = dict(start)
    for _, job, number in samples:
        ahead[job].pop()
        least += number - reached[job]
        reached[job] = number
        if most + 1 <= missing:
            low[job] = number
        if least > missing:
            high[job] = min(high[job], number - 1)
        most += ahead[job][-1] - number
