"""Loading what lists show, with whatever it is named by: parents and people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from chalicelib.accounts import users
from chalicelib.platform import table
from chalicelib.projects import store
from chalicelib.projects.models import Job, Project, Task
from chalicelib.projects.visibility import JobId


class TaskRow(msgspec.Struct):
    """A task with its project, if it has one."""

    task: Task
    project: Project | None


class JobRow(msgspec.Struct):
    """A job with its task and project."""

    job: Job
    task: Task
    project: Project | None


def load_projects(project_ids: Iterable[int]) -> list[Project]:
    """Projects by id, in that order; what has gone meanwhile is left out."""
    wanted = [store.project_key(project_id) for project_id in project_ids]
    found = table.load_many(wanted)
    rows = [store.decode(found[key], Project) for key in wanted if key in found]
    _meet(rows)
    return rows


def load_tasks(task_ids: Iterable[int]) -> list[TaskRow]:
    """Tasks by id, in that order; what has gone meanwhile is left out."""
    wanted = [store.task_key(task_id) for task_id in task_ids]
    found = table.load_many(wanted)
    tasks = [store.decode(found[key], Task) for key in wanted if key in found]
    projects = _projects_of(tasks)
    _meet(tasks)
    return [
        TaskRow(task, projects.get(task.project_id or 0))
        for task in tasks
        if task.project_id is None or task.project_id in projects
    ]


def load_jobs(jobs: Iterable[JobId]) -> list[JobRow]:
    """Jobs by task and job id, in that order; what has gone meanwhile is left out."""
    wanted = list(jobs)
    tasks = {row.task.id: row for row in load_tasks(dict.fromkeys(task for task, _ in wanted))}
    keys_wanted = [store.job_key(*job) for job in wanted if job[0] in tasks]
    found = table.load_many(keys_wanted)
    rows = [store.decode(found[key], Job) for key in keys_wanted if key in found]
    _meet(rows)
    return [
        JobRow(job, tasks[job.task_id].task, tasks[job.task_id].project)
        for job in rows
        if tasks[job.task_id].task.data is not None
    ]


def _projects_of(tasks: Sequence[Task]) -> dict[int, Project]:
    wanted = {task.project_id for task in tasks if task.project_id is not None}
    found = table.load_many(store.project_key(project_id) for project_id in wanted)
    projects = [store.decode(record, Project) for record in found.values()]
    return {project.id: project for project in projects}


def _meet(items: Sequence[Project] | Sequence[Task] | Sequence[Job]) -> None:
    """Read the people that items name in one call; showing them then finds them remembered."""
    people = {item.assignee_id for item in items}
    people |= {item.owner_id for item in items if not isinstance(item, Job)}
    users.get_many(user_id for user_id in people if user_id is not None)
