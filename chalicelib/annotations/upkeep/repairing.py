"""Repairing a job: what was lost is made anew where the log allows it, and named where it does not.

If the present annotations were damaged, what they are now is saved as a new revision that replaces
everything, so that the history says what happened. A revision that is missing gets one in its place
that changes nothing and says so. Whoever saves meanwhile wins; then the repair begins again.
"""

from __future__ import annotations

import msgspec

from chalicelib.annotations.model.document import Annotation, gather
from chalicelib.annotations.revisions import log, reading
from chalicelib.annotations.revisions.cache import views
from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.revisions.log import Checkpoint, Head
from chalicelib.annotations.upkeep.checking import problems_of
from chalicelib.annotations.upkeep.evidence import LOST, Evidence, Item
from chalicelib.annotations.upkeep.replaying import Objects, Replayed, replayed
from chalicelib.platform import bucket, clock, table
from chalicelib.platform.errors import BUSY, Conflict
from chalicelib.platform.table import Create, Lost, Put, Record, Update, Write

ATTEMPTS = 8
MESSAGE = "Repaired: {}"
WHOLE = "everything that was missing could be made anew"
#: Losses that a revision's message names.
NAMED = 5


class Repair(msgspec.Struct, kw_only=True):
    """What a repair did, for people.

    Attributes:
        problems: what was found.
        lost: what is gone for good.
        revision: the one that now holds the annotations; None if these had not been damaged.
    """

    problems: list[str]
    lost: list[str]
    revision: int | None = None


def repair(job_id: int) -> Repair:
    """Repair the annotations of a job. One that has no problems is left alone.

    Raises:
        Conflict: others kept saving.
    """
    for _ in range(ATTEMPTS):
        problems = problems_of(job_id)
        if not problems:
            return Repair(problems=[], lost=[])
        try:
            return _Work(Evidence(job_id), problems).done()
        except Lost:
            continue
        finally:
            views.forget(job_id)
    raise Conflict({"detail": BUSY})


class _Work:
    """One attempt."""

    def __init__(self, evidence: Evidence, problems: list[str]) -> None:
        self._evidence = evidence
        self._head = evidence.head or _head_of(evidence)
        self._result = Repair(problems=problems, lost=[])

    def done(self) -> Repair:
        """Raises Lost."""
        head = self._head
        now = replayed(self._evidence, head.revision)
        broken = [n for n in range(max(head.floor, 1), head.revision + 1) if not self._is_there(n)]
        if self._is_sound(now):
            self._keep_head()
        else:
            self._count(now)
            self._result.lost += now.lost
            self._save(now)
        for number in broken:
            self._stand_in(number)
        return self._result

    def _count(self, now: Replayed) -> None:
        """Begin with how much is lost, if the head knows how much there was."""
        counted = self._head.tags + self._head.shapes + self._head.tracks
        missing = counted - len(now.objects)
        if now.lost and missing > 0:
            now.lost.insert(0, f"{missing} of {counted} objects")

    def _is_sound(self, now: Replayed) -> bool:
        """Whether the present annotations can be read as the head says."""
        head = self._head
        if self._evidence.head is None or now.lost or not self._reads_from(head.base_key):
            return False
        tail = self._evidence.between(head.base + 1, head.revision)
        counted = len(now.objects) == head.tags + head.shapes + head.tracks
        return counted and all(item is not None and item.is_intact for item in tail)

    def _reads_from(self, key: str) -> bool:
        if not key:
            return True
        found = self._evidence.bases.get(key) or self._revision_at(key)
        return found is not None and found.is_intact

    def _revision_at(self, key: str) -> Item | None:
        known = self._evidence.revisions
        return next((item for item in known.values() if item.sk == key), None)

    def _is_there(self, number: int) -> bool:
        item = self._evidence.revisions.get(number)
        return item is not None and item.step is not None and not item.lost_pages

    def _keep_head(self) -> None:
        """Drop what cannot be read from what the head names."""
        head = self._with_good_starts(self._head)
        if head != self._head:
            table.commit(self._write(head))

    def _save(self, now: Replayed) -> None:
        """Make what there is the next revision."""
        head, revision = self._head, self._head.revision + 1
        change = Change(replace=True, create=gather(_ordered(now.objects)))
        packed = log.pack(change)
        place = None
        if log.spills(packed):
            place = log.object_key(log.object_prefix(self._evidence.job_id), revision)
            bucket.put(place, packed.file)
        at = log.time_after(head)
        dropped = head.tags + head.shapes + head.tracks
        entry = log.revision_record(
            self._evidence.job_id, revision, change, packed, author=None, key=None,
            stored_at=place, at=at, client="server", message=_message(now.lost), dropped=dropped,
        )  # fmt: skip
        after = log.next_head(head, change, packed, at=at, gone=(0, 0, 0))
        table.commit(self._write(self._with_good_starts(after)), Create(entry))
        self._result.revision = revision

    def _with_good_starts(self, head: Head) -> Head:
        """The head without starts that cannot be read, and without what only these led to."""
        good = [point for point in head.checkpoints if self._reads_from(point.key)]
        if head.floor <= 1 or any(point.revision <= head.floor for point in good):
            return msgspec.structs.replace(head, checkpoints=good)
        floor = min([point.revision for point in good] + [head.base])
        span = "" if floor - 1 == head.floor else f" to {floor - 1}"
        self._result.lost.append(f"what there was at revision {head.floor}{span}")
        return msgspec.structs.replace(head, checkpoints=good, floor=floor)

    def _write(self, head: Head) -> Write:
        record = Record(*reading.head_key(self._evidence.job_id)).write(head)
        record.updated = clock.iso()
        if not self._evidence.version:
            return Create(record)
        record.version = self._evidence.version
        return Update(record)

    def _stand_in(self, number: int) -> None:
        """Put something in the place of a lost revision that can be read."""
        item = self._evidence.revisions.get(number)
        change, told = _what_is_left(item)
        self._result.lost.append(f"revision {number} of the history: {told}")
        packed = log.pack(change)
        place = None
        if log.spills(packed):
            place = log.object_key(log.object_prefix(self._evidence.job_id), number)
            bucket.put(place, packed.file)
        known = item.meta if item is not None else None
        record = log.revision_record(
            self._evidence.job_id, number, change, packed,
            author=known.author if known else None, key=known.key if known else None,
            stored_at=place, at=known.at if known else self._moment(number),
            client=known.client if known else "", message=f"{LOST}{told}",
        )  # fmt: skip
        table.commit(Put(record))

    def _moment(self, number: int) -> str:
        """A time for a revision of which nothing is left: that of the one before it."""
        earlier = (self._evidence.revisions.get(n) for n in range(number - 1, 0, -1))
        before = next((item for item in earlier if item is not None), None)
        return before.meta.at if before is not None else self._head.at or clock.iso()


def _what_is_left(item: Item | None) -> tuple[Change, str]:
    if item is None or item.step is None:
        return Change(), "what it changed is missing"
    left: Objects = {}
    for _, content in item.pages():
        left |= content or {}
    count = sum(entry.count for entry in item.lost_pages)
    small = item.step.small
    together = gather([*small.create.all(), *_ordered(left)])
    change = msgspec.structs.replace(small, create=together, clients=[])
    return change, f"{count} of the objects that it created are missing"


def _head_of(evidence: Evidence) -> Head:
    """A head for what is there, so that everything can be found from it."""
    numbers = [*evidence.revisions, *(item.revision for item in evidence.bases.values())]
    moments = [item.meta.at for item in evidence.revisions.values()]
    first = min(evidence.revisions, default=1)
    points = [
        Checkpoint(item.revision, clock.epoch(), folded=True)
        for item in sorted(evidence.bases.values(), key=lambda item: item.revision)
        if log.is_base(item.sk)
    ]
    return Head(
        revision=max(numbers), at=max(moments, default=clock.iso()), checkpoints=points,
        floor=first if first > 1 else 0,
    )  # fmt: skip


def _ordered(objects: Objects) -> list[Annotation]:
    return [objects[object_id] for object_id in sorted(objects)]


def _message(lost: list[str]) -> str:
    if not lost:
        return MESSAGE.format(WHOLE)
    more = f", and {len(lost) - NAMED} more" if len(lost) > NAMED else ""
    return MESSAGE.format("lost are " + "; ".join(lost[:NAMED]) + more)
