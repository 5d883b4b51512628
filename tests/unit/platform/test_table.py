"""The table's writes are conditional and commit together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from chalicelib.platform import ids
from chalicelib.platform.table import (
    Check,
    Create,
    Delete,
    Lost,
    Put,
    Record,
    Touch,
    Update,
    Write,
    children,
    commit,
    listed,
    load,
    load_many,
    modify,
)

pytestmark = pytest.mark.usefixtures("table")


class Thing(msgspec.Struct):
    name: str
    count: int = 0


def record(pk: str = "THING#1", sk: str = "META", name: str = "x", num: int = 1) -> Record:
    return Record(pk, sk, num=num, by_kind="thing").write(Thing(name))


def test_what_is_created_is_read_back() -> None:
    commit(Create(record()))
    stored = load("THING#1")
    assert stored is not None
    assert stored.read(Thing) == Thing("x")
    assert stored.number == 1


def test_a_taken_key_is_not_created_again() -> None:
    commit(Create(record(name="first")))
    with pytest.raises(Lost):
        commit(Create(record(name="second")))
    stored = load("THING#1")
    assert stored is not None
    assert stored.read(Thing).name == "first"


def test_an_update_of_a_stale_read_is_lost() -> None:
    commit(Create(record()))
    mine, theirs = load("THING#1"), load("THING#1")
    assert mine is not None
    assert theirs is not None
    commit(Update(theirs.write(Thing("theirs"))))
    with pytest.raises(Lost):
        commit(Update(mine.write(Thing("mine"))))


@pytest.mark.parametrize(
    "failing",
    [Create(record("TAKEN")), Check(("ABSENT", "META")), Check(("TAKEN", "META"), version=9),
     Touch(("ABSENT", "META"), "now"), Delete(("TAKEN", "META"), version=9)],
    ids=["create", "check", "check version", "touch", "delete"],
)  # fmt: skip
@pytest.mark.parametrize("place", [0, 1])
def test_nothing_of_a_transaction_is_written_if_one_condition_fails(
    failing: Write, place: int
) -> None:
    commit(Create(record("TAKEN")))
    writes: list[Write] = [Create(record("NEW")), Put(record("OTHER"))]
    writes.insert(place, failing)
    with pytest.raises(Lost) as error:
        commit(*writes)
    assert error.value.failed == [place]
    assert load("NEW") is None
    assert load("OTHER") is None
    assert load("TAKEN") is not None


def test_a_transaction_writes_everything() -> None:
    commit(Create(record("A")), Create(record("B")))
    stored = load("A")
    assert stored is not None
    commit(Update(stored.write(Thing("changed"))), Delete(("B", "META")), Create(record("C")))
    found = load_many([("A", "META"), ("B", "META"), ("C", "META")])
    assert set(found) == {("A", "META"), ("C", "META")}
    assert found["A", "META"].read(Thing).name == "changed"


def test_a_touch_leaves_the_version_alone() -> None:
    commit(Create(record()))
    read_before = load("THING#1")
    commit(Touch(("THING#1", "META"), "2026-01-01T00:00:00.000Z"))
    assert read_before is not None
    commit(Update(read_before.write(Thing("still mine"))))


def test_children_come_in_order_of_their_keys() -> None:
    commit(*(Create(record("P", f"JOB#{n:03d}")) for n in (2, 1, 3)), Create(record("P", "META")))
    assert [r.sk for r in children("P", "JOB#")] == ["JOB#001", "JOB#002", "JOB#003"]
    assert [r.sk for r in children("P", "JOB#", after="JOB#001")] == ["JOB#002", "JOB#003"]
    assert [r.sk for r in children("P", "JOB#", reverse=True, limit=1)] == ["JOB#003"]
    assert len(list(children("P"))) == 4


def test_an_index_lists_the_greatest_number_first() -> None:
    for number in (1, 3, 2):
        commit(Create(record(f"THING#{number}", num=number)))
    assert [pk for pk, _ in listed(Record.kind_index, "thing")] == ["THING#3", "THING#2", "THING#1"]


def test_more_records_than_one_call_takes_are_loaded() -> None:
    for number in range(120):
        commit(Put(record(f"THING#{number}")))
    assert len(load_many([(f"THING#{n}", "META") for n in range(120)] * 2)) == 120


def test_concurrent_changes_are_all_kept() -> None:
    commit(Create(record()))

    def increment(_: int) -> None:
        def change(thing: Thing, _: Record) -> None:
            thing.count += 1

        modify("THING#1", "META", Thing, change, attempts=200)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(increment, range(40)))
    stored = load("THING#1")
    assert stored is not None
    assert stored.read(Thing).count == 40


def test_changing_what_is_not_there_changes_nothing() -> None:
    assert modify("NOBODY", "META", Thing, lambda thing, record: None) is None
    assert load("NOBODY") is None


def test_ids_are_given_out_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        blocks = list(pool.map(lambda _: list(ids.allocate("thing", 3)), range(20)))
    given = [number for block in blocks for number in block]
    assert sorted(given) == list(range(1, 61))


def test_blocks_are_consecutive_and_disjoint() -> None:
    given = [n for size in (5, 1, 3000, 2) for n in ids.allocate_from_block("shape", size)]
    assert len(set(given)) == len(given)


@pytest.mark.parametrize("name", ["x" * 3000, "я" * 1100])
def test_what_is_too_long_for_a_key_is_not_there(name: str) -> None:
    assert load(f"THING#{name}") is None
    assert load_many([(f"THING#{name}", "META"), ("THING#1", name)]) == {}
