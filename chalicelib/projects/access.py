"""Loading a project, task or job for a request that may do something with it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from chalicelib.accounts import permissions
from chalicelib.platform import table
from chalicelib.platform.errors import NotFound
from chalicelib.platform.requests import Principal, Request
from chalicelib.platform.table import Key, Record
from chalicelib.projects import store
from chalicelib.projects.models import Job, Project, Task
from chalicelib.projects.store import Family


class ProjectContext(msgspec.Struct):
    """A project and its record."""

    project: Project
    record: Record


class TaskContext(msgspec.Struct):
    """A task, its record and the project that it belongs to, if any.

    `labels` and `found` are records that were asked for, read in the same call.
    """

    task: Task
    record: Record
    project: Project | None
    labels: Record | None = None
    found: dict[Key, Record] = {}


class JobContext(msgspec.Struct):
    """A job, its record, its task and the task's project, if any.

    `labels` and `found` are records that were asked for, read in the same call.
    """

    job: Job
    record: Record
    task: Task
    project: Project | None
    labels: Record | None = None
    found: dict[Key, Record] = {}


def project(request: Request, project_id: int, *scopes: str) -> ProjectContext:
    """A project with which the principal may do everything in `scopes`.

    Raises:
        NotFound: there is none. Forbidden: one of the scopes is not allowed.
    """
    record = table.load(*store.project_key(project_id))
    if record is None:
        raise NotFound
    found = store.decode(record, Project)
    _require(request.principal, "projects", scopes, project_relations(found, request.principal.id))
    return ProjectContext(found, record)


def task(request: Request, task_id: int, *scopes: str, labels: bool = False) -> TaskContext:
    """A task with which the principal may do everything in `scopes`.

    Raises:
        NotFound: there is none. Forbidden: one of the scopes is not allowed.
    """
    family = store.load_family(task_id, labels=labels)
    if family is None:
        raise NotFound
    found = store.decode(family.task, Task)
    parent = _parent_in(family, found)
    _require(
        request.principal, "tasks", scopes, task_relations(found, parent, request.principal.id)
    )
    return TaskContext(found, family.task, parent, family.labels)


def job(
    request: Request, job_id: int, *scopes: str, labels: bool = False, also: Sequence[Key] = ()
) -> JobContext:
    """A job with which the principal may do everything in `scopes`.

    Args:
        labels, also: whether to read its labels, and which other records, in the same call.

    Raises:
        NotFound: there is none. Forbidden: one of the scopes is not allowed.
    """
    task_id = store.task_of_job(job_id)
    family = store.load_family(task_id, job_id, labels=labels, also=also) if task_id else None
    if family is None or family.job is None:
        raise NotFound
    found = store.decode(family.job, Job)
    owner = store.decode(family.task, Task)
    if owner.data is None:
        # Its task is not ready: the rest of the jobs are still being written.
        raise NotFound
    parent = _parent_in(family, owner)
    _require(
        request.principal, "jobs", scopes, job_relations(found, owner, parent, request.principal.id)
    )
    return JobContext(found, family.job, owner, parent, family.labels, family.found)


def parent_of(task: Task) -> Project | None:
    """The project of a task. Raises NotFound if it is being deleted, and the task with it."""
    if task.project_id is None:
        return None
    found = store.load_project(task.project_id)
    if found is None:
        raise NotFound
    return found


def _parent_in(family: Family, task: Task) -> Project | None:
    if task.project_id is not None and family.project is None:
        raise NotFound
    return store.decode(family.project, Project) if family.project else None


def project_relations(project: Project, user_id: int) -> frozenset[str]:
    """What a user is to a project, in the words of the permission table."""
    return _held(user_id, Owner=project.owner_id, Assignee=project.assignee_id)


def task_relations(task: Task, project: Project | None, user_id: int) -> frozenset[str]:
    """What a user is to a task, in the words of the permission table."""
    return _held(user_id, Owner=task.owner_id, Assignee=task.assignee_id) | _above(
        "Project", project, user_id
    )


def job_relations(job: Job, task: Task, project: Project | None, user_id: int) -> frozenset[str]:
    """What a user is to a job, in the words of the permission table."""
    return (
        _held(user_id, Assignee=job.assignee_id)
        | _above("Task", task, user_id)
        | _above("Project", project, user_id)
    )


def _above(word: str, parent: Task | Project | None, user_id: int) -> frozenset[str]:
    if parent is None:
        return frozenset()
    relations = {f"{word}:owner": parent.owner_id, f"{word}:assignee": parent.assignee_id}
    return _held(user_id, **relations)


def _held(user_id: int, **relations: int | None) -> frozenset[str]:
    return frozenset(word for word, holder in relations.items() if holder == user_id)


def _require(
    principal: Principal, resource: str, scopes: tuple[str, ...], relations: frozenset[str]
) -> None:
    for scope in scopes:
        permissions.require(principal, resource, scope, relations)
