"""What runs by the clock: deletions, restorations and changes that were interrupted are finished,
and what was in the trash for long enough is removed.
"""

from __future__ import annotations

import logging

from chalicelib.platform import keys, table
from chalicelib.platform.table import Record
from chalicelib.projects import following
from chalicelib.projects.trash import deleting, entries, on_its_way, purging
from chalicelib.projects.trash.bodies import Kind
from chalicelib.projects.trash.pace import OutOfTime, in_background

log = logging.getLogger("skylabel.projects")


def resume() -> int:
    """Finish what was interrupted, and remove what is due. Returns how many things there were.

    One that fails is logged, stays out of sight, and is tried again by the next call.
    """
    doomed = _doom_what_is_due()
    unfinished = entries.load_many(on_its_way.unfinished())
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


def _doom_what_is_due() -> set[tuple[Kind, int]]:
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
