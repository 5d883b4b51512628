"""Taking what was deleted out of the indexes: lists cost nothing for what is in the trash."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from chalicelib.activity import requests
from chalicelib.activity import store as activity
from chalicelib.platform import keys, table
from chalicelib.platform.table import Create, Delete, Record, Update
from chalicelib.projects import following, label_rules, store
from chalicelib.projects.indexing import TASK
from chalicelib.projects.models import Task
from chalicelib.projects.trash import entries
from chalicelib.projects.trash.entries import Entry
from chalicelib.projects.trash.pace import Pace

#: Jobs that one transaction changes: a hundred items, one of them the entry's own.
JOBS_AT_ONCE = 99
DELETED = "The {} was deleted meanwhile. Restore it and start this again."


def hide(entry: Entry, pace: Pace) -> None:
    """Do what is left after something was deleted. May be repeated.

    Raises:
        Lost: someone changed the entry or a part of it meanwhile. OutOfTime.
    """
    if entry.deletion.kind == "task":
        task_ids, jobs = [entry.deletion.id], entry.task().jobs.count
    else:
        task_ids, jobs = _gather(entry, pace)
    _end_requests(entry, task_ids)
    for task_id in task_ids:
        pace.check()
        change_jobs(entry, task_id, _clear)
    state = "purging" if entry.deletion.doomed else "kept"
    table.commit(entry.becoming(state=state, jobs=jobs))


def change_jobs(entry: Entry, task_id: int, edit: Callable[[Record], bool]) -> None:
    """Edit the records of a task's jobs, those for which `edit` says that it changed something.

    Raises:
        Lost: someone changed the entry or a job meanwhile.
    """
    changed = (record for record in table.children(keys.task(task_id), "JOB#") if edit(record))
    while some := [Update(record) for record in islice(changed, JOBS_AT_ONCE)]:
        table.commit(entry.held(), *some)


def _clear(record: Record) -> bool:
    before = index_entries(record)
    record.by_kind = record.by_owner = record.by_assignee = record.by_parent = None
    return index_entries(record) != before


def index_entries(record: Record) -> tuple[str | None, ...]:
    """Where a record is listed."""
    return record.by_kind, record.by_owner, record.by_assignee, record.by_parent


def _gather(entry: Entry, pace: Pace) -> tuple[list[int], int]:
    """Let the tasks of a deleted project follow it. Returns their ids, and their jobs in all."""
    below = keys.child_of(TASK, entry.pk)
    for key in table.listed(Record.parent_index, below):
        pace.check()
        _follow(entry, key[0])
    gathered = entries.tasks_of(entry)
    if len(gathered) < entry.project().task_count:
        # The index does not know the youngest ones yet.
        pace.give_up()
    tasks = [record.read(Task) for record in gathered]
    return [task.id for task in tasks], sum(task.jobs.count for task in tasks)


def _follow(entry: Entry, task_pk: str) -> None:
    if not entry.deletion.doomed:
        settle(task_pk)
    record = table.load(task_pk)
    if record is not None:
        leaving = Delete(record.key, int(record.version))
        table.commit(entry.held(), leaving, Create(entries.child(entry, record)))


def settle(pk: str) -> None:
    """Let what follows a change of a project or task be done before it goes.

    Raises:
        Lost: it cannot be done now.
    """
    if _noted(pk):
        following.follow(pk)
        if _noted(pk):
            raise table.Lost([0])


def _noted(pk: str) -> bool:
    return next(iter(table.children(keys.moved(pk), limit=1)), None) is not None


def _end_requests(entry: Entry, task_ids: list[int]) -> None:
    """Fail what is being done to something that is gone: its workers stop when they report."""
    own = set(task_ids)
    for request in activity.unfinished():
        if request.operation.task_id in own or _is_of(entry, request.operation.project_id):
            requests.fail(request, DELETED.format(entry.deletion.kind))


def _is_of(entry: Entry, project_id: int | None) -> bool:
    return entry.deletion.kind == "project" and entry.deletion.id == project_id


def label_ids(task: Task) -> list[int]:
    """Ids of the labels that a task uses of its project."""
    if task.project_id is None:
        return []
    return sorted(label_rules.ids_of(store.labels_of_project(task.project_id)))
