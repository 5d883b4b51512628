"""The history of a task's annotations.

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
    TaskRevisionRead,
)
from chalicelib.platform.http import Router
from chalicelib.platform.paging import Page
from chalicelib.platform.requests import Request

routes = Router(__name__, tag="tasks")

PATH = "/api/tasks/{id}/annotations/history"


@routes.get(PATH, response=Page[TaskRevisionRead], query=("page", "page_size", "object"))
def list_revisions(request: Request, task_id: int) -> Any:
    """Saves of all jobs of a task, newest first; with `object`, those that touched it."""
    from chalicelib.annotations.history import of_tasks

    return of_tasks.list_revisions(request, task_id)


@routes.get(f"{PATH}/{{revision}}", response=LabeledData)
def retrieve_revision(request: Request, task_id: int, revision: str) -> Response:
    """Everything that was annotated in a task at a revision."""
    from chalicelib.annotations.history import of_tasks

    return of_tasks.retrieve_revision(request, task_id, revision)


@routes.get(f"{PATH}/{{revision}}/diff", response=DifferenceRead, query=("against",))
def compare_revision(request: Request, task_id: int, revision: str) -> Response:
    """What makes a revision of another one, of the one before if none is named."""
    from chalicelib.annotations.history import of_tasks

    return of_tasks.compare_revision(request, task_id, revision)


@routes.post(f"{PATH}/{{revision}}/restore", body=RestoreRequest, response=RestoreAnswer)
def restore_revision(
    request: Request, task_id: int, revision: str, body: RestoreRequest
) -> RestoreAnswer:
    """Make an earlier revision of a task the latest one. What is there now stays in the history.

    409 if something was saved since `version`.
    """
    from chalicelib.annotations.history import of_tasks

    return of_tasks.restore_revision(request, task_id, revision, body)
