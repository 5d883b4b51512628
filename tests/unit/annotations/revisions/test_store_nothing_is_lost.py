"""Whatever crashes and whoever else saves: what was acknowledged is there, once."""

from __future__ import annotations

import threading
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from ministack.services import dynamodb, s3

from chalicelib.annotations import store
from chalicelib.annotations.model.document import Objects, Shape, Tag, Track, TrackedShape, gather
from chalicelib.annotations.revisions import committing, folding, log, pages, payloads
from chalicelib.annotations.revisions.changes import Change, identity
from chalicelib.annotations.store import Save, Saved
from chalicelib.platform import bucket, config, keys, table
from tests.unit.annotations.revisions.sabotage import (
    Died,
    Saboteur,
    another_process,
    die,
    restart,
    sabotaged,
)

JOBS = (1, 2)
Stored = dict[int, bytes]


def _objects(mark: int, count: int) -> Objects:
    """Some new objects of all kinds. `mark` tells them from all others."""
    keyframes = [
        TrackedShape(type="points", frame=frame, points=[1.0, float(mark)]) for frame in (0, 4)
    ]
    shapes = [
        Shape(type="rectangle", frame=i, label_id=1, group=mark, points=[0.0, 0.0, mark / 3, 2.5])
        for i in range(count)
    ]
    return Objects(
        tags=[Tag(frame=0, label_id=1, group=mark)],
        shapes=shapes,
        tracks=[Track(frame=0, label_id=1, group=mark, shapes=keyframes)],
    )


def _moved(stored: bytes, mark: int) -> Any:
    item = msgspec.msgpack.decode(stored, type=_struct_of(stored))
    item.group = mark
    return item


def _struct_of(stored: bytes) -> Any:
    fields = msgspec.msgpack.decode(stored)
    return Shape if "points" in fields else Track if "shapes" in fields else Tag


def _replayed(changes: list[Change]) -> Stored:
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


class Saving(RuleBasedStateMachine):
    """Clients save, are interrupted, and try again, until they are told that it is done."""

    def __init__(self) -> None:
        super().__init__()
        dynamodb.reset()
        s3.reset()
        bucket.client().create_bucket(Bucket=config.settings().bucket)
        table.create_table()
        restart()
        self.saboteur = Saboteur()
        self._watch = sabotaged(self.saboteur)
        self._watch.__enter__()
        self.acknowledged: dict[int, dict[int, Change]] = {job: {} for job in JOBS}
        self.saves = 0

    def teardown(self) -> None:
        self._watch.__exit__(None, None, None)

    @rule(
        job=st.sampled_from(JOBS), what=st.sampled_from(["create", "update", "delete", "replace"]),
        count=st.integers(0, 12), pick=st.integers(0, 10**6), call=st.integers(0, 9),
        trouble=st.sampled_from(["none", "death before", "death after", "another writer"]),
    )  # fmt: skip
    def save_one(self, job: int, what: str, count: int, pick: int, call: int, trouble: str) -> None:
        self._save({job: self._wish(job, what, count, pick)}, call, trouble)

    @rule(
        count=st.integers(0, 4), call=st.integers(0, 9), pick=st.integers(0, 10**6),
        what=st.sampled_from(["create", "update", "delete", "replace"]),
        trouble=st.sampled_from(["none", "death before", "death after", "another writer"]),
    )  # fmt: skip
    def save_both(self, count: int, call: int, pick: int, what: str, trouble: str) -> None:
        self._save({job: self._wish(job, what, count, pick) for job in JOBS}, call, trouble)

    @rule()
    def forget(self) -> None:
        restart()

    @invariant()
    def everything_acknowledged_is_there_once(self) -> None:
        for job in JOBS:
            log_of_job = [self.acknowledged[job][n] for n in sorted(self.acknowledged[job])]
            expected = _replayed(log_of_job)
            for process in ("this", "another"):
                if process == "another":
                    with another_process():
                        document = store.read_job(job)
                else:
                    document = store.read_job(job)
                assert {
                    identity(item): msgspec.msgpack.encode(item) for item in document.all()
                } == expected
                assert document.version == len(log_of_job)

    @invariant()
    def the_log_is_complete(self) -> None:
        for job in JOBS:
            revisions = [
                log.payload(record)[0]
                for record in table.children(keys.annotations(job), "REV#")
                if not log.is_base(record.sk)
            ]
            assert [msgspec.msgpack.encode(change) for change in revisions] == [
                msgspec.msgpack.encode(self.acknowledged[job][n + 1]) for n in range(len(revisions))
            ]

    def _wish(self, job: int, what: str, count: int, pick: int) -> Any:
        """A function that makes the same wish again each time."""
        self.saves += 1
        mark = self.saves
        now = _replayed([self.acknowledged[job][n] for n in sorted(self.acknowledged[job])])
        known = sorted(now)
        chosen = known[pick % len(known) :][: count + 1] if known else []
        match what:
            case "create":
                return lambda: Change(create=_objects(mark, count))
            case "replace":
                return lambda: Change(replace=True, create=_objects(mark, count))
            case "delete":
                return lambda: Change(delete=list(chosen), create=_objects(mark, 1))
            case _:
                return lambda: Change(update=gather([_moved(now[i], mark) for i in chosen]))

    def _save(self, wishes: dict[int, Any], call: int, trouble: str) -> None:
        key = f"key {self.saves}"
        if trouble == "another writer":
            self.saboteur.plan(call, self._interfere, after=False)
        elif trouble != "none":
            self.saboteur.plan(call, die, after=trouble == "death after")
        while True:
            wanted = [Save(job_id=job, change=make(), key=key) for job, make in wishes.items()]
            try:
                saved = store.save(*wanted)
                break
            except Died:
                restart()
        self.saboteur.stop()
        for one in saved:
            self._acknowledge(one)

    def _interfere(self) -> None:
        self.saves += 1
        with another_process():
            [one] = store.save(Save(job_id=1, change=Change(create=_objects(self.saves, 2))))
        self._acknowledge(one)

    def _acknowledge(self, saved: Saved) -> None:
        if not saved.moved:
            return
        assert saved.revision not in self.acknowledged[saved.job_id]
        # A copy: what is kept here must not change with what the store remembers.
        packed = msgspec.msgpack.encode(saved.change)
        self.acknowledged[saved.job_id][saved.revision] = msgspec.msgpack.decode(
            packed, type=Change
        )


def test_nothing_is_lost(log_of_jobs: None, monkeypatch: pytest.MonkeyPatch) -> None:
    # Everything that happens seldom happens all the time here.
    monkeypatch.setattr(folding, "SHORT_TAIL", 2)
    monkeypatch.setattr(log, "INLINE_LIMIT", 350)
    monkeypatch.setattr(payloads, "PAGED_FROM", 500)
    monkeypatch.setattr(pages, "PAGE_BYTES", 600)
    run_state_machine_as_test(
        Saving,
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_savers_in_threads_lose_nothing(log_of_jobs: None) -> None:
    start = threading.Barrier(6)
    done: list[Saved] = []

    def work(author: int) -> None:
        start.wait()
        for turn in range(12):
            change = Change(create=_objects(author * 100 + turn, 1))
            done.extend(store.save(Save(job_id=1, change=change, author=author)))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(saved.revision for saved in done) == list(range(1, 73))
    document = store.read_job(1)
    assert document.version == 72
    assert len({tag.group for tag in document.tags}) == len(document.tags) == 72


def test_savers_in_processes_lose_nothing(
    log_of_jobs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without taking turns, as separate processes, only the table's conditions order them."""
    monkeypatch.setattr(committing, "_in_turn", lambda _: threading.Semaphore(99))
    test_savers_in_threads_lose_nothing(None)


@pytest.mark.parametrize("count", [1, 40])
def test_jobs_of_a_task_are_saved_together(log_of_jobs: None, count: int) -> None:
    wanted = [
        Save(job_id=job, change=Change(create=_objects(job, 2)), key="k")
        for job in range(1, count + 1)
    ]
    first = store.save(*wanted)
    again = store.save(
        *(Save(job_id=one.job_id, change=Change(create=_objects(0, 9)), key="k") for one in wanted)
    )
    assert [one.revision for one in first] == [1] * count
    assert [msgspec.to_builtins(one) for one in again] == [msgspec.to_builtins(o) for o in first]


def test_a_deleted_job_leaves_nothing(log_of_jobs: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "INLINE_LIMIT", 300)
    for mark in range(4):
        store.save(Save(job_id=1, change=Change(replace=True, create=_objects(mark, 30))))
    store.save(Save(job_id=2, change=Change(create=_objects(9, 30))))
    assert list(bucket.listing("annotations/1/"))
    store.delete_job(1)
    assert list(table.children(keys.annotations(1))) == []
    assert list(bucket.listing("annotations/1/")) == []
    assert len(store.read_job(2).shapes) == 30
    assert store.read_job(1).is_empty
