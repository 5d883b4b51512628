"""Pages of revisions, newest first. What a page does not show is not read."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.annotations.history.bodies import RevisionRead, TaskRevisionRead
from chalicelib.annotations.history.rows import Place, authors, fields, read_metas
from chalicelib.annotations.history.timeline import Timeline
from chalicelib.annotations.revisions.log import Head
from chalicelib.platform.paging import Page, paginate
from chalicelib.platform.requests import Request


def of_job(request: Request, job_id: int, head: Head) -> Page[RevisionRead]:
    """Revisions of a job. Raises NotFound: no such page."""
    numbers = _page(request, range(head.revision, max(head.floor, 1) - 1, -1))
    metas = read_metas((job_id, number) for number in numbers.results)
    people = authors(metas.values())
    rows = [
        RevisionRead(**fields(number, metas[job_id, number], people, request.base_url))
        for number in numbers.results
        if (job_id, number) in metas
    ]
    return Page(numbers.count, numbers.next, numbers.previous, rows)


def of_task(request: Request, timeline: Timeline) -> Page[TaskRevisionRead]:
    """Saves of all jobs of a task. Raises NotFound: no such page."""
    numbers = _page(request, range(timeline.last, max(timeline.first, 1) - 1, -1))
    places = _places(timeline, numbers.results)
    metas = timeline.read(places)
    people = authors(metas.values())
    rows = [
        TaskRevisionRead(
            **fields(number, metas[place], people, request.base_url),
            job_id=place[0],
            job_revision=place[1],
        )
        for number, place in zip(numbers.results, places, strict=True)
    ]
    return Page(numbers.count, numbers.next, numbers.previous, rows)


def _page(request: Request, numbers: Sequence[int]) -> Page[int]:
    return paginate(request, numbers, lambda number: number)


def _places(timeline: Timeline, numbers: Sequence[int]) -> list[Place]:
    """The revisions of jobs that consecutive revisions of a task are, newest first."""
    if not numbers:
        return []
    after, before = timeline.at(numbers[0]), timeline.before(numbers[-1])
    places = [
        (job_id, number)
        for job_id, last in after.items()
        for number in range(before[job_id] + 1, last + 1)
    ]
    metas = timeline.read(places)
    return sorted(places, key=lambda place: (metas[place].at, *place), reverse=True)
