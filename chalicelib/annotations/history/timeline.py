"""The saves of all jobs of a task in order of time, without opening the logs of the jobs.

A task's revision is the number of saves of its jobs so far, which is the sum of their revisions.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.annotations.history import selection
from chalicelib.annotations.history.rows import read_metas
from chalicelib.annotations.history.selection import Moment, Place
from chalicelib.annotations.revisions.log import Head, RevisionMeta
from chalicelib.platform.errors import Gone, NotFound


class Timeline:
    """The history of jobs, as their heads were when it began.

    Attributes:
        metas: what was read of revisions so far.
        last: the revision of the task.
    """

    def __init__(self, heads: Mapping[int, Head]) -> None:
        self.metas: dict[Place, RevisionMeta] = {}
        self._heads = heads
        self._revisions = {job_id: head.revision for job_id, head in heads.items()}
        self._floors = {job_id: head.floor for job_id, head in heads.items()}
        self.last = sum(self._revisions.values())
        self._first: int | None = None
        self._oldest_place: Place | None = None

    @property
    def first(self) -> int:
        """The oldest revision of the task that can still be read; 0 while all of them can."""
        if self._first is None:
            self._first = self._oldest()
        return self._first

    def at(self, revision: int) -> dict[int, int]:
        """Revisions of the jobs when the task had one.

        Raises:
            NotFound: the task never had it. Gone: it is older than what is kept.
        """
        if not 0 <= revision <= self.last:
            raise NotFound(f"There is no revision {revision}; the last one is {self.last}.")
        if revision < self.first:
            raise Gone(f"Revision {revision} is no longer kept; the oldest one is {self.first}.")
        return selection.earliest(self._floors, self._revisions, revision, self._times)

    def before(self, revision: int) -> dict[int, int]:
        """Revisions of the jobs before the save that made one of the task's. Raises as `at`."""
        if revision > self.first or self._oldest_place is None:
            return self.at(revision - 1)
        job_id, number = self._oldest_place
        return {**self.at(revision), job_id: number - 1}

    def number(self, job_id: int, revision: int) -> int:
        """The revision of the task that a revision of a job made."""
        moment = (self._times([(job_id, revision)])[job_id, revision], job_id, revision)
        return sum(self._before(moment).values())

    def read(self, places: list[Place]) -> dict[Place, RevisionMeta]:
        """What is known of revisions; each is read once."""
        self.metas |= read_metas(place for place in places if place not in self.metas)
        return {place: self.metas[place] for place in places if place in self.metas}

    def _before(self, moment: Moment) -> dict[int, int]:
        lows = dict(self._floors)
        for job_id, head in self._heads.items():
            if (head.at, job_id, head.revision) <= moment:
                lows[job_id] = head.revision
        return selection.before(lows, self._revisions, moment, self._times)

    def _times(self, places: list[Place]) -> dict[Place, str]:
        known = {
            (job_id, number): head.at
            for job_id, head in self._heads.items()
            for number in [head.revision]
        }
        found = self.read([place for place in places if place not in known])
        return {place: known[place] if place in known else found[place].at for place in places}

    def _oldest(self) -> int:
        """Before it, which saves of other jobs came between those that are gone is not known."""
        trimmed = [(job_id, floor) for job_id, floor in self._floors.items() if floor]
        if not trimmed:
            return 0
        times = self._times(trimmed)
        latest = max((times[place], *place) for place in trimmed)
        self._oldest_place = latest[1:]
        return sum(self._before(latest).values())
