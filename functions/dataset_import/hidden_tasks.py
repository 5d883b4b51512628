"""Tasks of a project that nobody sees before all of them are complete."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from msgspec.structs import replace

from chalicelib.backups import drafts, undoing
from chalicelib.platform import clock, keys, table
from chalicelib.platform.table import Lost, Update, Write
from chalicelib.projects import changes, store
from chalicelib.projects.indexing import index_job, index_task
from chalicelib.projects.models import Job, Project, Task
from functions.dataset_import import new_labels
from functions.dataset_import.source import Gone

#: Records of one transaction, beside the project's.
_AT_ONCE = 90


def make(project: Project, task_id: int, subset: str, owner_id: int) -> None:
    """Store a task that nobody sees. May be repeated."""
    moment = clock.iso()
    drafts.make_task(
        Task(
            id=task_id, name=subset, subset=subset, owner_id=owner_id,
            organization_id=project.organization_id, created_date=moment, updated_date=moment,
        )
    )  # fmt: skip


def load(project_id: int, task_id: int) -> Task:
    """A task as if it were in its project already, whose labels it uses. Raises Gone."""
    task = store.load_task(task_id)
    if task is None:
        raise Gone("The project's new tasks have been deleted.")
    return replace(task, project_id=project_id)


def are_shown(project_id: int, task_ids: Sequence[int]) -> bool:
    """Whether the tasks are in the project already."""
    task = store.load_task(task_ids[0]) if task_ids else None
    return task is not None and task.project_id == project_id


def show(project_id: int, task_ids: Sequence[int], labels: bytes = b"") -> None:
    """Let tasks be seen in their project, with everything in them. May be repeated.

    Args:
        labels: packed, that the project gets with the first of them; none if it has its own.

    Raises:
        Gone: the project is not there any more, or others gave it labels meanwhile.
    """
    for task_id in task_ids:
        _index_jobs(load(project_id, task_id))
    waiting = iter(task_ids)
    while some := list(islice(waiting, _AT_ONCE)):
        _enter(project_id, some, labels)


def remove(task_ids: Sequence[int]) -> None:
    """Remove tasks that nobody has seen, with all that belongs to them. May be repeated."""
    undoing.undo(None, task_ids)


def _index_jobs(task: Task) -> None:
    writes: list[Write] = []
    for record in table.children(keys.task(task.id), "JOB#"):
        index_job(record, record.read(Job), task)
        writes.append(Update(record))
    waiting = iter(writes)
    while some := list(islice(waiting, _AT_ONCE)):
        table.commit(*some)


def _enter(project_id: int, task_ids: Sequence[int], labels: bytes) -> None:
    for _ in changes.attempts():
        record = table.load(*store.project_key(project_id))
        if record is None:
            raise Gone("The project has been deleted.")
        project = record.read(Project)
        project.updated_date = clock.iso()
        writes: list[Write] = new_labels.writes(project_id, labels)
        for task_record in table.load_many(map(store.task_key, task_ids)).values():
            task = task_record.read(Task)
            if task.project_id == project_id:
                continue
            task.project_id = project_id
            index_task(task_record, task)
            writes.append(Update(task_record.write(task)))
            project.task_count += 1
            project.enter_subset(task.subset)
            if task.data is not None:
                project.dimension = project.dimension or task.data.dimension
        try:
            table.commit(Update(record.write(project)), *writes)
        except Lost:
            continue
        return
