"""Tracks of jobs that share frames pass without all being held."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable

import pytest

from chalicelib.annotations import store
from chalicelib.annotations.merging import slicing
from chalicelib.annotations.model.document import Objects, Track, TrackedShape
from chalicelib.annotations.revisions import pages, payloads
from chalicelib.annotations.revisions.cache import views
from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.streaming import snapshots
from chalicelib.annotations.streaming import tasks as streaming
from chalicelib.annotations.streaming.pinned import pin
from chalicelib.annotations.tasks import read_task, spans_of
from chalicelib.projects import store as projects
from tests.unit.annotations.conftest import CAR, Annotated

#: Frames that a job begins after the one before, and that it has.
STEP, SIZE = 40, 50
TRACKS = 10


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that all is in pages, as it is of large jobs, and few are read at a time."""
    monkeypatch.setattr(pages, "PAGE_BYTES", 1500)
    monkeypatch.setattr(payloads, "PAGED_FROM", 1000)
    monkeypatch.setattr(snapshots, "AHEAD", 1200)


def annotated(make: Callable[..., Annotated], jobs: int, *, long: bool = False) -> Annotated:
    """Tracks with a keyframe on each frame from the start of each job into the next one."""
    last = STEP * (jobs - 1) + SIZE - 1
    task = make(*[(STEP * n, STEP * n + SIZE - 1) for n in range(jobs)])
    drawn = [_track(0, last, 5000)] if long else []
    drawn += [
        _track(STEP * job, STEP * job + SIZE - 5, 100 * number)
        for job in range(jobs)
        for number in range(TRACKS)
    ]
    parts = slicing.sliced(Objects(tracks=drawn), spans_of(projects.task_jobs(task.id)))
    for job, part in parts.items():
        store.save(store.Save(job_id=job, change=Change(create=part)))
    return task


def _track(first: int, last: int, left: int) -> Track:
    shapes = [
        TrackedShape(
            type="rectangle",
            frame=frame,
            points=[left, frame, left + 50, frame + 50],
            outside=frame == last,
        )
        for frame in range(first, last + 1)
    ]
    return Track(frame=first, label_id=CAR, shapes=shapes)


def passed(task: Annotated) -> list[Track]:
    return list(streaming.tracks_of(pin(spans_of(projects.task_jobs(task.id)))))


def held(task: Annotated) -> int:
    """Bytes at most while tracks pass."""
    jobs = pin(spans_of(projects.task_jobs(task.id)))
    views.clear()
    gc.collect()
    tracemalloc.start()
    for _ in streaming.tracks_of(jobs):
        pass
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest


@pytest.mark.parametrize("long", [False, True])
def test_they_are_what_is_read_at_once(make_task: Callable[..., Annotated], long: bool) -> None:
    task = annotated(make_task, 5, long=long)
    expected = sorted(read_task(task.id).tracks, key=lambda track: (track.frame, track.id))
    assert len(expected) == 5 * TRACKS + long
    assert passed(task) == expected


def test_memory_does_not_grow_with_the_jobs(make_task: Callable[..., Annotated]) -> None:
    few, many = (held(annotated(make_task, jobs)) for jobs in (4, 16))
    assert many < 2 * few


def test_what_waits_for_a_long_track_is_packed(make_task: Callable[..., Annotated]) -> None:
    at_once = annotated(make_task, 16)
    waiting = annotated(make_task, 16, long=True)
    gc.collect()
    tracemalloc.start()
    tracks = passed(waiting)
    unpacked, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(tracks) == 16 * TRACKS + 1
    assert held(waiting) - held(at_once) < unpacked / 2
