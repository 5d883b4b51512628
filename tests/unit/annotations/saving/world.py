"""Clients that save, fail and repeat; what they were told is held against what is stored."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import msgspec
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.annotations import store
from chalicelib.annotations.model.document import (
    Objects,
    Shape,
    SubShape,
    Tag,
    Track,
    TrackedShape,
    gather,
)
from chalicelib.annotations.revisions import committing, retries
from chalicelib.annotations.revisions.cache import views
from chalicelib.annotations.revisions.changes import Change, identity
from chalicelib.annotations.revisions.wishes import Save, Saved
from chalicelib.platform import clock, ids, table
from chalicelib.platform.errors import ApiError
from chalicelib.platform.table import Create, Record, Touch
from tests.unit.annotations.saving.emulators import Emulator
from tests.unit.annotations.saving.faults import Died, Injector

#: How a client makes its requests repeatable, if it does.
Manner = Literal["key", "key and version", "version", "blind", "once"]
MANNERS: tuple[Manner, ...] = ("key", "key and version", "version", "blind", "once")
#: Objects by id, packed.
Stored = dict[int, bytes]
Make = Callable[[], Change]

_FAILURES = (Died, ApiError, ClientError, BotoCoreError, PynamoDBException)


def objects(mark: int, count: int) -> Objects:
    """New objects of all kinds. `mark` tells them from all others."""
    element = SubShape(type="points", frame=0, label_id=2, points=[3.0, float(mark)])
    keyframes = [
        TrackedShape(type="points", frame=frame, points=[1.0, float(mark)]) for frame in (0, 4)
    ]
    shapes = [
        Shape(type="rectangle", frame=i, label_id=1, group=mark, points=[0.0, 0.0, mark / 3, 2.5])
        for i in range(count)
    ]
    skeleton = Shape(type="skeleton", frame=1, label_id=1, group=mark, elements=[element])
    return Objects(
        tags=[Tag(frame=0, label_id=1, group=mark)],
        shapes=[*shapes, skeleton],
        tracks=[Track(frame=0, label_id=1, group=mark, shapes=keyframes)],
    )


def decoded(packed: bytes) -> Any:
    """A stored object, to be changed."""
    fields = msgspec.msgpack.decode(packed)
    struct: Any = Shape if "points" in fields else Track if "shapes" in fields else Tag
    return msgspec.msgpack.decode(packed, type=struct)


def moved(packed: bytes, mark: int) -> Any:
    item = decoded(packed)
    item.group = mark
    return item


def replayed(changes: Sequence[Change]) -> Stored:
    """What a log makes, worked out in the plainest way."""
    found: Stored = {}
    for change in changes:
        if change.replace:
            found = {}
        for object_id in change.delete:
            del found[object_id]
        for item in change.update.all():
            assert identity(item) in found
            found[identity(item)] = msgspec.msgpack.encode(item)
        for item in change.create.all():
            assert identity(item) not in found
            found[identity(item)] = msgspec.msgpack.encode(item)
    return found


def as_stored(found: Objects) -> Stored:
    return {identity(item): msgspec.msgpack.encode(item) for item in found.all()}


def restart() -> None:
    """A new process remembers nothing."""
    views.clear()
    ids._blocks.clear()


@contextmanager
def another_process() -> Iterator[None]:
    """What is done here shares no memory with the rest."""
    remembered, blocks = dict(views._views), dict(ids._blocks)
    turns, lock = committing._turns, ids._lock
    committing._turns, ids._lock = [threading.Lock() for _ in turns], threading.Lock()
    restart()
    yield
    restart()
    committing._turns, ids._lock = turns, lock
    for job_id, view in remembered.items():
        views.keep(job_id, view)
    ids._blocks.update(blocks)


class World:
    """Jobs 1 and 2 of a task, their table and bucket, and everything that was acknowledged."""

    JOBS = (1, 2)

    def __init__(self, emulator: Emulator) -> None:
        emulator.reset()
        restart()
        self.injector = Injector(emulator.answers)
        self.acknowledged: dict[int, dict[int, Change]] = {job: {} for job in self.JOBS}
        #: How many saves were asked for, and how many of them were answered.
        self.saves = self.answers = 0
        self._answered: list[tuple[Callable[[], list[Save]], list[Saved], Manner]] = []
        names = ("TASK", *(f"JOB{job}" for job in self.JOBS))
        self._marks = {name: ("TASK#1", name) for name in names}
        table.commit(*(Create(Record(*key)) for key in self._marks.values()))

    def now(self, job: int) -> Stored:
        """What the job must hold."""
        return replayed(self.log_of(job))

    def log_of(self, job: int) -> list[Change]:
        return [self.acknowledged[job][number] for number in sorted(self.acknowledged[job])]

    def save(self, wishes: Mapping[int, Make], manner: Manner) -> list[Saved] | None:
        """Save, and repeat the request until it is answered if that can be repeated.

        Returns None if the outcome is not known to the client, or the save was refused.
        """
        self.saves += 1
        author, number = 1000 + self.saves, self.saves
        before = {job: len(self.acknowledged[job]) for job in wishes}

        def request() -> list[Save]:
            return [
                Save(
                    job_id=job,
                    change=make(),
                    author=author,
                    since=before[job] if "version" in manner else None,
                    key=f"key {number}" if "key" in manner else None,
                    digest=f"{number:064d}",
                    blind=manner in {"version", "blind"},
                )
                for job, make in wishes.items()
            ]

        for _ in range(1 if manner == "once" else 4):
            try:
                saved = store.save(*request(), marks=self.marks)
            except Died:
                restart()
            except _FAILURES:
                continue
            else:
                self.answers += 1
                for one in saved:
                    self._acknowledge(one)
                if manner != "once":
                    self._answered.append((request, saved, manner))
                    with self.injector.paused():
                        self.repeat(len(self._answered) - 1)
                return saved
        self._adopt(wishes)
        return None

    def repeat_everything(self) -> None:
        """Repeat every request that was answered."""
        for number in range(len(self._answered)):
            self.repeat(number)

    def repeat_recent(self) -> None:
        """Repeat the latest requests that the server promises to recognise."""
        for number, (_, saved, manner) in list(enumerate(self._answered))[-4:]:
            if all(self._is_promised(one, manner) for one in saved if one.moved) and any(
                one.moved for one in saved
            ):
                self.repeat(number)

    def _is_promised(self, saved: Saved, manner: Manner) -> bool:
        with self.injector.paused():
            head = store.read_heads([saved.job_id])[saved.job_id]
        age = head.revision - saved.revision
        return saved.revision > head.floor and ("key" in manner or age < retries.REMEMBERED)

    def repeat(self, number: int) -> None:
        """The network delivers an old request once more, and it is answered as then."""
        request, saved, _ = self._answered[number]
        for _ in range(3):
            try:
                again = store.save(*request(), marks=self.marks)
            except Died:
                restart()
            except _FAILURES:
                continue
            else:
                assert [_packed(one) for one in again if one.moved] == [
                    _packed(one) for one in saved if one.moved
                ]
                return

    def attempt(self, act: Callable[[], object]) -> None:
        """Do something that nobody is told the outcome of."""
        try:
            act()
        except Died:
            restart()
        except _FAILURES:
            return

    def marks(self, job_ids: Sequence[int]) -> list[Touch]:
        names = ["TASK", *(f"JOB{job}" for job in job_ids)] if job_ids else []
        return [Touch(self._marks[name], clock.iso()) for name in names]

    def check(self) -> None:
        """What was acknowledged is readable, once, and in the history; nothing else is."""
        with self.injector.paused():
            for job in self.JOBS:
                expected = self.now(job)
                document = store.read_job(job)
                assert as_stored(document) == expected
                assert document.version == len(self.acknowledged[job])
                with another_process():
                    assert as_stored(store.read_job(job)) == expected
                self._check_history(job)

    def _check_history(self, job: int) -> None:
        kept = store.read_heads([job])[job].floor
        numbers = [number for number in sorted(self.acknowledged[job]) if number > kept]
        listed = [one.number for one in store.revisions(job, limit=10_000)]
        assert [number for number in listed if number > kept] == numbers[::-1]
        found = store.read_changes(job, numbers)
        assert {number: _packed(change) for number, change in found.items()} == {
            number: _packed(self.acknowledged[job][number]) for number in numbers
        }

    def _acknowledge(self, saved: Saved) -> None:
        if not saved.moved:
            return
        known = self.acknowledged[saved.job_id]
        assert saved.revision not in known, "two saves were told the same revision"
        # A copy: what is kept here must not change with what the store remembers.
        known[saved.revision] = msgspec.msgpack.decode(_packed(saved.change), type=Change)

    def forget_marks(self) -> None:
        """Delete what would be marked as updated."""
        table.delete_many(self._marks.values())

    def _adopt(self, wishes: Mapping[int, Make]) -> None:
        """Nobody knows whether the save was stored: the log says, for all of its jobs or none."""
        with self.injector.paused(), another_process():
            found = {}
            for job in wishes:
                last = len(self.acknowledged[job])
                now = store.read_revision(job)
                assert last <= now <= last + 1
                found[job] = store.read_changes(job, [now])[now] if now > last else None
        stored = [change for change in found.values() if change is not None]
        assert not stored or len(stored) == len(wishes)
        for job, change in found.items():
            if change is not None:
                self.acknowledged[job][len(self.acknowledged[job]) + 1] = change


def _packed(value: Any) -> bytes:
    return msgspec.msgpack.encode(value)


def wish(world: World, job: int, what: str, count: int, pick: int) -> Make:
    """A function that makes the same change again each time."""
    mark = 100 + world.saves
    now = world.now(job)
    known = sorted(now)
    chosen = known[pick % len(known) :][: count + 1] if known else []
    match what:
        case "create":
            return lambda: Change(create=objects(mark, count))
        case "replace":
            return lambda: Change(replace=True, create=objects(mark, count))
        case "empty":
            return lambda: Change(replace=True)
        case "delete":
            return lambda: Change(delete=list(chosen), create=objects(mark, 1))
        case "restore":
            log = world.log_of(job)
            past = replayed(log[: pick % (len(log) + 1)])
            return lambda: _restoration(now, past)
        case "stale":
            log = world.log_of(job)
            once = replayed(log[: pick % (len(log) + 1)])
            return lambda: Change(update=gather([moved(packed, mark) for packed in once.values()]))
        case _:
            return lambda: Change(update=gather([moved(now[i], mark) for i in chosen]))


def _restoration(now: Stored, past: Stored) -> Change:
    """The change that makes of one state another, by ids."""
    return Change(
        delete=[i for i in now if i not in past],
        # What is there already is updated.
        create=gather([decoded(past[i]) for i in past if past[i] != now.get(i)]),
        restored=True,
    )
