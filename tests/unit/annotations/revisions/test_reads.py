"""What reads and saves fetch: calls of the table, and bytes of files."""

from __future__ import annotations

import pytest

from chalicelib.annotations import store
from chalicelib.annotations.model.document import Objects, Shape, Track, TrackedShape
from chalicelib.annotations.revisions import folding, log, reading
from chalicelib.annotations.revisions.changes import Change, replacement
from chalicelib.annotations.store import Save
from chalicelib.platform import bucket
from tests.unit.annotations.revisions.conftest import Watch, forget

COUNT = 30_000
ON_A_FRAME = 10


def _boxes(count: int = COUNT) -> Objects:
    shapes = []
    for n in range(count):
        points = [n * 1.37 % 911, n * 7.1 % 613, n / 3, n / 7]
        shapes.append(Shape(type="rectangle", frame=n // ON_A_FRAME, label_id=1, points=points))
    keyframe = TrackedShape(type="rectangle", frame=100, points=[0.0, 1.0, 2.0, 3.0])
    track = Track(frame=100, label_id=1, shapes=[keyframe])
    return Objects(shapes=shapes, tracks=[track])


@pytest.fixture
def large(emulator: None) -> int:
    """A job whose annotations are in a file. Gives the size of that."""
    store.save(Save(job_id=1, change=replacement(_boxes())))
    forget()
    [(_, size)] = bucket.listing(log.object_prefix(1))
    assert size > log.INLINE_LIMIT
    return size


def test_everything_comes_by_three_calls(large: int, watched: Watch) -> None:
    with watched() as traffic:
        document = store.read_job(1)
    assert (len(document.shapes), len(document.tracks)) == (COUNT, 1)
    assert traffic.calls == {"GetItem": 1, "Query": 1, "GetObject": 1}


def test_a_range_of_frames_reads_its_pages_only(large: int, watched: Watch) -> None:
    with watched() as traffic:
        found = store.read_frames([1], 1_500, 1_509)[1]
    assert [shape.frame for shape in found.shapes] == sorted(list(range(1_500, 1_510)) * ON_A_FRAME)
    assert len(found.tracks) == 1
    assert traffic.calls == {"GetItem": 1, "Query": 1, "GetObject": 2}
    assert traffic.fetched < large / 20


def test_frames_before_a_track_do_not_show_it(large: int, watched: Watch) -> None:
    with watched() as traffic:
        found = store.read_frames([1], 0, 9)[1]
    assert (len(found.shapes), found.tracks) == (10 * ON_A_FRAME, [])
    assert traffic.calls["GetObject"] == 1


def test_an_object_is_found_by_its_frame(large: int, watched: Watch) -> None:
    whole = store.read_job(1).shapes
    wanted = whole[12_345]
    assert wanted.id is not None
    forget()
    with watched() as traffic:
        found = store.find_objects(1, [wanted.id], [wanted.frame])
    assert found == {wanted.id: wanted}
    assert traffic.calls["GetObject"] <= 2
    assert traffic.fetched < large / 20


def test_an_object_is_found_by_its_id_alone(large: int, watched: Watch) -> None:
    wanted = store.read_job(1).shapes[23_456]
    assert wanted.id is not None
    forget()
    with watched() as traffic:
        found = store.find_objects(1, [wanted.id, 10**12])
    assert found == {wanted.id: wanted}
    # The index, and one page.
    assert traffic.calls == {"GetItem": 1, "Query": 1, "GetObject": 2}
    assert traffic.fetched < large / 20


@pytest.mark.parametrize("kind", ["create", "update", "delete"])
def test_a_save_in_a_large_job_reads_little(large: int, watched: Watch, kind: str) -> None:
    known = store.read_job(1).shapes[7_000]
    forget()
    new = Shape(type="rectangle", frame=3, label_id=1, points=[1.0, 2.0, 3.0, 4.0])
    change = {
        "create": Change(create=Objects(shapes=[new])),
        "update": Change(update=Objects(shapes=[known])),
        "delete": Change(delete=[known.id or 0]),
    }[kind]
    with watched() as traffic:
        store.save(Save(job_id=1, change=change))
    assert traffic.fetched < large / 20
    assert traffic.calls["TransactWriteItems"] == 1
    assert traffic.calls.total() <= (5 if kind == "create" else 6)
    assert "PutObject" not in traffic.calls
    # And in the same process once more.
    if kind != "delete":
        with watched() as traffic:
            store.save(Save(job_id=1, change=change))
        assert traffic.calls == {"TransactWriteItems": 1}


def test_counts_need_no_pages(large: int, watched: Watch) -> None:
    with watched() as traffic:
        revision, counts = store.read_counts([1])[1]
    assert revision == 1
    assert counts.labels[1]["rectangle"] == COUNT
    assert traffic.calls == {"GetItem": 1, "Query": 1}


def test_a_base_and_what_follows_it_come_by_one_query(emulator: None, watched: Watch) -> None:
    for n in range(6):
        store.save(Save(job_id=1, change=Change(create=_boxes(20 + n))))
    folding.fold(1, reading.look_at(1))
    for n in range(3):
        store.save(Save(job_id=1, change=Change(create=_boxes(n + 1))))
    forget()
    with watched() as traffic:
        document = store.read_job(1)
    assert document.version == 9
    assert len(document.shapes) == sum(20 + n for n in range(6)) + 1 + 2 + 3
    assert traffic.calls == {"GetItem": 1, "Query": 1}


def test_a_fold_of_a_large_job_writes_what_was_touched(large: int, watched: Watch) -> None:
    whole = store.read_job(1).shapes
    for n in range(4):
        whole[9_000].points = [float(n), 2.0, 3.0, 4.0]
        store.save(Save(job_id=1, change=Change(update=Objects(shapes=[whole[9_000]]))))
    forget()
    with watched() as traffic:
        folding.fold(1, reading.look_at(1))
    assert traffic.fetched < large / 10
    sizes = [size for key, size in bucket.listing(log.base_prefix(1))]
    assert sum(sizes) < large / 20
    forget()
    again = store.read_job(1).shapes
    assert len(again) == COUNT
    assert next(shape for shape in again if shape.id == whole[9_000].id).points[0] == 3.0
