"""Logs from before there were pages: they are read as ever, and folded into pages."""

from __future__ import annotations

import msgspec
import zstandard

from chalicelib.annotations import store
from chalicelib.annotations.model.document import Objects, Shape
from chalicelib.annotations.revisions import folding, log, reading
from chalicelib.annotations.revisions.changes import Change, replacement
from chalicelib.annotations.revisions.log import Head, RevisionMeta
from chalicelib.annotations.store import Save
from chalicelib.platform import bucket, keys, table
from chalicelib.platform.table import Put, Record
from tests.unit.annotations.revisions.conftest import forget

PK = keys.annotations(1)
AT = "2026-01-02T03:04:05.000Z"


def _box(number: int, frame: int) -> Shape:
    return Shape(id=number, type="rectangle", frame=frame, label_id=1, points=[1.0, 2.0, 3.0, 4.0])


def _plain(change: Change) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(msgspec.msgpack.encode(change))


def _record(sk: str, change: Change, place: str | None = None) -> None:
    record = Record(PK, sk).write(RevisionMeta(at=AT, size=1, object=place))
    if place is None:
        record.blob = _plain(change)
    else:
        bucket.put(place, _plain(change))
    table.commit(Put(record))


def _old_log() -> None:
    """Revisions 1 to 3, of which two are folded; the third is in the bucket."""
    first, second = (Objects(shapes=[_box(n, 10 * n)]) for n in (1, 2))
    _record("REV#000000000001", Change(create=first))
    _record("REV#000000000002", Change(create=second))
    _record("BASE#000000000002", replacement(Objects(shapes=[_box(1, 10), _box(2, 20)])))
    third = Change(delete=[1], create=Objects(shapes=[_box(3, 30)]))
    _record("REV#000000000003", third, "annotations/1/000000000003-abc")
    head = Head(revision=3, base=2, base_key="BASE#000000000002", base_bytes=9, shapes=2)
    table.commit(Put(Record(PK, log.HEAD).write(head)))


def test_they_are_read_saved_to_and_folded(emulator: None) -> None:
    _old_log()
    assert [shape.frame for shape in store.read_job(1).shapes] == [20, 30]
    assert [shape.frame for shape in store.read_as_of(1, 2).objects().shapes] == [10, 20]
    assert [shape.frame for shape in store.read_as_of(1, 1).objects().shapes] == [10]
    forget()
    new = Objects(shapes=[Shape(type="points", frame=5, label_id=1, points=[1.0, 2.0])])
    store.save(Save(job_id=1, change=Change(delete=[2], create=new)))
    folding.fold(1, reading.look_at(1))
    forget()
    document = store.read_job(1)
    assert (document.version, [shape.frame for shape in document.shapes]) == (4, [5, 30])
    assert not list(table.children(PK, log.OLD_BASE))
    assert [len(store.read_as_of(1, n).objects().shapes) for n in range(5)] == [0, 1, 2, 2, 2]
    [(_, counts)] = store.read_counts([1]).values()
    assert counts.labels == {1: {"points": 1, "rectangle": 1}}
