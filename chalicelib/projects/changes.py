"""Changing a project or task together with its labels, whoever else writes at the same time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from chalicelib.platform import clock, table
from chalicelib.platform.errors import BUSY, Conflict, NotFound
from chalicelib.platform.table import Key, Lost, Record, Update
from chalicelib.projects import following
from chalicelib.projects.labels import Change
from chalicelib.projects.models import Project, Task

Item = TypeVar("Item", Project, Task)

ATTEMPTS = 20
#: Seconds that the last attempts wait at most, so that many writers take turns.
LONGEST_WAIT = 0.1


def attempts() -> Iterator[None]:
    """Times to try a conditional write, with growing random pauses. Raises Conflict at the end."""
    for attempt in range(ATTEMPTS):
        yield
        time.sleep(random.uniform(0, LONGEST_WAIT * attempt / ATTEMPTS))  # noqa: S311 - no secret
    raise Conflict({"detail": BUSY})


def apply(key: Key, struct: type[Item], edit: Callable[[Item, Record], Change]) -> Item:
    """Edit a project or task in place; what `edit` returns is committed with it.

    `edit` runs again on fresh data if someone else wrote in between.

    Raises:
        NotFound: there is none. Conflict: others kept writing.
    """
    for _ in attempts():
        record = table.load(*key)
        if record is None:
            raise NotFound
        item = record.read(struct)
        change = edit(item, record)
        item.updated_date = clock.iso()
        try:
            change.commit_with(Update(record.write(item)))
        except Lost:
            continue
        if change.notes:
            following.follow(key[0])
        return item
    raise AssertionError("attempts() raises at its end")
