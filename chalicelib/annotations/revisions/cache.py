"""What this process remembers of jobs' annotations, within a bound.

A remembered log may be behind the table. Reading asks the table for the revision first; saving is
conditional. So this saves work, and never decides what is true.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

import msgspec

from chalicelib.annotations.revisions import page_cache
from chalicelib.annotations.revisions.log import Head
from chalicelib.annotations.revisions.snapshots import Snapshot

#: Bytes remembered in all, beside pages: what is not in pages, before compression, takes about
#: four times as much in memory.
CAPACITY = 16_000_000


class View(msgspec.Struct, frozen=True):
    """The log of a job as seen once.

    Attributes:
        version: of the HEAD record, 0 if there is none yet.
        snapshot: the latest annotations that were read, which may be behind the head.
    """

    head: Head
    version: int
    snapshot: Snapshot | None = None

    @property
    def current(self) -> Snapshot | None:
        """The annotations at the head's revision, if they were read."""
        known = self.snapshot
        return known if known is not None and known.revision == self.head.revision else None


class Cache:
    """Views by job, the least recently used dropped first."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._views: OrderedDict[int, View] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()

    def get(self, job_id: int) -> View | None:
        with self._lock:
            view = self._views.get(job_id)
            if view is not None:
                self._views.move_to_end(job_id)
            return view

    def keep(self, job_id: int, view: View) -> None:
        """Remember a view, unless a later one is known."""
        with self._lock:
            known = self._views.get(job_id)
            if known is not None and known.version > view.version:
                return
            self._drop(job_id)
            if _weight(view) > self._capacity // 2:
                return
            self._views[job_id] = view
            self._weight += _weight(view)
            while self._weight > self._capacity:
                self._drop(next(iter(self._views)))

    def forget(self, job_id: int) -> None:
        with self._lock:
            self._drop(job_id)

    def clear(self) -> None:
        with self._lock:
            self._views.clear()
            self._weight = 0
        page_cache.clear()

    def _drop(self, job_id: int) -> None:
        view = self._views.pop(job_id, None)
        if view is not None:
            self._weight -= _weight(view)


def _weight(view: View) -> int:
    return 2_000 + (view.snapshot.weight if view.snapshot else 0)


views = Cache()
