"""What a save and a read cost, in calls to the table and in what is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.annotations import store
from chalicelib.annotations.model.document import Objects, Shape
from chalicelib.annotations.revisions import folding, log, reading
from chalicelib.annotations.revisions.cache import CAPACITY, Cache, View, views
from chalicelib.annotations.revisions.changes import Change, replacement
from chalicelib.annotations.revisions.log import Head
from chalicelib.annotations.revisions.snapshots import Snapshot
from chalicelib.annotations.store import Save
from chalicelib.platform import keys, table
from tests.support.api import Api
from tests.unit.annotations.conftest import Annotated, rectangle


@contextmanager
def _counted() -> Iterator[Counter[str]]:
    """Calls to the table by operation."""
    calls: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        calls[model.name] += 1

    events = table.connection().client.meta.events
    events.register("before-call.dynamodb", count)
    try:
        yield calls
    finally:
        events.unregister("before-call.dynamodb", count)


def _boxes(count: int) -> Objects:
    return Objects(
        shapes=[
            Shape(type="rectangle", frame=i, label_id=1, points=[i / 7, i / 3, i + 0.1, i + 9.0])
            for i in range(count)
        ]
    )


def _add(count: int = 1) -> None:
    store.save(Save(job_id=1, change=Change(create=_boxes(count))))


def test_a_save_is_one_call_where_the_head_is_known(log_of_jobs: None) -> None:
    _add()
    with _counted() as calls:
        _add()
    assert calls == {"TransactWriteItems": 1}


def test_a_save_reads_the_head_where_it_is_not(log_of_jobs: None) -> None:
    _add()
    views.clear()
    with _counted() as calls:
        _add()
    assert calls == {"GetItem": 1, "TransactWriteItems": 1}


def test_a_patch_of_one_shape(api: Api, task: Annotated) -> None:
    body = {"shapes": [rectangle()]}
    api.patch(task.job_urls[0], body, action="create")
    with _counted() as calls:
        api.patch(task.job_urls[0], body, action="create")
    # Job, task, labels and head; the save with the marks of job and task.
    assert calls == {"BatchGetItem": 1, "TransactWriteItems": 1}


def test_reading_again_asks_for_the_head_only(log_of_jobs: None) -> None:
    _add(100)
    store.read_job(1)
    with _counted() as calls:
        assert len(store.read_job(1).shapes) == 100
    assert calls == {"GetItem": 1}


def test_the_log_that_is_replayed_stays_short(log_of_jobs: None) -> None:
    for _ in range(300):
        _add()
    views.clear()
    with _counted() as calls:
        assert len(store.read_job(1).shapes) == 300
    assert calls == {"GetItem": 1, "Query": 1}
    records = list(table.children(keys.annotations(1)))
    bases = [record for record in records if log.is_base(record.sk)]
    assert len(bases) == 1
    assert sum(record.sk.startswith("REV#") for record in records) - len(bases) == 300
    head = next(record for record in records if record.sk == log.HEAD).read(Head)
    assert head.tail < 2 * folding.SHORT_TAIL
    assert head.shapes == 300


def test_a_large_base_is_not_folded_for_a_few_small_saves(log_of_jobs: None) -> None:
    store.save(Save(job_id=1, change=replacement(_boxes(5_000))))
    for _ in range(2 * folding.SHORT_TAIL + 10):
        _add()
    head = reading.look_at(1).head
    assert (head.base, head.tail) == (1, 2 * folding.SHORT_TAIL + 10)


def test_memory_is_bounded() -> None:
    cache = Cache(capacity=100_000)
    for job in range(1, 51):
        cache.keep(job, View(Head(), 1, Snapshot(weight=20_000)))
    cache.keep(60, View(Head(), 1, Snapshot(weight=90_000)))
    kept = [job for job in range(1, 61) if cache.get(job)]
    assert kept == [47, 48, 49, 50]
    assert CAPACITY < 20_000_000


def test_memory_never_goes_back() -> None:
    cache = Cache()
    newer, older = View(Head(revision=2), 2), View(Head(revision=1), 1)
    cache.keep(1, newer)
    cache.keep(1, older)
    assert cache.get(1) is newer
