"""Reading the log of a job: its head, its base, and the revisions after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chalicelib.annotations.revisions import log
from chalicelib.annotations.revisions.cache import View, views
from chalicelib.annotations.revisions.changes import Change, Snapshot, Step
from chalicelib.annotations.revisions.log import Damaged, Head
from chalicelib.platform import keys, table
from chalicelib.platform.table import Key, Record

#: A base may be folded away between reading the head and reading it; then the head is read again.
READ_ATTEMPTS = 8


def head_key(job_id: int) -> Key:
    return keys.annotations(job_id), log.HEAD


def look(job_ids: Iterable[int]) -> dict[int, View]:
    """The heads of jobs, fresh from the table, with snapshots where this process has them."""
    wanted = {job_id: head_key(job_id) for job_id in job_ids}
    records = table.load_many(wanted.values())
    return {job_id: view_of(job_id, records.get(key)) for job_id, key in wanted.items()}


def look_at(job_id: int) -> View:
    """The head of one job."""
    return look([job_id])[job_id]


def filled(job_id: int, view: View) -> View:
    """The same view, or a later one, with its current snapshot. Raises Damaged."""
    for attempt in range(READ_ATTEMPTS):
        if view.current is None:
            try:
                view = _with_snapshot(job_id, view)
            except Damaged:
                if attempt == READ_ATTEMPTS - 1:
                    raise
                view = look_at(job_id)
                continue
            views.keep(job_id, view)
        break
    return view


def snapshot_of(job_id: int, view: View) -> Snapshot:
    """The annotations at the view's revision, or a later one. Raises Damaged."""
    return filled(job_id, view).current or Snapshot()


def changes_after(job_id: int, revision: int, last: int) -> Iterator[Step]:
    """The changes that made revisions `revision + 1` to `last`.

    Raises:
        Damaged: one of them is missing.
    """
    if last <= revision:
        return
    expected = revision + 1
    after = log.revision_key(revision)
    for record in table.children(keys.annotations(job_id), "REV#", after=after):
        found = log.revision_of(record.sk)
        if found != expected:
            break
        change, size = log.payload(record)
        yield Step(change, found, size)
        if found == last:
            return
        expected += 1
    raise Damaged(f"revision {expected} of job {job_id} is missing")


def view_of(job_id: int, record: Record | None) -> View:
    """The view that a HEAD record gives, None if there is none. Remembers it."""
    if record is None:
        views.forget(job_id)
        return View(Head(), 0, Snapshot())
    head = record.read(Head)
    known = views.get(job_id)
    view = View(head, int(record.version), known.snapshot if known else None)
    views.keep(job_id, view)
    return view


def _with_snapshot(job_id: int, view: View) -> View:
    head = view.head
    start = view.snapshot
    if start is None or not head.base <= start.revision <= head.revision:
        start = _base(job_id, head)
    steps = changes_after(job_id, start.revision, head.revision)
    return View(head, view.version, start.after(*steps))


def _base(job_id: int, head: Head) -> Snapshot:
    if not head.base_key:
        return Snapshot()
    record = table.load(keys.annotations(job_id), head.base_key)
    if record is None:
        raise Damaged(f"{head.base_key} of job {job_id} is missing")
    change, size = log.payload(record)
    return Snapshot().after(Step(Change(replace=True, create=change.create), head.base, size))
