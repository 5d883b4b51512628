"""The history of a job's annotations.

What answers is imported by the first request for it: most API processes never look back.
"""

from __future__ import annotations

from typing import Any

from chalice.app import Response

from chalicelib.annotations.bodies import LabeledData
from chalicelib.annotations.history.bodies import (
    DifferenceRead,
    RestoreAnswer,
    RestoreRequest,
    RevisionRead,
)
from chalicelib.platform.http import Router
from chalicelib.platform.paging import Page
from chalicelib.platform.requests import Request

routes = Router(__name__, tag="jobs")

PATH = "/api/jobs/{id}/annotations/history"


@routes.get(PATH, response=Page[RevisionRead], query=("page", "page_size", "object"))
def list_revisions(request: Request, job_id: int) -> Any:
    """Saves of a job, newest first; with `object`, those that touched it."""
    from chalicelib.annotations.history import of_jobs

    return of_jobs.list_revisions(request, job_id)


@routes.get(f"{PATH}/{{revision}}", response=LabeledData)
def retrieve_revision(request: Request, job_id: int, revision: str) -> Response:
    """Everything that was annotated in a job at a revision."""
    from chalicelib.annotations.history import of_jobs

    return of_jobs.retrieve_revision(request, job_id, revision)


@routes.get(f"{PATH}/{{revision}}/diff", response=DifferenceRead, query=("against",))
def compare_revision(request: Request, job_id: int, revision: str) -> Response:
    """What makes a revision of another one, of the one before if none is named."""
    from chalicelib.annotations.history import of_jobs

    return of_jobs.compare_revision(request, job_id, revision)


@routes.post(f"{PATH}/{{revision}}/restore", body=RestoreRequest, response=RestoreAnswer)
def restore_revision(
    request: Request, job_id: int, revision: str, body: RestoreRequest
) -> RestoreAnswer:
    """Make an earlier revision of a job the latest one. What is there now stays in the history.

    409 if something was saved since `version`.
    """
    from chalicelib.annotations.history import of_jobs

    return of_jobs.restore_revision(request, job_id, revision, body)
