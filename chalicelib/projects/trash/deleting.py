"""Deleting projects and tasks, having them back, and removing them for good.

Each begins with one transaction, after which the thing is gone, or on its way, for everybody. What
then is left to do may be interrupted at any point: the next call of any of these, or the sweep,
takes it up.
"""

from __future__ import annotations

import logging

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.platform import clock, keys, table, workflows
from chalicelib.platform.config import settings
from chalicelib.platform.errors import Conflict, NotFound
from chalicelib.platform.table import Create, Delete, Lost, Record, Update, Write
from chalicelib.projects import changes, store
from chalicelib.projects.models import Project, Task
from chalicelib.projects.trash import entries
from chalicelib.projects.trash.bodies import Kind
from chalicelib.projects.trash.entries import Deletion, Entry
from chalicelib.projects.trash.hiding import hide, label_ids, settle
from chalicelib.projects.trash.pace import OutOfTime, Pace, in_request
from chalicelib.projects.trash.purging import doom, purge
from chalicelib.projects.trash.restoring import check_project, restore

_STEPS = {"hiding": hide, "restoring": restore, "purging": purge}

log = logging.getLogger("skylabel.projects")


def delete_project(project_id: int, by: int | None = None) -> None:
    """Put a project with its tasks into the trash. Raises NotFound, Conflict."""
    for _ in changes.attempts():
        record = table.load(*store.project_key(project_id))
        if record is None:
            raise NotFound
        if _bury(record, _deletion("project", project_id, record, by)):
            break
    _try(("project", project_id))


def delete_task(task_id: int, by: int | None = None) -> None:
    """Put a task with its jobs, annotations and media into the trash. Raises NotFound, Conflict."""
    for _ in changes.attempts():
        record = table.load(*store.task_key(task_id))
        if record is None:
            raise NotFound
        task = record.read(Task)
        leaving = _leave_project(task)
        deletion = _deletion("task", task_id, record, by)
        deletion.labels = label_ids(task)
        if _bury(record, deletion, *leaving):
            break
    _try(("task", task_id))


def bring_back(kind: Kind, thing_id: int) -> bool:
    """Restore something from the trash. Returns whether all of it is back already.

    Raises:
        NotFound: it is not in the trash. Conflict: its project is gone.
    """
    for _ in changes.attempts():
        entry = entries.load(kind, thing_id)
        if entry is None or not entry.visible:
            raise NotFound
        if kind == "task":
            check_project(entry.task())
        if entry.deletion.state == "restoring":
            break
        try:
            table.commit(entry.becoming(state="restoring"))
        except Lost:
            continue
        break
    try:
        return carry_on((kind, thing_id), in_request()) is None
    except OutOfTime:
        _leave((kind, thing_id))
        return False


def remove(kind: Kind, thing_id: int) -> None:
    """Remove something in the trash for good. Raises NotFound, Conflict."""
    for _ in changes.attempts():
        entry = entries.load(kind, thing_id)
        if entry is None or not entry.visible:
            raise NotFound
        try:
            if not doom(entry):
                raise Conflict({"detail": "It is being restored. Delete it again after that."})
        except Lost:
            continue
        break
    _try((kind, thing_id))


def carry_on(named: tuple[Kind, int], pace: Pace) -> Entry | None:
    """Do what is left to do for something in the trash. Returns it, or None if it left.

    Raises:
        OutOfTime. Conflict: others kept changing it, or its project is gone.
    """
    for _ in changes.attempts():
        entry = entries.load(*named)
        if entry is None or entry.deletion.state == "kept":
            return entry
        try:
            _STEPS[entry.deletion.state](entry, pace)
        except Lost:
            log.info("%s %s is changed by others, too", *named)
    raise AssertionError("attempts() raises at its end")


def _try(named: tuple[Kind, int]) -> None:
    """Carry on; what fails is left for the sweep, because what was deleted is out of sight."""
    try:
        carry_on(named, in_request())
    except OutOfTime:
        _leave(named)
    except Exception:
        log.exception("%s %s: left to the sweep", *named)


def _leave(named: tuple[Kind, int]) -> None:
    """Have the sweep go on at once. If it cannot be asked, it comes by the clock."""
    log.info("%s %s: the rest is left to the sweep", *named)
    try:
        workflows.send("sweep", {})
    except (BotoCoreError, ClientError):
        log.warning("the sweep could not be asked to go on", exc_info=True)


def _deletion(kind: Kind, thing_id: int, record: Record, by: int | None) -> Deletion:
    return Deletion(
        kind=kind, id=thing_id, at=clock.iso(), by=by, version=int(record.version),
        doomed=settings().trash_days <= 0,
    )  # fmt: skip


def _bury(record: Record, deletion: Deletion, *others: Write) -> bool:
    """Move a record into the trash; False if someone changed it meanwhile."""
    entry = entries.buried(record, deletion)
    try:
        if not deletion.doomed:
            _settle(entry)
        table.commit(Delete(record.key, deletion.version), Create(entry.record), *others)
    except Lost:
        return False
    return True


def _settle(entry: Entry) -> None:
    """Let changes of a thing, and of the labels that it uses, reach it. Raises Lost."""
    settle(entry.pk)
    item = entry.item()
    if isinstance(item, Task) and item.project_id is not None:
        settle(keys.project(item.project_id))


def _leave_project(task: Task) -> list[Write]:
    record = table.load(*store.project_key(task.project_id)) if task.project_id else None
    if record is None:
        return []
    project = record.read(Project)
    project.task_count -= 1
    project.leave_subset(task.subset)
    project.updated_date = clock.iso()
    return [Update(record.write(project))]
