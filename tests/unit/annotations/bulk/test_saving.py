"""What is saved in bulk reads as if it had been saved at once, whatever interrupts it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from itertools import count
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.annotations import store
from chalicelib.annotations.bulk import saving, spool, stretches
from chalicelib.annotations.bulk.gathering import Gathering, checked
from chalicelib.annotations.bulk.saving import BulkSave
from chalicelib.annotations.merging.slicing import Span, sliced
from chalicelib.annotations.model.document import Objects, Shape, Track
from chalicelib.annotations.model.vocabulary import Vocabulary, vocabulary_of
from chalicelib.annotations.revisions import committing, pages
from chalicelib.annotations.revisions import payloads as stored_payloads
from chalicelib.annotations.revisions.changes import Change, identity, parts
from chalicelib.annotations.statistics.counting import counts_of
from chalicelib.annotations.upkeep.checking import problems_of
from chalicelib.annotations.upkeep.sweeping import sweep_job
from chalicelib.platform import bucket, clock, table
from chalicelib.platform.errors import Conflict, Invalid
from chalicelib.projects.models import Attribute, Label, Sublabel
from tests.unit.annotations.conftest import PERSON, Annotated
from tests.unit.annotations.merging.drawn import SPANS, documents, plain

_numbers = count(1)
_KEYS = count(1)


def labels() -> list[Label]:
    """Those that drawn documents use."""
    attributes = [Attribute(id=n, name=f"a{n}", input_type="text", mutable=True) for n in (1, 2, 3)]
    points = [Sublabel(id=n, name=f"p{n}", attributes=attributes) for n in (11, 12, 13)]
    return [
        Label(id=n, name=f"l{n}", attributes=attributes, sublabels=points if n < 3 else [])
        for n in (1, 2, 3)
    ]


VOCABULARY: Vocabulary = vocabulary_of(labels())


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is large: pages, files and pieces on disk are made of a few objects."""
    monkeypatch.setattr(stored_payloads, "PAGED_FROM", 1)
    monkeypatch.setattr(pages, "PAGE_BYTES", 600)
    monkeypatch.setattr(spool, "MOST_WAITING", 900)
    monkeypatch.setattr(stretches, "MOST_WAITING", 900)
    monkeypatch.setattr(stretches, "MOST_MERGED", 2)
    monkeypatch.setattr(stretches, "MANY_ROUNDS", 2)


@pytest.fixture(params=[100, 10_000_000], ids=["in files", "in records"])
def room(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "_TRANSACTION_BYTES", request.param)


def bulk(
    batches: list[Objects],
    spans: list[Span],
    vocabulary: Vocabulary,
    mode: saving.Mode,
    key: str = "",
    progress: Callable[[float], None] = lambda _: None,
    settle: Callable[[], None] = lambda: None,
) -> None:
    wanted = BulkSave(mode=mode, author=7, key=key or f"key {next(_KEYS)}", client="import")
    with closing(Gathering(spans, vocabulary, cut=True)) as gathered:
        for batch in batches:
            gathered.take(batch)
        saving.save(gathered, wanted, lambda _: (), progress=progress, settle=settle)


def moved() -> list[Span]:
    """Jobs of their own for each example."""
    first = 1000 * next(_numbers)
    return [Span(first + span.job_id, span.start, span.stop) for span in SPANS]


def shown(objects: Objects) -> Any:
    found = plain(objects)
    return msgspec.to_builtins((found.tags, found.shapes, found.tracks))


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(documents, min_size=1, max_size=3), st.lists(documents, max_size=1))
def test_it_reads_as_if_it_had_been_saved_at_once(
    log_of_jobs: None, small: None, room: None, batches: list[Objects], before: list[Objects]
) -> None:
    spans = moved()
    whole = Objects(
        tags=[tag for batch in batches for tag in batch.tags],
        shapes=[shape for batch in batches for shape in batch.shapes],
        tracks=[track for batch in batches for track in batch.tracks],
    )
    expected = sliced(checked(whole, VOCABULARY), spans)
    for batch in before:
        bulk([batch], spans, VOCABULARY, "append")
    mode: saving.Mode = "replace" if before else "append"
    bulk(batches, spans, VOCABULARY, mode)
    for span in spans:
        found = store.read_job(span.job_id)
        assert shown(found) == shown(expected[span.job_id])
        assert problems_of(span.job_id) == []
        head = store.read_heads([span.job_id])[span.job_id]
        assert (head.tags, head.shapes, head.tracks) == (
            len(found.tags), len(found.shapes), len(found.tracks),
        )  # fmt: skip
        assert store.read_counts([span.job_id])[span.job_id][1] == counts_of(found)
        ids = [identity(item) for item in found.all()]
        inner = [part.id for item in found.all()[len(found.tags) :] for part in parts(item)]
        assert None not in inner
        assert len({*ids, *inner}) == len(ids) + len(inner)
        by_id = store.find_objects(span.job_id, ids)
        assert [by_id[number] for number in ids] == found.all()


def boxes(number: int, last: int = 99) -> Objects:
    return Objects(
        shapes=[
            Shape(
                type="rectangle", frame=n % (last + 1), points=[1.0, 2.0, 3.0 + n, 4.0],
                label_id=PERSON,
            )
            for n in range(number)
        ]
    )  # fmt: skip


def found(task: Annotated) -> list[int]:
    return [len(store.read_job(job_id).shapes) for job_id in task.jobs]


@pytest.fixture
def vocabulary() -> Vocabulary:
    return vocabulary_of([Label(id=PERSON, name="person")])


def test_a_repeated_save_changes_nothing(task: Annotated, vocabulary: Vocabulary) -> None:
    spans = [Span(task.jobs[0], 0, 99)]
    for _ in range(3):
        bulk([boxes(5)], spans, vocabulary, "append", "same key")
    assert found(task) == [5]
    # Also when so many others have saved that the head has forgotten it.
    for _ in range(20):
        store.save(store.Save(job_id=task.jobs[0], change=Change(create=boxes(1))))
    bulk([boxes(5)], spans, vocabulary, "append", "same key")
    assert found(task) == [25]


def test_others_who_save_meanwhile_lose_nothing(task: Annotated, vocabulary: Vocabulary) -> None:
    spans = [Span(task.jobs[0], 0, 99)]

    def meanwhile() -> None:
        store.save(store.Save(job_id=task.jobs[0], change=Change(create=boxes(2))))

    bulk([boxes(5)], spans, vocabulary, "append", settle=meanwhile)
    assert found(task) == [7]


def test_who_is_always_late_is_told_and_leaves_nothing(
    task: Annotated, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch, small: None
) -> None:
    monkeypatch.setattr(saving, "_TRANSACTION_BYTES", 1)

    def always(*_: Any, **__: Any) -> Any:
        raise table.Lost([0])

    monkeypatch.setattr(committing, "ATTEMPTS", 3)
    monkeypatch.setattr(table, "commit", always)
    with pytest.raises(Conflict):
        bulk([boxes(50)], [Span(task.jobs[0], 0, 99)], vocabulary, "append")
    assert list(bucket.listing("annotations/")) == []
    assert found(task) == [0]


@pytest.mark.parametrize("step", ["progress", "settle"])
def test_who_gives_up_before_the_heads_move_leaves_nothing(
    make_task: Any, vocabulary: Vocabulary, small: None, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(saving, "_TRANSACTION_BYTES", 1)
    task = make_task((0, 49), (50, 99))
    left = count()

    def give_up(at: int) -> None:
        if next(left) == at:
            raise KeyboardInterrupt

    def progress(_: float) -> None:
        give_up(1 if step == "progress" else 99)

    def settle() -> None:
        raise KeyboardInterrupt

    spans = [Span(task.jobs[0], 0, 49), Span(task.jobs[1], 50, 99)]
    with pytest.raises(KeyboardInterrupt):
        bulk([boxes(50)], spans, vocabulary, "replace", progress=progress, settle=settle)
    assert list(bucket.listing("annotations/")) == []
    assert found(task) == [0, 0]


def test_what_a_crash_leaves_is_swept(
    task: Annotated, vocabulary: Vocabulary, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "_TRANSACTION_BYTES", 1)
    with monkeypatch.context() as dying:
        dying.setattr(table, "commit", _die)
        with pytest.raises(SystemError):
            bulk([boxes(50)], [Span(task.jobs[0], 0, 99)], vocabulary, "append", "key")
    assert len(list(bucket.listing("annotations/"))) == 1
    bulk([boxes(50)], [Span(task.jobs[0], 0, 99)], vocabulary, "append", "key")
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert sweep_job(task.jobs[0]) == 1
    assert found(task) == [50]


def _die(*_: Any, **__: Any) -> None:
    raise SystemError


def test_many_jobs_are_several_transactions(
    make_task: Any, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = make_task(*((n, n) for n in range(80)))
    spans = [Span(job_id, n, n) for n, job_id in enumerate(task.jobs)]
    bulk([boxes(160, 79)], spans, vocabulary, "replace")
    assert found(task) == [2] * 80


def test_nothing_in_place_of_something(task: Annotated, vocabulary: Vocabulary) -> None:
    spans = [Span(task.jobs[0], 0, 99)]
    bulk([], spans, vocabulary, "replace")
    assert store.read_revision(task.jobs[0]) == 0
    bulk([boxes(3)], spans, vocabulary, "append")
    bulk([], spans, vocabulary, "append")
    assert store.read_revision(task.jobs[0]) == 1
    bulk([], spans, vocabulary, "replace")
    assert found(task) == [0]
    (last, *_) = store.revisions(task.jobs[0])
    assert (last.meta.deleted, last.meta.replaced, last.meta.client) == (3, True, "import")


def test_what_may_not_be_stored_is_refused_as_in_a_request(
    task: Annotated, vocabulary: Vocabulary
) -> None:
    wrong = boxes(3)
    wrong.shapes[2].label_id = 99
    with closing(Gathering([Span(task.jobs[0], 0, 99)], vocabulary, cut=True)) as gathered:
        with pytest.raises(Invalid) as refused:
            gathered.take(wrong)
        assert refused.value.body == {
            "shapes": ["[2].label_id: There is no label 99 in this task."]
        }


def test_one_job_takes_what_lies_beyond_it(task: Annotated, vocabulary: Vocabulary) -> None:
    with closing(Gathering([Span(task.jobs[0], 0, 9)], vocabulary, cut=False)) as gathered:
        gathered.take(boxes(50, 49))
        far = Objects(shapes=[boxes(1).shapes[0]])
        far.shapes[0].frame = 2**31 - 1
        gathered.take(far)
        wanted = BulkSave(mode="append", author=None, key="k", client="import")
        saving.save(gathered, wanted, lambda _: ())
    assert found(task) == [51]


def test_tracks_keep_the_order_in_which_they_came(task: Annotated, vocabulary: Vocabulary) -> None:
    def track(frame: int) -> Track:
        return msgspec.convert(
            {
                "frame": frame, "label_id": PERSON,
                "shapes": [{"type": "rectangle", "frame": frame, "points": [1, 2, 3, 4]}],
            },
            Track,
        )  # fmt: skip

    batch = Objects(tracks=[track(5), track(1), track(3)])
    bulk([batch], [Span(task.jobs[0], 0, 99)], vocabulary, "append")
    assert [one.frame for one in store.read_job(task.jobs[0]).tracks] == [5, 1, 3]


MEMORY = """
import sys
from chalicelib.annotations.bulk import payloads
from chalicelib.annotations.bulk.gathering import Gathering
from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.model.document import Objects, Shape
from chalicelib.annotations.model.vocabulary import vocabulary_of
from chalicelib.platform import ids
from chalicelib.projects.models import Label

last = 0
def allocate(kind, count, block=0):
    global last
    last += count
    return range(last - count, last)

ids.allocate_from_block = allocate
payloads.bucket.put = lambda key, file: file.seek(0, 2)
shapes, frames = int(sys.argv[1]), 200_000
gathered = Gathering([Span(1, 0, frames - 1)], vocabulary_of([Label(id=1, name="a")]), cut=True)
for start in range(0, shapes, 500):
    gathered.take(Objects(shapes=[
        Shape(type="rectangle", frame=number * 7919 % frames, points=[1.5, 2.25, 300.125, 400.5],
              label_id=1, source="file")
        for number in range(start, start + 500)
    ]))
made = payloads.prepare(gathered, gathered.spans[0], replace=True, room=200_000)
assert made.shapes == shapes, made.shapes
# Not what getrusage says: that begins with what the process had that started this one.
with open("/proc/self/status") as status:
    print(next(int(line.split()[1]) >> 10 for line in status if line.startswith("VmHWM")))
"""


def peak(shapes: int) -> int:
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(shapes)], check=True, capture_output=True, text=True
    )
    return int(done.stdout)


@pytest.mark.slow
def test_two_million_shapes_take_less_than_300_mb() -> None:
    """In no order of frames. Most of what grows is the index of ids."""
    assert peak(2_000_000) < 300


def test_ten_times_the_shapes_take_little_more_memory() -> None:
    assert peak(200_000) < 150
    assert peak(200_000) - peak(20_000) < 60
