"""How much is annotated in a job or a task.

What counts is imported by the first request for it: most API processes are never asked.
"""

from __future__ import annotations

from chalice.app import Response

from chalicelib.annotations.statistics.bodies import StatisticsRead
from chalicelib.platform.http import Router
from chalicelib.platform.requests import Request

jobs = Router(__name__, tag="jobs")
tasks = Router(__name__, tag="tasks")


@jobs.get("/api/jobs/{id}/annotations/statistics", response=StatisticsRead)
def job_statistics(request: Request, job_id: int) -> Response:
    """How much is annotated in a job, by label, shape, source and frame."""
    from chalicelib.annotations.statistics import answering

    return answering.of_job(request, job_id)


@tasks.get("/api/tasks/{id}/annotations/statistics", response=StatisticsRead)
def task_statistics(request: Request, task_id: int) -> Response:
    """How much is annotated in a task, by label, shape, source and frame."""
    from chalicelib.annotations.statistics import answering

    return answering.of_task(request, task_id)
