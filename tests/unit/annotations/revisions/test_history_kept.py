"""What every revision was, and what is kept of it for how long."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.annotations import store
from chalicelib.annotations.model.document import Annotation, Objects, Shape, gather
from chalicelib.annotations.revisions import folding, log, pages, payloads, reading, wasting
from chalicelib.annotations.revisions.changes import Change, identity
from chalicelib.annotations.store import Save
from chalicelib.platform import bucket, clock, config, keys, table
from chalicelib.platform.errors import Gone, NotFound
from tests.unit.annotations.revisions import drawn
from tests.unit.annotations.revisions.conftest import forget
from tests.unit.annotations.saving.emulators import Emulator

DAY = 86_400


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "INLINE_LIMIT", 900)
    monkeypatch.setattr(payloads, "PAGED_FROM", 700)
    monkeypatch.setattr(pages, "PAGE_BYTES", 600)
    monkeypatch.setattr(log, "CHECKPOINT_SPAN", 6)


@dataclasses.dataclass
class Time:
    """Days that have passed."""

    days: float = 0.0


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> Time:
    """Time as the test wants it; history is kept for ten days, files are at once of no use."""
    time = Time()
    now = clock.epoch()
    monkeypatch.setattr(clock, "epoch", lambda more=0: int(now + time.days * DAY + more))
    kept = msgspec.structs.replace(config.settings(), history_days=10)
    monkeypatch.setattr(wasting, "settings", lambda: kept)
    monkeypatch.setattr(wasting, "GRACE", -1)
    return time


def _boxes(count: int, mark: int = 0) -> Objects:
    return Objects(
        shapes=[
            Shape(type="rectangle", frame=n, label_id=1, group=mark, points=[n / 7, 2.0, 3.0, 4.5])
            for n in range(count)
        ]
    )


def _fold() -> None:
    folding.fold(1, reading.look_at(1))


def _files() -> set[str]:
    return {key for key, _ in bucket.listing(log.object_prefix(1))}


def _needed_files() -> set[str]:
    """Files that records name."""
    found: set[str] = set()
    for record in table.children(keys.annotations(1), "REV#"):
        if log.is_base(record.sk):
            base = record.read(log.Base)
            found |= {*base.files, *([base.object] if base.object else [])}
        else:
            key = record.read(log.RevisionMeta).object
            found |= {key} if key else set()
    return found


@given(
    saves=st.lists(
        st.tuples(
            st.sampled_from(["create", "update", "delete", "replace"]), drawn.drawings,
            st.integers(0, 10**6), st.sampled_from(["", "", "fold", "forget"]),
        ),
        min_size=1, max_size=25,
    )
)  # fmt: skip
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_revision_is_what_it_was(emulator: Emulator, passing: Time, saves: Any) -> None:
    emulator.reset()
    forget()
    then: list[dict[int, Annotation]] = [{}]
    for what, items, pick, after in saves:
        known = sorted(then[-1])
        chosen = known[pick % len(known) :][:4] if known else []
        [saved] = store.save(Save(job_id=1, change=_wish(what, items, chosen, then[-1])))
        if saved.moved:
            then.append(drawn.applied(then[-1], drawn.copied(saved.change)))
        if after == "fold":
            _fold()
        if after:
            forget()
    assert reading.look_at(1).head.revision == len(then) - 1
    for revision, objects in enumerate(then):
        snapshot = store.read_as_of(1, revision)
        expected = {key: drawn.packed(item) for key, item in objects.items()}
        assert drawn.stored(snapshot.objects()) == expected
        assert snapshot.revision == revision
    rows = store.revisions(1)
    assert [row.number for row in rows] == list(range(len(then) - 1, 0, -1))
    assert _needed_files() == _files()


def _wish(
    what: str, items: list[Annotation], chosen: list[int], known: dict[int, Annotation]
) -> Change:
    match what:
        case "create":
            return Change(create=gather(items))
        case "replace":
            return Change(replace=True, create=gather(items))
        case "delete":
            return Change(delete=chosen, create=gather(items[:2]))
        case _:
            moved = [drawn.copied(known[object_id]) for object_id in chosen]
            for item in moved:
                item.group = 7
            return Change(update=gather(moved))


def test_there_is_no_revision_of_the_future(emulator: None) -> None:
    store.save(Save(job_id=1, change=Change(create=_boxes(2))))
    for revision in (-1, 2, 10**9):
        with pytest.raises(NotFound):
            store.read_as_of(1, revision)
    assert store.read_as_of(1, 0).objects().is_empty


def test_old_revisions_go_and_what_is_left_can_be_read(emulator: None, passing: Time) -> None:
    expected = {0: 0}
    for n in range(1, 41):
        passing.days = n
        store.save(Save(job_id=1, change=Change(create=_boxes(4, n))))
        expected[n] = 4 * n
        if n % 4 == 0:
            _fold()
            wasting.trim(1)
        forget()
    head = reading.look_at(1).head
    # Thirty days after it was made, or a little later, as only bases can be the oldest.
    assert 24 <= head.floor <= 30
    for revision, count in expected.items():
        if revision < head.floor:
            with pytest.raises(Gone):
                store.read_as_of(1, revision)
        else:
            assert len(store.read_as_of(1, revision).objects().shapes) == count
    assert [row.number for row in store.revisions(1)][-1] == head.floor
    kept = [record.sk for record in table.children(keys.annotations(1), "REV#")]
    assert min(kept) == log.revision_key(head.floor)
    assert _files() == _needed_files()


def test_history_is_kept_for_ever_if_that_is_wanted(
    emulator: None, passing: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = msgspec.structs.replace(config.settings(), history_days=0)
    monkeypatch.setattr(wasting, "settings", lambda: kept)
    for n in range(1, 9):
        passing.days = 1_000 * n
        store.save(Save(job_id=1, change=Change(create=_boxes(1, n))))
    _fold()
    assert wasting.trim(1) == 0
    assert len(store.read_as_of(1, 3).objects().shapes) == 3


def test_bases_are_kept_so_that_no_revision_is_far_from_one(emulator: None, passing: Time) -> None:
    for n in range(1, 61):
        store.save(Save(job_id=1, change=Change(create=_boxes(3, n))))
        if n % 2 == 0:
            _fold()
    head = reading.look_at(1).head
    points = [0, *(point.revision for point in head.checkpoints), head.base]
    gaps = [right - left for left, right in pairwise(points)]
    assert max(gaps) <= log.CHECKPOINT_SPAN
    assert len(points) <= 2 + 2 * 60 / log.CHECKPOINT_SPAN
    bases = {
        log.revision_of(record.sk)
        for record in table.children(keys.annotations(1), "REV#")
        if log.is_base(record.sk)
    }
    assert bases == {*points} - {0}
    assert _files() == _needed_files()


def test_a_file_that_others_may_be_reading_stays_for_a_while(
    emulator: None, passing: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wasting, "GRACE", 900)
    store.save(Save(job_id=1, change=Change(create=_boxes(40))))
    _fold()
    reader = store.read_snapshots([1])[1]
    forget()
    for _ in range(3):
        everything = store.read_job(1).shapes
        store.save(Save(job_id=1, change=Change(delete=[identity(s) for s in everything[:9]])))
        _fold()
        passing.days += 0.001
    assert len(reader.objects().shapes) == 40
    passing.days += 1
    store.save(Save(job_id=1, change=Change(create=_boxes(1))))
    _fold()
    assert _files() == _needed_files()


def test_times_never_go_back(emulator: None, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(["2026-05-01T00:00:00.000Z", "2026-04-01T00:00:00.000Z"] * 50)
    monkeypatch.setattr(clock, "iso", lambda moment=None: next(times))
    for n in range(6):
        store.save(Save(job_id=1, change=Change(create=_boxes(1, n))))
    at = [row.meta.at for row in store.revisions(1)]
    assert at == sorted(at, reverse=True)


def test_revisions_are_paged(emulator: None) -> None:
    for n in range(9):
        store.save(Save(job_id=1, author=n, change=Change(create=_boxes(1 + n))))
    _fold()
    first = store.revisions(1, limit=4)
    rest = store.revisions(1, before=first[-1].number, limit=100)
    assert [row.number for row in [*first, *rest]] == list(range(9, 0, -1))
    assert [(row.meta.author, row.meta.created) for row in first] == [
        (8, 9), (7, 8), (6, 7), (5, 6)
    ]  # fmt: skip
    assert store.revisions(1, before=1) == []
