"""What is missing is told, the rest can be read, and nothing makes it worse."""

from __future__ import annotations

import msgspec
import pytest

from chalicelib.annotations import store
from chalicelib.annotations.model.document import Objects, Shape
from chalicelib.annotations.revisions import folding, log, page_cache, pages, payloads, reading
from chalicelib.annotations.revisions.changes import Change, identity, replacement
from chalicelib.annotations.store import Damaged, Save
from chalicelib.platform import bucket, keys, table
from tests.unit.annotations.revisions.conftest import forget

COUNT = 400


@pytest.fixture
def job(emulator: None, monkeypatch: pytest.MonkeyPatch) -> int:
    """A job with a base of many pages in two files, and some revisions after it."""
    monkeypatch.setattr(log, "INLINE_LIMIT", 900)
    monkeypatch.setattr(payloads, "PAGED_FROM", 700)
    monkeypatch.setattr(pages, "PAGE_BYTES", 4_000)
    store.save(Save(job_id=1, change=replacement(_boxes(COUNT))))
    _move(10)
    folding.fold(1, reading.look_at(1))
    _move(390)
    forget()
    assert len({*_files_of_base()}) == 2
    return 1


def _boxes(count: int) -> Objects:
    shapes = []
    for n in range(count):
        points = [n * 1.37 % 911, n * 7.1 % 613, n / 3, n / 7]
        shapes.append(Shape(type="rectangle", frame=n, label_id=1, points=points))
    return Objects(shapes=shapes)


def _move(frame: int) -> int:
    [shape] = store.read_frames([1], frame, frame)[1].shapes
    shape.group = 7
    store.save(Save(job_id=1, change=Change(update=Objects(shapes=[shape]))))
    return identity(shape)


def _files_of_base() -> list[str]:
    head = reading.look_at(1).head
    record = table.load(keys.annotations(1), head.base_key)
    assert record is not None
    base = record.read(log.Base)
    return [key for key in [base.object, *base.files] if key]


def _old_file() -> str:
    return _files_of_base()[1]


def test_a_missing_file_is_named_and_the_rest_is_read(job: int) -> None:
    bucket.delete(_old_file())
    with pytest.raises(Damaged, match="shapes on frames"):
        store.read_job(job)
    document, problems = store.read_what_is_left(job)
    assert document.version == 3
    # The page that was folded, and the object that was changed later.
    left = {shape.frame for shape in document.shapes}
    assert {10, 390} <= left
    assert len(left) < COUNT / 4
    assert all(_old_file() in problem for problem in problems)
    assert len(problems) > 5


def test_frames_of_other_pages_are_not_concerned(job: int) -> None:
    bucket.delete(_old_file())
    assert len(store.read_frames([job], 9, 11)[job].shapes) == 3
    with pytest.raises(Damaged):
        store.read_frames([job], 200, 201)


def test_a_damaged_page_is_told_from_others(job: int) -> None:
    key = _old_file()
    whole = bucket.get(key)
    assert whole is not None
    snapshot = store.read_snapshots([job])[job]
    [directory] = snapshot.directories
    entry = next(e for e in directory.entries if e.reaches(200, 200))
    broken = bytearray(whole)
    broken[entry.offset : entry.offset + entry.packed] = b"\xff" * entry.packed
    bucket.put(key, bytes(broken))
    forget()
    document, [problem] = store.read_what_is_left(job)
    assert f"on frames {entry.first} to {entry.last}" in problem
    assert len(document.shapes) == COUNT - entry.count


def test_a_file_that_was_cut_off_loses_its_end_only(job: int) -> None:
    key = _old_file()
    whole = bucket.get(key)
    assert whole is not None
    bucket.put(key, whole[: len(whole) // 2])
    forget()
    document, problems = store.read_what_is_left(job)
    assert COUNT / 4 < len(document.shapes) < COUNT
    assert problems


def test_saves_that_need_nothing_of_it_work(job: int) -> None:
    bucket.delete(_old_file())
    forget()
    store.save(Save(job_id=job, change=Change(create=_boxes(1))))
    assert _move(10)
    with pytest.raises(Damaged):
        store.save(Save(job_id=job, change=Change(delete=[_lost_id(job)])))
    assert reading.look_at(job).head.revision == 5
    # Replacing everything needs nothing of what there was.
    store.save(Save(job_id=job, change=replacement(_boxes(3))))
    assert len(store.read_job(job).shapes) == 3


def _lost_id(job: int) -> int:
    """The id of an object on a page that is gone: ids rise with frames here."""
    page_cache.clear()
    [moved] = store.read_frames([job], 10, 10)[job].shapes[:1]
    return identity(moved) + 190


def test_a_fold_that_would_lose_something_is_refused(job: int) -> None:
    [shape] = store.read_frames([1], 200, 200)[1].shapes
    store.save(Save(job_id=1, change=Change(update=Objects(shapes=[shape]))))
    before = reading.look_at(job).head
    bucket.delete(_old_file())
    forget()
    with pytest.raises(Damaged):
        folding.fold(job, reading.look_at(job))
    assert reading.look_at(job).head == before


def test_a_fold_elsewhere_keeps_naming_what_is_missing(
    job: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = _old_file()
    bucket.delete(missing)
    forget()
    store.save(Save(job_id=job, change=Change(delete=[identity(_shape_on(10))])))
    _drop_revision_that_touches_what_is_missing()
    folding.fold(job, reading.look_at(job))
    assert missing in _files_of_base()
    document, problems = store.read_what_is_left(job)
    assert problems
    assert not {shape.frame for shape in document.shapes} & {10, 200}


def _shape_on(frame: int) -> Shape:
    [shape] = store.read_frames([1], frame, frame)[1].shapes
    return shape


def _drop_revision_that_touches_what_is_missing() -> None:
    """Frame 390 is on a page that is missing; the change of it is made harmless."""
    empty = payloads.pack(Change())
    record = table.load(keys.annotations(1), log.revision_key(3))
    assert record is not None
    record.blob = empty.blob
    table.commit(table.Put(record))
    forget()


@pytest.mark.parametrize("what", ["base", "revision"])
def test_a_missing_record_is_named(job: int, what: str) -> None:
    head = reading.look_at(job).head
    key = head.base_key if what == "base" else log.revision_key(3)
    table.delete_many([(keys.annotations(job), key)])
    forget()
    with pytest.raises(Damaged):
        store.read_job(job)
    document, problems = store.read_what_is_left(job)
    assert problems == [
        "the base of revision 2 is missing" if what == "base" else "revision 3 is missing"
    ]
    assert len(document.shapes) == (1 if what == "base" else COUNT)
    # What once was can still be read where it does not need the missing one.
    assert len(store.read_as_of(job, 1).objects().shapes) == COUNT


def test_a_lost_index_is_made_anew(job: int) -> None:
    snapshot = store.read_snapshots([job])[job]
    [directory] = snapshot.directories
    key = directory.files[0]
    body = bucket.get(key)
    assert body is not None
    offset, size = directory.index
    bucket.put(key, body[:offset] + b"\x00" * size + body[offset + size :])
    wanted = identity(_shape_on(300))
    forget()
    assert store.find_objects(job, [wanted])[wanted].frame == 300


def test_a_snapshot_that_outlived_its_files_is_read_anew(
    emulator: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "INLINE_LIMIT", 900)
    store.save(Save(job_id=1, change=replacement(_boxes(COUNT))))
    store.read_revision(1)
    remembered = reading.look_at(1)
    assert remembered.current is not None
    # The same annotations in another place, as a fold elsewhere leaves them.
    [(key, _)] = bucket.listing(log.object_prefix(1))
    _move_file(key, f"{key}-elsewhere")
    page_cache.clear()
    assert len(store.read_job(1).shapes) == COUNT
    _move_file(f"{key}-elsewhere", key)
    page_cache.clear()
    some = store.read_frames([1], 5, 5)[1].shapes
    _move_file(key, f"{key}-elsewhere")
    page_cache.clear()
    [saved] = store.save(Save(job_id=1, change=Change(update=Objects(shapes=some))))
    assert saved.moved


def _move_file(source: str, target: str) -> None:
    body = bucket.get(source)
    assert body is not None
    bucket.put(target, body)
    bucket.delete(source)
    record = table.load(keys.annotations(1), log.revision_key(1))
    assert record is not None
    meta = record.read(log.RevisionMeta)
    record.write(msgspec.structs.replace(meta, object=target))
    table.commit(table.Put(record))
