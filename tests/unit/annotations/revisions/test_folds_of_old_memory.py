"""A process that remembers pages from before a fold of another one must not fold from these."""

from __future__ import annotations

import pytest

from chalicelib.annotations import store
from chalicelib.annotations.model.document import Objects, Shape
from chalicelib.annotations.revisions import folding, log, pages, payloads, reading, wasting
from chalicelib.annotations.revisions.cache import views
from chalicelib.annotations.revisions.changes import Change, identity
from chalicelib.annotations.store import Save
from chalicelib.platform import bucket, clock
from tests.unit.annotations.revisions.conftest import forget


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "INLINE_LIMIT", 900)
    monkeypatch.setattr(payloads, "PAGED_FROM", 700)
    monkeypatch.setattr(pages, "PAGE_BYTES", 600)


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seconds that have passed."""
    now, seconds = clock.epoch(), [0]
    monkeypatch.setattr(clock, "epoch", lambda more=0: now + seconds[0] + more)
    return seconds


def _save(change: Change) -> None:
    store.save(Save(job_id=1, change=change))


def _add(first: int, count: int) -> None:
    boxes = [
        Shape(type="rectangle", frame=first + n, label_id=1, points=[n / 7, 2.0, 3.0, 4.5])
        for n in range(count)
    ]
    _save(Change(create=Objects(shapes=boxes)))


def _fold() -> None:
    folding.fold(1, reading.look_at(1))


def _fold_elsewhere() -> None:
    """In a process that remembers nothing."""
    known = views.get(1)
    forget()
    _fold()
    forget()
    if known is not None:
        views.keep(1, known)


def test_a_fold_names_no_file_that_an_earlier_one_has_done_away_with(
    emulator: None, passed: list[int]
) -> None:
    """Folds of another process leave the file of a base, which this one still remembers."""
    for n in range(80):
        _add(5 * n, 5)
    _fold()
    found = store.read_job(1).shapes
    _save(Change(delete=[identity(shape) for n, shape in enumerate(found) if n % 80 > 30]))
    left = [identity(shape) for shape in store.read_job(1).shapes]
    files = _files()
    for n in range(3):
        _fold_elsewhere()
        passed[0] += wasting.GRACE + 1
        _add(1000 + n, 1)
    assert not files & _files()
    _fold()
    forget()
    assert [identity(shape) for shape in store.read_job(1).shapes][: len(left)] == left
    assert store.read_what_is_left(1)[1] == []


def _files() -> set[str]:
    return {key for key, _ in bucket.listing(log.base_prefix(1))}
