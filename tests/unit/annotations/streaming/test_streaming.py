"""What passes frame by frame is what is read at once."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import pytest

from chalicelib.annotations import store
from chalicelib.annotations.merging import slicing
from chalicelib.annotations.model.document import (
    AttributeValue,
    Document,
    Objects,
    Shape,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.annotations.revisions import folding, pages, payloads, reading
from chalicelib.annotations.revisions.cache import views
from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.store import Damaged, Save
from chalicelib.annotations.streaming import snapshots
from chalicelib.annotations.streaming import tasks as streaming
from chalicelib.annotations.streaming.pinned import pin
from chalicelib.annotations.streaming.snapshots import OnFrame
from chalicelib.annotations.tasks import read_task, spans_of
from chalicelib.projects import store as projects
from tests.unit.annotations.conftest import CAR, NOTE, PERSON, Annotated

#: Frames of jobs: one, neighbours, overlapping, and some of both.
TASKS = [
    [(0, 99)],
    [(0, 49), (50, 99)],
    [(0, 44), (35, 79), (70, 99)],
    [(0, 29), (25, 49), (50, 69), (60, 99)],
]


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that there are many, and few are read at a time."""
    monkeypatch.setattr(pages, "PAGE_BYTES", 1500)
    monkeypatch.setattr(payloads, "PAGED_FROM", 1000)
    monkeypatch.setattr(snapshots, "AHEAD", 1200)


def fill(task: Annotated, seed: int) -> None:
    """Many saves: of the task, of single jobs, changes and deletions; some jobs are folded."""
    chance = random.Random(seed)
    spans = spans_of(projects.task_jobs(task.id))
    for _ in range(3):
        parts = slicing.sliced(_drawn(chance, 99), spans)
        store.save(*(Save(job_id=job, change=Change(create=part)) for job, part in parts.items()))
    for span in spans:
        # What people drew in one job alone, some of it nearly where others have drawn.
        own = slicing.sliced(_drawn(chance, 99), [span])[span.job_id]
        store.save(Save(job_id=span.job_id, change=Change(create=own)))
        if chance.random() < 0.5:
            folding.fold(span.job_id, reading.look_at(span.job_id))
        there = store.read_job(span.job_id)
        moved = [_moved(shape) for shape in chance.sample(there.shapes, 5)]
        gone = [track.id for track in chance.sample(there.tracks, min(2, len(there.tracks)))]
        change = Change(update=Objects(shapes=moved), delete=[one for one in gone if one])
        store.save(Save(job_id=span.job_id, change=change))


def _moved(shape: Shape) -> Shape:
    return Shape(id=shape.id, type=shape.type, frame=shape.frame, points=[1, 1, 2, 2], label_id=CAR)


def _drawn(chance: random.Random, last: int) -> Objects:
    def box() -> list[float]:
        left, top = chance.randrange(50), chance.randrange(50)
        return [left, top, left + 20 + chance.randrange(20), top + 30]

    tracks = []
    for _ in range(12):
        frames = sorted(chance.sample(range(last + 1), chance.randint(1, 5)))
        shapes = [
            TrackedShape(
                type="rectangle",
                frame=frame,
                points=box(),
                outside=place > 0 and chance.random() < 0.2,
                attributes=[AttributeValue(NOTE, str(frame))],
            )
            for place, frame in enumerate(frames)
        ]
        tracks.append(Track(frame=frames[0], label_id=CAR, shapes=shapes))
    boxes = [
        Shape(type="rectangle", frame=chance.randint(0, last), points=box(), label_id=PERSON)
        for _ in range(80)
    ]
    tags = [Tag(frame=chance.randint(0, last), label_id=PERSON) for _ in range(10)]
    return Objects(tags=tags, shapes=boxes, tracks=tracks)


def by_frame(document: Document, start: int, stop: int) -> list[OnFrame]:
    found: dict[int, OnFrame] = {}
    for tag in document.tags:
        found.setdefault(tag.frame, OnFrame(tag.frame, [], [])).tags.append(tag)
    for shape in document.shapes:
        found.setdefault(shape.frame, OnFrame(shape.frame, [], [])).shapes.append(shape)
    return [found[frame] for frame in sorted(found) if start <= frame <= stop]


@pytest.mark.parametrize("segments", TASKS)
@pytest.mark.parametrize("seed", range(4))
def test_a_task_passes_as_it_is_read(
    make_task: Callable[..., Annotated], segments: list[tuple[int, int]], seed: int
) -> None:
    task = make_task(*segments)
    fill(task, seed)
    whole = read_task(task.id)
    jobs = pin(spans_of(projects.task_jobs(task.id)))
    views.clear()
    for start, stop in ((0, 99), (40, 72), (99, 99), (26, 26)):
        assert list(streaming.frames_of(jobs, start, stop)) == by_frame(whole, start, stop)
    order = sorted(whole.tracks, key=lambda track: (track.frame, track.id))
    assert list(streaming.tracks_of(jobs)) == order


def test_a_job_passes_alone(make_task: Callable[..., Annotated]) -> None:
    task = make_task((0, 44), (35, 99))
    fill(task, 5)
    span = spans_of(projects.task_jobs(task.id))[1]
    whole = store.read_job(span.job_id)
    jobs = pin([span])
    assert list(streaming.frames_of(jobs)) == by_frame(whole, 0, 99)
    assert [track.id for track in streaming.tracks_of(jobs)] == [
        track.id for track in sorted(whole.tracks, key=lambda track: (track.frame, track.id))
    ]


def test_shapes_on_frames_of_other_jobs_keep_their_place(
    make_task: Callable[..., Annotated],
) -> None:
    """Clients may say any frame."""
    task = make_task((0, 9), (10, 19), (20, 29))
    for job_id, frame in zip(task.jobs, (25, 3, 3), strict=True):
        shape = Shape(type="rectangle", frame=frame, points=[1, 1, 9, 9], label_id=PERSON)
        store.save(Save(job_id=job_id, change=Change(create=Objects(shapes=[shape]))))
    jobs = pin(spans_of(projects.task_jobs(task.id)))
    assert list(streaming.frames_of(jobs)) == by_frame(read_task(task.id), 0, 99)


def test_what_is_saved_meanwhile_is_not_seen(task: Annotated) -> None:
    fill(task, 1)
    before = read_task(task.id)
    jobs = pin(spans_of(projects.task_jobs(task.id)))
    passing = streaming.frames_of(jobs)
    first = next(passing)
    store.save(Save(job_id=task.jobs[0], change=Change(replace=True)))
    folding.fold(task.jobs[0], reading.look_at(task.jobs[0]))
    views.clear()
    assert [first, *passing] == by_frame(before, 0, 99)
    assert list(streaming.frames_of(jobs)) == by_frame(before, 0, 99)


def test_little_is_held_at_a_time(task: Annotated, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = [
        Shape(type="rectangle", frame=frame, points=[1, 1, 9, 9], label_id=PERSON)
        for frame in range(100)
        for _ in range(20)
    ]
    store.save(Save(job_id=task.jobs[0], change=Change(create=Objects(shapes=shapes))))
    held = 0
    original = snapshots._finished

    def finished(pending: dict[int, OnFrame], before: int) -> Iterator[OnFrame]:
        nonlocal held
        held = max(held, sum(len(on_frame.shapes) for on_frame in pending.values()))
        yield from original(pending, before)

    monkeypatch.setattr(snapshots, "_finished", finished)
    assert sum(len(found.shapes) for found in streaming.frames_of(_jobs(task))) == len(shapes)
    assert held < 60


def test_pages_are_read_once_and_ahead(task: Annotated, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(task, 2)
    folding.fold(task.jobs[0], reading.look_at(task.jobs[0]))
    jobs = _jobs(task)
    views.clear()
    decoded: list[Any] = []
    original = pages.objects_of

    def objects_of(*page: Any) -> Any:
        decoded.append(page)
        return original(*page)

    monkeypatch.setattr(pages, "objects_of", objects_of)
    list(streaming.frames_of(jobs))
    assert len(decoded) == len({blob for _, blob in decoded}) > 5


@pytest.mark.parametrize("damaged_for", [1, 2])
def test_memory_of_files_that_are_gone_is_renewed(
    task: Annotated, monkeypatch: pytest.MonkeyPatch, damaged_for: int
) -> None:
    """A process remembers pages that folds have done without for long."""
    fill(task, 3)
    whole = read_task(task.id)
    jobs = _jobs(task)
    left = damaged_for
    original = snapshots._pages

    def pages_of(*what: Any) -> Iterator[Any]:
        nonlocal left
        for number, page in enumerate(original(*what)):
            if number == 3 and left:
                left -= 1
                raise Damaged("a page")
            yield page

    monkeypatch.setattr(snapshots, "_pages", pages_of)
    if damaged_for > 1:
        with pytest.raises(Damaged):
            list(streaming.frames_of(jobs))
        return
    assert list(streaming.frames_of(jobs)) == by_frame(whole, 0, 99)
    left = damaged_for
    assert [track.id for track in streaming.tracks_of(jobs)] == [
        track.id for track in sorted(whole.tracks, key=lambda track: (track.frame, track.id))
    ]


def _jobs(task: Annotated) -> list[Any]:
    return pin(spans_of(projects.task_jobs(task.id)))


def test_groups_are_never_split(task: Annotated) -> None:
    """Each frame comes once, however many pages have a part of it."""
    fill(task, 4)
    frames = [found.frame for found in streaming.frames_of(_jobs(task))]
    assert frames == [frame for frame, _ in groupby(frames)] == sorted(frames)
