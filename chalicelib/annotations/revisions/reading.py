"""Reading the log of a job: its head, its base, and the revisions after it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TypeVar

import msgspec

from chalicelib.annotations.revisions import log
from chalicelib.annotations.revisions.cache import View, views
from chalicelib.annotations.revisions.log import Damaged, Head
from chalicelib.annotations.revisions.snapshots import Snapshot, Step
from chalicelib.platform import keys, table
from chalicelib.platform.table import Key, Record

T = TypeVar("T")

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
    for _ in range(READ_ATTEMPTS):
        if view.current is not None:
            return view
        try:
            view = _with_snapshot(job_id, view)
        except Damaged:
            before, view = view, look_at(job_id)
            if view.head.base_key == before.head.base_key:
                raise
            continue
        views.keep(job_id, view)
    return view


def read(job_id: int, view: View, action: Callable[[Snapshot], T]) -> T:
    """What can be made of the annotations at the view's revision, or a later one.

    What this process remembers may be in files that folds have done without for long. So damage
    is believed only of what the head names now.

    Raises:
        Damaged: something that is needed for it is missing.
    """
    try:
        return action(snapshot_of(job_id, view))
    except Damaged:
        views.forget(job_id)
        return action(snapshot_of(job_id, look_at(job_id)))


def snapshot_of(job_id: int, view: View) -> Snapshot:
    """The annotations at the view's revision, or a later one. Raises Damaged."""
    return filled(job_id, view).current or Snapshot()


def changes_after(job_id: int, revision: int, last: int) -> Iterator[Step]:
    """The changes that made revisions `revision + 1` to `last`.

    Raises:
        Damaged: one of them is missing.
    """
    if last > revision:
        yield from _steps(job_id, log.past(revision), revision + 1, last)


def from_base(job_id: int, key: str, base: int, last: int) -> Snapshot:
    """The annotations at a revision, read by one query.

    Args:
        key: `sk` of a folded base or of a revision that replaces everything; "" if there is none.
        base: its revision.

    Raises:
        Damaged: the base or a revision after it is missing.
    """
    if not key:
        return Snapshot().after(*changes_after(job_id, 0, last))
    if key.startswith(log.OLD_BASE):
        return _old_base(job_id, key).after(*changes_after(job_id, base, last))
    steps = _steps(job_id, key, base, last)
    try:
        first = next(steps)
        if not first.small.replace:
            raise Damaged(f"{key} of job {job_id} is not what reading can start from")
        return Snapshot().after(first, *steps)
    finally:
        steps.close()


def salvaged(job_id: int, head: Head) -> tuple[Snapshot, list[str]]:
    """The annotations as far as the base and the revisions after it can be read; what cannot."""
    snapshot = Snapshot()
    problems: list[str] = []
    missing = set(range(max(head.base, 1), head.revision + 1))
    between = (head.base_key or log.revision_key(1), log.past(head.revision))
    for record in table.children(keys.annotations(job_id), between=between):
        revision = log.revision_of(record.sk)
        if log.is_base(record.sk) and record.sk != head.base_key:
            continue
        missing.discard(revision)
        try:
            snapshot = snapshot.after(log.step_of(record))
        except Damaged as damaged:
            problems.append(damaged.what)
    for revision in sorted(missing):
        folded = revision == head.base and log.is_base(head.base_key)
        problems.append(f"{'the base of ' if folded else ''}revision {revision} is missing")
    return msgspec.structs.replace(snapshot, revision=head.revision), problems


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
    head, known = view.head, view.snapshot
    if known is not None and head.base <= known.revision <= head.revision:
        steps = changes_after(job_id, known.revision, head.revision)
        return View(head, view.version, known.after(*steps))
    return View(
        head, view.version, from_base(job_id, head.base_key, head.base, head.revision)
    )  # fmt: skip


def _steps(job_id: int, start: str, first: int, last: int) -> Generator[Step, None, None]:
    """Steps of the records from a key on, of revisions `first` to `last`, without a gap.

    Raises:
        Damaged: one of them is missing.
    """
    expected = first
    between = (start, log.past(last))
    for record in table.children(keys.annotations(job_id), between=between):
        if log.is_base(record.sk) and record.sk != start:
            continue
        if log.revision_of(record.sk) != expected:
            break
        yield log.step_of(record)
        expected += 1
    if expected <= last:
        raise Damaged(f"revision {expected} of job {job_id} is missing")


def _old_base(job_id: int, key: str) -> Snapshot:
    """A base from before bases and revisions were read together."""
    record = table.load(keys.annotations(job_id), key)
    if record is None:
        raise Damaged(f"{key} of job {job_id} is missing")
    return Snapshot().after(log.step_of(record))
