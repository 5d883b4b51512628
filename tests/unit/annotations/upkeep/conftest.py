"""Logs of small jobs that are kept as those of large ones: in pages, in files, with bases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.annotations import store
from chalicelib.annotations.model.document import Objects, Shape, Tag, gather
from chalicelib.annotations.revisions import (
    folding,
    log,
    page_cache,
    pages,
    payloads,
    reading,
    wasting,
)
from chalicelib.annotations.revisions.cache import views
from chalicelib.annotations.revisions.changes import Change, identity
from chalicelib.annotations.store import Save
from chalicelib.annotations.upkeep import sweeping
from chalicelib.platform import bucket, config, ids, keys, table
from tests.unit.annotations.conftest import CAR, PERSON, Annotated

#: What the table and the bucket hold: records by `sk`, sizes by key.
Stored = dict[str, Any]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "INLINE_LIMIT", 1_500)
    monkeypatch.setattr(pages, "PAGE_BYTES", 700)
    monkeypatch.setattr(payloads, "PAGED_FROM", 700)


@pytest.fixture
def job(task: Annotated) -> int:
    """A job without annotations."""
    return task.jobs[0]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is too young to be removed."""
    monkeypatch.setattr(sweeping, "SAFE_AGE", timedelta(seconds=-60))
    monkeypatch.setattr(wasting, "GRACE", -60)


def forget() -> None:
    """As in a new process."""
    views.clear()
    page_cache.clear()
    ids._blocks.clear()


def shapes(count: int, mark: int = 0, frame: int = 0) -> Objects:
    """New rectangles, one a frame, and a tag."""
    boxes = [
        Shape(
            type="rectangle", frame=frame + k, label_id=PERSON, group=mark,
            points=[k + 0.25, mark / 7, k + 100.5, 50.125],
        )
        for k in range(count)
    ]  # fmt: skip
    return Objects(tags=[Tag(frame=frame, label_id=CAR, group=mark)], shapes=boxes)


def create(job_id: int, count: int, mark: int = 0, frame: int = 0) -> None:
    _save(job_id, Change(create=shapes(count, mark, frame)))


def replace(job_id: int, count: int, mark: int = 0) -> None:
    _save(job_id, Change(replace=True, create=shapes(count, mark)))


def alter(job_id: int, mark: int, every: int = 5) -> None:
    """Change some objects and delete one."""
    found = store.read_job(job_id).shapes
    changed = [msgspec.structs.replace(shape, group=mark) for shape in found[1::every]]
    _save(job_id, Change(update=gather([*changed]), delete=[identity(found[0])]))


def fold(job_id: int) -> None:
    folding.fold(job_id, reading.look_at(job_id))


def trim(job_id: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let go of all history before the last base."""
    with monkeypatch.context() as patch:
        changed = msgspec.structs.replace(config.settings(), history_days=-1)
        patch.setattr(wasting, "settings", lambda: changed)
        return wasting.trim(job_id)


def long_log(job_id: int) -> None:
    """Several bases, files that later bases use, and revisions after the last base."""
    create(job_id, 40)
    alter(job_id, 1)
    fold(job_id)
    create(job_id, 3, mark=2, frame=60)
    alter(job_id, 3, every=30)
    fold(job_id)
    create(job_id, 25, mark=4, frame=70)
    alter(job_id, 5)


def _save(job_id: int, change: Change) -> None:
    store.save(Save(job_id=job_id, change=change))


def history(job_id: int) -> dict[int, bytes]:
    """The whole document at every revision that is kept, as bytes."""
    forget()
    head = reading.look_at(job_id).head
    wanted = range(head.floor, head.revision + 1)
    return {n: _bytes(store.read_as_of(job_id, n).objects()) for n in wanted}


def changes(job_id: int) -> dict[int, bytes]:
    """What every revision changed that is kept."""
    head = reading.look_at(job_id).head
    found = store.read_changes(job_id, range(max(head.floor, 1), head.revision + 1))
    return {n: msgspec.msgpack.encode(change) for n, change in found.items()}


def present(job_id: int) -> bytes:
    """The document as it is now."""
    forget()
    return _bytes(store.read_job(job_id))


def _bytes(objects: Objects) -> bytes:
    plain = Objects(tags=objects.tags, shapes=objects.shapes, tracks=objects.tracks)
    return msgspec.msgpack.encode(plain)


def stored(job_id: int) -> Stored:
    """Everything that is kept for a job."""
    records = {record.sk: record for record in table.children(keys.annotations(job_id))}
    objects = {key: bucket.get(key) for key, _ in bucket.listing(f"annotations/{job_id}/")}
    return {**records, **objects}


def without(job_id: int, name: str) -> Callable[[], None]:
    """Take away a record or an object. Returns what puts it back."""
    if name.startswith("annotations/"):
        body = bucket.get(name)
        assert body is not None
        bucket.delete(name)

        def put_back() -> None:
            bucket.put(name, body)
    else:
        record = table.load(keys.annotations(job_id), name)
        assert record is not None
        table.delete_many([record.key])

        def put_back() -> None:
            table.put_many([record])

    forget()
    return put_back


def each_stored(job_id: int) -> Iterator[str]:
    """Names of everything that is kept for a job, but for answers to repeated requests."""
    yield from (name for name in stored(job_id) if not name.startswith("IDEM#"))
