"""What a user sees in lists: the ids, newest first, from the indexes alone.

Visible is what one owns or is assigned to, and what lies below such a thing. Administrators see
everything. What is being deleted is seen by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.accounts import permissions
from chalicelib.platform import keys, table
from chalicelib.platform.requests import Request
from chalicelib.platform.table import Key, Record
from chalicelib.projects import access, store
from chalicelib.projects.indexing import JOB, PROJECT, TASK
from chalicelib.projects.trash import on_its_way

#: Task and job id.
JobId = tuple[int, int]


def projects(request: Request) -> list[int]:
    """Ids of the projects that the principal sees, newest first."""
    if _elsewhere(request):
        return []
    found = _of_kind(PROJECT) if request.principal.is_admin else _related(PROJECT, request)
    return sorted({_number(pk) for pk, _ in found} - on_its_way.hidden().projects, reverse=True)


def tasks(request: Request) -> list[int]:
    """Ids of the tasks that the principal sees, newest first; with `project_id=`, its only."""
    if _elsewhere(request):
        return []
    project_id = request.query_int("project_id")
    if request.principal.is_admin:
        found = _of_kind(TASK)
    else:
        found = _related(TASK, request) + _below_projects(TASK, request)
    numbers = {_number(pk) for pk, _ in found} - on_its_way.hidden().tasks
    if project_id is not None:
        numbers.intersection_update(on_its_way.tasks_of(project_id))
    return sorted(numbers, reverse=True)


def jobs(request: Request) -> list[JobId]:
    """Task and job ids of the jobs that the principal sees, newest job first.

    With `task_id=`, those of the task, read consistently; with `project_id=`, those of the project.
    """
    if _elsewhere(request):
        return []
    task_id = request.query_int("task_id")
    if task_id is not None:
        return _jobs_of_task(request, task_id)
    project_id = request.query_int("project_id")
    if request.principal.is_admin:
        found = _of_kind(JOB)
    else:
        found = _related(JOB, request) + _below_projects(JOB, request)
        for pk, _ in table.listed(Record.assignee_index, keys.owned(TASK, request.principal.id)):
            found += [record.key for record in table.children(pk, "JOB#")]
    gone = on_its_way.hidden().tasks
    numbers = {(_number(pk), _number(sk)) for pk, sk in found}
    if project_id is not None:
        below = table.listed(Record.parent_index, keys.child_of(JOB, keys.project(project_id)))
        numbers.intersection_update((_number(pk), _number(sk)) for pk, sk in below)
    return _newest(job for job in numbers if job[0] not in gone)


def _jobs_of_task(request: Request, task_id: int) -> list[JobId]:
    task = store.load_task(task_id)
    if task is None:
        return []
    me = request.principal
    relations = access.task_relations(task, access.parent_of(task), me.id)
    whole = permissions.allowed(me, "tasks", "view", relations)
    found = store.task_jobs(task_id)
    return _newest((task_id, job.id) for job in found if whole or job.assignee_id == me.id)


def _newest(found: Iterable[JobId]) -> list[JobId]:
    return sorted(found, key=lambda job: job[1], reverse=True)


def _elsewhere(request: Request) -> bool:
    # Nothing belongs to an organization yet.
    return request.workspace.scope == "organization"


def _of_kind(kind: str) -> list[Key]:
    return table.listed(Record.kind_index, keys.kind_of(kind))


def _related(kind: str, request: Request) -> list[Key]:
    owned = keys.owned(kind, request.principal.id)
    return table.listed(Record.owner_index, owned) + table.listed(Record.assignee_index, owned)


def _below_projects(kind: str, request: Request) -> list[Key]:
    found: list[Key] = []
    for pk in {pk for pk, _ in _related(PROJECT, request)}:
        found += table.listed(Record.parent_index, keys.child_of(kind, pk))
    return found


def _number(key: str) -> int:
    return int(key.partition("#")[2])
