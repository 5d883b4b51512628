"""What is on its way into the trash or out of it, so that lists leave it out.

Lists are made from indexes, which still have entries of it, or have some of them already.
"""

from __future__ import annotations

import msgspec

from chalicelib.platform import keys, table
from chalicelib.platform.table import Key, Record
from chalicelib.projects.indexing import TASK


class Hidden(msgspec.Struct):
    """Ids of what is on its way into the trash or out of it: index entries do not count."""

    projects: set[int]
    tasks: set[int]


def hidden() -> Hidden:
    """What is on its way right now, usually nothing."""
    found = Hidden(set(), set())
    for pk, _ in unfinished():
        thing = pk.partition("#")[2]
        kind, _, number = thing.partition("#")
        if f"{kind}#" == keys.task(0).removesuffix("0"):
            found.tasks.add(int(number))
            continue
        found.projects.add(int(number))
        found.tasks.update(tasks_of(int(number)))
        found.tasks.update(record.number for record in table.children(pk, "TASK#"))
    return found


def tasks_of(project_id: int) -> list[int]:
    """Ids of the tasks of a project, newest first (eventually consistent)."""
    listed = table.listed(Record.parent_index, keys.child_of(TASK, keys.project(project_id)))
    return [int(pk.partition("#")[2]) for pk, _ in listed]


def unfinished() -> list[Key]:
    """Keys of what is on its way."""
    return table.listed(Record.parent_index, keys.UNFINISHED_TRASH)
