"""Lists of projects, tasks and jobs: what can be asked of them, and a page of the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from chalicelib.accounts import users
from chalicelib.platform.filters import ListFields, narrow
from chalicelib.platform.paging import Page, paginate
from chalicelib.platform.requests import Request
from chalicelib.projects.models import Project, Task
from chalicelib.projects.rows import JobRow, TaskRow

Id = TypeVar("Id")
Row = TypeVar("Row")
Shown = TypeVar("Shown")

PAGING = ("page", "page_size", "filter", "search", "sort", "org", "org_id")


def _name(user_id: int | None) -> str | None:
    user = users.get(user_id) if user_id is not None else None
    return user.username if user else None


def _mode(task: Task) -> str:
    return task.data.mode if task.data else ""


def _dimension(task: Task) -> str | None:
    return task.data.dimension if task.data else None


def _media_type(task: Task) -> str | None:
    return task.data.media_type if task.data else None


def _project_name(row: TaskRow | JobRow) -> str | None:
    return row.project.name if row.project else None


PROJECTS: ListFields[Project] = ListFields(
    filter={
        "id": lambda project: project.id,
        "name": lambda project: project.name,
        "owner": lambda project: _name(project.owner_id),
        "assignee": lambda project: _name(project.assignee_id),
        "status": lambda project: project.status,
        "updated_date": lambda project: project.updated_date,
    },
    search=("name", "owner", "assignee", "status"),
    simple=("name", "owner", "assignee", "status"),
)

TASKS: ListFields[TaskRow] = ListFields(
    filter={
        "id": lambda row: row.task.id,
        "name": lambda row: row.task.name,
        "project_id": lambda row: row.task.project_id,
        "project_name": _project_name,
        "owner": lambda row: _name(row.task.owner_id),
        "assignee": lambda row: _name(row.task.assignee_id),
        "status": lambda row: row.task.status,
        "subset": lambda row: row.task.subset,
        "mode": lambda row: _mode(row.task),
        "dimension": lambda row: _dimension(row.task),
        "media_type": lambda row: _media_type(row.task),
        "tracker_link": lambda row: row.task.bug_tracker,
        "validation_mode": lambda _: None,
        "updated_date": lambda row: row.task.updated_date,
    },
    search=(
        "project_name", "name", "owner", "status", "assignee", "subset", "mode", "dimension",
        "tracker_link",
    ),
    simple=(
        "assignee", "dimension", "media_type", "mode", "name", "owner", "project_id",
        "project_name", "status", "subset", "tracker_link", "validation_mode",
    ),
)  # fmt: skip

JOBS: ListFields[JobRow] = ListFields(
    filter={
        "id": lambda row: row.job.id,
        "task_id": lambda row: row.task.id,
        "task_name": lambda row: row.task.name,
        "project_id": lambda row: row.task.project_id,
        "project_name": _project_name,
        "assignee": lambda row: _name(row.job.assignee_id),
        "stage": lambda row: row.job.stage,
        "state": lambda row: row.job.state,
        "type": lambda row: row.job.type,
        "mode": lambda row: _mode(row.task),
        "dimension": lambda row: _dimension(row.task),
        "media_type": lambda row: _media_type(row.task),
        "parent_job_id": lambda _: None,
        "updated_date": lambda row: row.job.updated_date,
    },
    search=("task_name", "project_name", "assignee", "state", "stage"),
    simple=(
        "assignee", "dimension", "media_type", "mode", "parent_job_id", "project_id",
        "project_name", "stage", "state", "task_id", "task_name", "type",
    ),
)  # fmt: skip


def page(
    request: Request,
    found: Sequence[Id],
    load: Callable[[Sequence[Id]], list[Row]],
    fields: ListFields[Row],
    show: Callable[[Row], Shown],
    settled: tuple[str, ...] = (),
) -> Page[Shown]:
    """One page of a list.

    If the request only pages through it, no more than the page is loaded.

    Args:
        found: ids, newest first.
        settled: simple parameters that `found` already respects.

    Raises:
        Invalid: an unknown field or operator. NotFound: no such page.
    """
    narrowing = {"filter", "search", *fields.simple} - set(settled)
    sort = request.query("sort") or fields.default_sort
    if sort not in {"id", "-id"} or any(request.query(name) for name in narrowing):
        return paginate(request, narrow(request, load(found), fields), show)
    ids = list(found) if sort == fields.default_sort else list(reversed(found))
    numbers = paginate(request, ids, lambda item: item)
    return Page(
        count=numbers.count,
        next=numbers.next,
        previous=numbers.previous,
        results=[show(row) for row in load(numbers.results)],
    )
