"""What must follow a change: jobs are indexed anew, annotations lose or change their labels.

The change itself is one transaction, and with it goes a note in the table of what is left to do.
Doing it may be repeated, so an interrupted run is simply done again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from chalicelib.annotations import store as annotation_store
from chalicelib.annotations.model.document import Document, Objects, gather
from chalicelib.annotations.revisions.changes import Change, identity
from chalicelib.platform import keys, table
from chalicelib.platform.errors import Conflict
from chalicelib.platform.table import Check, Lost, Put, Record, Update
from chalicelib.projects import label_rules, store
from chalicelib.projects.indexing import TASK, index_job
from chalicelib.projects.models import Job, Task
from chalicelib.projects.moving import Mapping

KIND = "moved"

log = logging.getLogger("skylabel.projects")


class Note(msgspec.Struct, kw_only=True):
    """What is left to do below a project or task, whose `pk` is `parent`.

    Attributes:
        mapping: new ids of the labels in a task's annotations.
        removed: labels whose objects go.
        author, message: who changed it and how, for the history of the annotations.
    """

    parent: str
    mapping: Mapping | None = None
    removed: list[int] = []
    author: int | None = None
    message: str = ""


def owner_changed(task_id: int) -> Put:
    """The note that a task has another owner."""
    return _put(Note(parent=keys.task(task_id)), "OWNER")


def task_moved(task_id: int, mapping: Mapping, author: int | None, message: str) -> Put:
    """The note that a task went into a project."""
    note = Note(parent=keys.task(task_id), mapping=mapping, author=author, message=message)
    return _put(note, "PROJECT")


def labels_removed(
    parent: str, removed: Sequence[int], author: int | None = None, message: str = ""
) -> Put:
    """The note that labels are gone. Ids are never used again, so the least tells notes apart."""
    note = Note(parent=parent, removed=list(removed), author=author, message=message)
    return _put(note, keys.label(min(removed)))


def follow(parent: str) -> None:
    """Do what the notes of a project or task say; what fails is left for `resume`."""
    try:
        for record in list(table.children(keys.moved(parent))):
            _do(record)
    except Exception:
        log.exception("What follows a change of %s is left for later", parent)


def resume() -> int:
    """Do what was interrupted. Returns how many projects and tasks had notes."""
    noted = table.listed(Record.kind_index, keys.kind_of(KIND))
    parents = {pk.partition("#")[2] for pk, _ in noted}
    for parent in sorted(parents):
        follow(parent)
    return len(parents)


def _put(note: Note, sort: str) -> Put:
    record = Record(keys.moved(note.parent), sort, num=0, by_kind=keys.kind_of(KIND))
    return Put(record.write(note))


def _do(record: Record) -> None:
    note = record.read(Note)
    for task_id in _tasks(note.parent):
        _do_task(task_id, note)
    if note.mapping is not None:
        _drop_labels(note.parent)
    table.commit(table.Delete(record.key))


def _do_task(task_id: int, note: Note) -> None:
    """Bring the jobs of a task up to date; again if the task was changed once more meanwhile."""
    task = store.load_task(task_id)
    while task is not None:
        for record in list(table.children(keys.task(task_id), "JOB#")):
            _index_anew(record, task)
            if note.mapping is not None:
                _relabel(record.number, note, note.mapping)
            if note.removed:
                _remove_objects(record.number, note)
        now = store.load_task(task_id)
        if now and (now.owner_id, now.project_id) == (task.owner_id, task.project_id):
            return
        task = now


def _tasks(parent: str) -> Iterator[int]:
    kind, _, number = parent.partition("#")
    if f"{kind}#" == keys.task(0).removesuffix("0"):
        yield int(number)
        return
    for pk, _ in table.listed(Record.parent_index, keys.child_of(TASK, parent)):
        yield int(pk.partition("#")[2])


def _index_anew(record: Record, task: Task) -> None:
    """List a job where its task belongs. Not once the task is in the trash, where nothing is."""
    present: Record | None = record
    while present is not None:
        before = present.by_owner, present.by_parent
        index_job(present, present.read(Job), task)
        if before == (present.by_owner, present.by_parent):
            return
        try:
            table.commit(Update(present), Check(store.task_key(task.id)))
        except Lost:
            there = store.load_task(task.id) is not None
            present = table.load(*record.key) if there else None
            continue
        return


def _relabel(job_id: int, note: Note, mapping: Mapping) -> None:
    def change(document: Document) -> Change:
        objects = [item for item in document.all() if item.label_id in mapping.labels]
        plain = msgspec.to_builtins(gather(objects))
        _replace_ids(plain, mapping)
        return Change(update=msgspec.convert(plain, Objects))

    _rewrite(job_id, note, change)


def _remove_objects(job_id: int, note: Note) -> None:
    removed = set(note.removed)

    def change(document: Document) -> Change:
        return Change(delete=[identity(o) for o in document.all() if o.label_id in removed])

    _rewrite(job_id, note, change)


def _rewrite(job_id: int, note: Note, change: Callable[[Document], Change]) -> None:
    """Save a change of a job's annotations; again if someone saved the same objects meanwhile."""
    while True:
        document = annotation_store.read_job(job_id)
        wanted = change(document)
        if wanted.is_empty:
            return
        try:
            annotation_store.save(
                annotation_store.Save(
                    job_id=job_id,
                    change=wanted,
                    author=note.author,
                    since=document.version,
                    message=note.message,
                )
            )
        except Conflict:
            continue
        return


def _replace_ids(value: Any, mapping: Mapping) -> None:
    if isinstance(value, list):
        for item in value:
            _replace_ids(item, mapping)
    elif isinstance(value, dict):
        for field, ids in (("label_id", mapping.labels), ("spec_id", mapping.attributes)):
            if field in value:
                value[field] = ids.get(value[field], value[field])
        for item in value.values():
            _replace_ids(item, mapping)


def _drop_labels(parent: str) -> None:
    """Delete the labels that a task had before it moved."""
    record = table.load(parent, keys.LABELS)
    if record is None:
        return
    pointers = label_rules.ids_of(store.read_labels(record))
    table.delete_many((keys.label(label_id), keys.META) for label_id in pointers)
    table.commit(table.Delete(record.key))
