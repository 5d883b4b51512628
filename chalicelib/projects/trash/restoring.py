"""Bringing back what was deleted: the jobs return to the indexes, last comes the record itself."""

from __future__ import annotations

from chalicelib.platform import table
from chalicelib.platform.errors import Conflict
from chalicelib.platform.table import Create, Delete, Put, Record, Write
from chalicelib.projects import following, store, task_changes
from chalicelib.projects.indexing import index_job, index_project, index_task
from chalicelib.projects.models import Job, Project, Task
from chalicelib.projects.trash import entries
from chalicelib.projects.trash.entries import Entry
from chalicelib.projects.trash.hiding import change_jobs, index_entries, label_ids
from chalicelib.projects.trash.pace import Pace


def restore(entry: Entry, pace: Pace) -> None:
    """Do what is left of bringing something back. May be repeated.

    Raises:
        Lost: someone changed the entry or a part of it meanwhile. OutOfTime.
        Conflict: the project of the task is gone; the task is in the trash as before.
    """
    if entry.deletion.kind == "task":
        _restore_task(entry)
    else:
        _restore_project(entry, pace)


def check_project(task: Task) -> None:
    """Raises Conflict if the project that a task belongs to is not there."""
    if task.project_id is None or store.load_project(task.project_id) is not None:
        return
    number = task.project_id
    gone = entries.project(number)
    if gone is not None:
        told = f"Its project {gone.name!r} (id {number}) is in the trash, too: restore that first."
    else:
        told = (
            f"Its project (id {number}) was deleted for good, and with it the labels that this"
            " task uses: the task cannot be restored."
        )
    raise Conflict({"detail": f"Task {task.name!r} (id {task.id}) belongs to a project. {told}"})


def _restore_task(entry: Entry) -> None:
    task = entry.task()
    try:
        check_project(task)
    except Conflict:
        table.commit(entry.becoming(state="hiding"))
        raise
    _index_jobs(entry, task)
    record = entries.restored(entry)
    index_task(record, task)
    followers = _follow_labels(entry, task)
    _, counted = task_changes.join_project(task)
    table.commit(
        Delete(entry.record.key, int(entry.record.version)), Create(record), *counted, *followers
    )
    if followers:
        following.follow(entry.pk)


def _follow_labels(entry: Entry, task: Task) -> list[Write]:
    """The note that objects go whose labels the project has lost since the task was deleted."""
    lost = set(entry.deletion.labels) - set(label_ids(task))
    note: list[Put] = [following.labels_removed(entry.pk, sorted(lost))] if lost else []
    return [*note]


def _restore_project(entry: Entry, pace: Pace) -> None:
    for child in entries.tasks_of(entry):
        pace.check()
        task = child.read(Task)
        _index_jobs(entry, task)
        record = entries.restored_child(child)
        index_task(record, task)
        table.commit(entry.held(), Create(record), Delete(child.key))
    record = entries.restored(entry)
    index_project(record, record.read(Project))
    table.commit(Delete(entry.record.key, int(entry.record.version)), Create(record))


def _index_jobs(entry: Entry, task: Task) -> None:
    def index(record: Record) -> bool:
        before = index_entries(record)
        index_job(record, record.read(Job), task)
        return index_entries(record) != before

    change_jobs(entry, task.id, index)
