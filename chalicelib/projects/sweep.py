"""What runs by the clock: deletions, restorations and changes that were interrupted are finished,
and what was in the trash for long enough is removed.
"""

from __future__ import annotations

import logging

import msgspec

from chalicelib.platform import keys, table
from chalicelib.platform.table import Key, Record
from chalicelib.projects import following
from chalicelib.projects.indexing import TASK
from chalicelib.projects.trash import deleting, entries, purging
from chalicelib.projects.trash.pace import OutOfTime, in_background

log = logging.getLogger("skylabel.projects")


class Hidden(msgspec.Struct):
    """Ids of what is on its way into the trash or out of it: index entries do not count."""

    projects: set[int]
    tasks: set[int]


def resume() -> int:
    """Finish what was interrupted, and remove what is due. Returns how many things there were.

    One that fails is logged, stays out of sight, and is tried again by the next call.
    """
    doomed = _doom_what_is_due()
    unfinished = entries.load_many(_unfinished())
    # What has just been doomed may not be in the index yet.
    wanted = doomed | unfinished.keys()
    for named in sorted(wanted):
        try:
            deleting.carry_on(named, in_background())
        except OutOfTime:
            log.info("%s %s is left for later", *named)
        except Exception:
            log.exception("%s %s is left for later", *named)
    return len(wanted) + following.resume()


def hidden() -> Hidden:
    """What is on its way right now, usually nothing."""
    found = Hidden(set(), set())
    for pk, _ in _unfinished():
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


def _unfinished() -> list[Key]:
    return table.listed(Record.parent_index, keys.UNFINISHED_TRASH)


def _doom_what_is_due() -> set[tuple[entries.Kind, int]]:
    """Take out of the trash what is there for long enough."""
    kind = keys.kind_of(entries.TRASH)
    due = table.listed(Record.kind_index, kind, until=entries.due())
    doomed = set()
    for named, entry in entries.load_many(due).items():
        try:
            if purging.doom(entry):
                doomed.add(named)
        except table.Lost:
            continue
    return doomed
