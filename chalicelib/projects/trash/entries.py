"""What the table keeps of a deleted project or task.

The record of a deleted thing moves, in one transaction, from `PROJECT#<id>` or `TASK#<id>` to
`TRASH#` before that, and everything else stays where it is: no route and no worker finds a thing
without its record. The tasks of a deleted project follow it as `TRASH#PROJECT#<id>`, `TASK#<id>`.

An entry is first `hiding` (what belongs to it leaves the indexes that lists are made from), then
`kept`; from there it is `restoring` or `purging`. Every change of state raises the version of its
record, and every other write for it demands that version: whoever comes late changes nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar

import msgspec

from chalicelib.platform import clock, keys, table
from chalicelib.platform.config import settings
from chalicelib.platform.table import Check, Key, Record, Update
from chalicelib.projects import store
from chalicelib.projects.models import Project, Task
from chalicelib.projects.trash.bodies import Kind

State = Literal["hiding", "kept", "restoring", "purging"]
Dated = TypeVar("Dated", Project, Task)

TRASH = "trash"
_PARENT_KEYS = {"project": keys.project, "task": keys.task}


class Deletion(msgspec.Struct, kw_only=True):
    """How and when something was deleted, kept beside its own document.

    Attributes:
        at: ISO time. by: id of the user who deleted it, None if the server did.
        version: of the record when it was deleted.
        doomed: whether it is to be removed for good, so that nobody sees it any more.
        jobs: how many it has; None until those of a project's tasks are counted.
        labels: ids of the labels of its project that a task could use.
    """

    kind: Kind
    id: int
    at: str
    by: int | None
    version: int
    state: State = "hiding"
    doomed: bool = False
    jobs: int | None = None
    labels: list[int] = []


class Entry(msgspec.Struct):
    """A deleted thing: its record in the trash, and how it came there."""

    record: Record
    deletion: Deletion

    @property
    def pk(self) -> str:
        """Where everything but its record stands, and its record stood."""
        return _PARENT_KEYS[self.deletion.kind](self.deletion.id)

    @property
    def visible(self) -> bool:
        """Whether it can be seen and restored."""
        return self.deletion.state != "purging" and not self.deletion.doomed

    def project(self) -> Project:
        """The project that was deleted."""
        return store.decode(self.record, Project)

    def task(self) -> Task:
        """The task that was deleted."""
        return store.decode(self.record, Task)

    def item(self) -> Project | Task:
        """What was deleted."""
        return self.project() if self.deletion.kind == "project" else self.task()

    def held(self) -> Check:
        """The demand that nobody has changed the state meanwhile."""
        return Check(self.record.key, int(self.record.version))

    def becoming(self, **changes: Any) -> Update:
        """The write that changes the state, if it is still as it was read."""
        self.deletion = msgspec.structs.replace(self.deletion, **changes)
        return Update(_indexed(self.record, self.deletion, self.item()))


def buried(record: Record, deletion: Deletion) -> Entry:
    """The entry of a thing that is being deleted, whose record is given; to be created."""
    grave = Record(keys.trash(record.pk), keys.META, doc=record.doc, updated=record.updated)
    grave.num = _milliseconds(deletion.at)
    entry = Entry(grave, deletion)
    _indexed(grave, deletion, entry.item())
    return entry


def restored(entry: Entry) -> Record:
    """The record as it was before, without index entries."""
    return _as_it_was(entry.pk, entry.record, entry.deletion.version)


def child(parent: Entry, record: Record) -> Record:
    """The record of a task that follows its project into the trash."""
    return Record(
        parent.record.pk, record.pk, num=record.num, version=record.version, doc=record.doc,
        updated=record.updated,
    )  # fmt: skip


def restored_child(record: Record) -> Record:
    """The record of a task as it was before its project was deleted, without index entries."""
    return _as_it_was(record.sk, record, int(record.version))


def load(kind: Kind, thing_id: int) -> Entry | None:
    """What is in the trash under an id, in whatever state."""
    return load_many([(keys.trash(_PARENT_KEYS[kind](thing_id)), keys.META)]).get((kind, thing_id))


def load_many(wanted: list[Key]) -> dict[tuple[Kind, int], Entry]:
    """Entries by kind and id."""
    found = [_entry(record) for record in table.load_many(wanted).values()]
    return {(entry.deletion.kind, entry.deletion.id): entry for entry in found}


def task(task_id: int) -> Task | None:
    """A task that was deleted alone and can still be restored."""
    entry = load("task", task_id)
    return entry.task() if entry and entry.visible else None


def project(project_id: int) -> Project | None:
    """A project that was deleted and can still be restored."""
    entry = load("project", project_id)
    return entry.project() if entry and entry.visible else None


def tasks_of(entry: Entry) -> list[Record]:
    """Records of the tasks that followed a project into the trash."""
    return list(table.children(entry.record.pk, keys.task(0).removesuffix("0")))


def term() -> float:
    """For how many days a deleted thing is kept."""
    return settings().trash_days


def expiry(deletion: Deletion) -> str:
    """When it is removed for good, as ISO time."""
    gone = datetime.fromisoformat(deletion.at) + timedelta(days=term())
    return clock.iso(gone)


def due() -> int:
    """`num` of the youngest entries that are to be removed for good by now."""
    return _milliseconds(clock.iso(clock.now() - timedelta(days=term())))


def _entry(record: Record) -> Entry:
    packed: Any = record.blob
    return Entry(record, msgspec.msgpack.decode(packed, type=Deletion))


def _indexed(record: Record, deletion: Deletion, item: Project | Task) -> Record:
    record.blob = msgspec.msgpack.encode(deletion)
    shown = deletion.state != "purging" and not deletion.doomed
    record.by_kind = keys.kind_of(TRASH) if shown else None
    owner = item.owner_id
    record.by_owner = keys.owned(TRASH, owner) if shown and owner is not None else None
    if deletion.state != "kept":
        record.by_parent = keys.UNFINISHED_TRASH
    elif isinstance(item, Task) and item.project_id is not None:
        record.by_parent = keys.child_of(TRASH, keys.project(item.project_id))
    else:
        record.by_parent = None
    return record


def _as_it_was(pk: str, record: Record, version: int) -> Record:
    # A version of its own: who read the record before it was deleted must not write over this.
    return Record(
        pk, keys.META, num=int(pk.partition("#")[2]), version=version + 1, doc=record.doc,
        updated=record.updated,
    )  # fmt: skip


def _milliseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).astimezone(UTC).timestamp() * 1000)
