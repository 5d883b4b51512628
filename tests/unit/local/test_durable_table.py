"""What the table holds after the process is gone, and what it shows when the disk refuses."""

from __future__ import annotations

import json
import sqlite3
import threading
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.durable_table import DurableTable
from infra.local.journal import ItemKey, Journal
from infra.local.problems import StartupProblem
from tests.unit.local.emulators import fresh_emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLE = {
    "TableName": "things",
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "S"},
        {"AttributeName": "owner", "AttributeType": "S"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_owner",
            "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
}


class Store:
    """A durable table that can lose its process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.open()

    def open(self) -> None:
        self.journal = Journal(self._path)
        self.module: Any = fresh_emulator()
        DurableTable(self.module, self.journal).install()

    def reopen(self) -> None:
        self.journal.close()
        self.open()

    def call(self, handler: str, **data: Any) -> tuple[int, dict[str, Any]]:
        status, _, body = getattr(self.module, handler)({"TableName": "things"} | data)
        return status, json.loads(body)

    def put(self, pk: str, sk: str = "-", **attributes: str) -> int:
        item = {"pk": pk, "sk": sk} | attributes
        return self.call("_put_item", Item={k: {"S": v} for k, v in item.items()})[0]

    def get(self, pk: str, sk: str = "-") -> dict[str, str] | None:
        item = self.call("_get_item", Key={"pk": {"S": pk}, "sk": {"S": sk}})[1].get("Item")
        return item and {k: v["S"] for k, v in item.items()}

    def everything(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.call("_scan")[1]["Items"]
        return sorted(items, key=json.dumps)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "table.sqlite")
    assert store.call("_create_table", **TABLE)[0] == 200
    yield store
    store.journal.close()


KEYS = st.sampled_from(["a", "b", "ключ", "💾"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), KEYS, KEYS, st.text()),
        st.tuples(st.just("delete"), KEYS, KEYS, st.just("")),
        st.tuples(st.just("update"), KEYS, KEYS, st.text(min_size=1)),
    ),
    max_size=20,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=10
)
@given(steps=STEPS)
def test_a_restart_shows_what_was_there_before(store: Store, steps: list[Any]) -> None:
    for step, pk, sk, text in steps:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        if step == "put":
            assert store.put(pk, sk, owner=text or "nobody") == 200
        elif step == "delete":
            assert store.call("_delete_item", Key=key)[0] == 200
        else:
            values = {":v": {"S": text}}
            assert (
                store.call(
                    "_update_item", Key=key, UpdateExpression="SET x = :v",
                    ExpressionAttributeValues=values,
                )[0] == 200
            )  # fmt: skip
    before = store.everything()
    store.reopen()
    assert store.everything() == before


def test_indexes_work_after_a_restart(store: Store) -> None:
    store.put("1", owner="ann")
    store.put("2", owner="bob")
    store.reopen()
    _, answer = store.call(
        "_query", IndexName="by_owner", KeyConditionExpression="#o = :o",
        ExpressionAttributeNames={"#o": "owner"}, ExpressionAttributeValues={":o": {"S": "bob"}},
    )  # fmt: skip
    assert [item["pk"]["S"] for item in answer["Items"]] == ["2"]


def test_expiry_settings_survive_and_expired_items_stay_away(store: Store) -> None:
    store.call("_update_ttl", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
    store.put("old")
    table = store.module._tables["things"]
    with store.module._lock:  # as the emulator's expiry thread does it
        store.module._remove_item(table, "old", "-")
    store.reopen()
    assert store.get("old") is None
    assert store.module._ttl_settings["things"]["AttributeName"] == "expires"


def test_a_deleted_table_stays_deleted(store: Store) -> None:
    store.put("1")
    assert store.call("_delete_table")[0] == 200
    store.reopen()
    assert store.call("_describe_table")[0] == 400
    store.call("_create_table", **TABLE)
    assert store.everything() == []


def transaction(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {
        "TransactItems": [
            {"Put": {"TableName": "things",
                     "Item": {"pk": {"S": pk}, "sk": {"S": "-"}, "v": {"S": v}}}}
            for pk, v in pairs
        ]
    }  # fmt: skip


class FullDisk:
    """Stands before SQLite's connection and fails the n-th write."""

    def __init__(self, real: sqlite3.Connection, fails_at: int) -> None:
        self._real = real
        self._left = fails_at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def execute(self, statement: str, *arguments: Any) -> Any:
        if statement.startswith(("INSERT", "DELETE", "COMMIT")):
            self._left -= 1
            if self._left == 0:
                raise sqlite3.OperationalError("database or disk is full")
        return self._real.execute(statement, *arguments)


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_a_transaction_that_the_disk_refuses_never_happened(store: Store, fails_at: int) -> None:
    store.put("1", v="before")
    real = store.journal._db
    store.journal._db = FullDisk(real, fails_at)  # type: ignore[assignment]
    status, answer = store.call("_transact_write_items", **transaction(("1", "new"), ("2", "new")))
    assert (status, answer["__type"]) == (500, "InternalServerError")
    store.journal._db = real
    for _ in range(2):
        assert store.get("1") == {"pk": "1", "sk": "-", "v": "before"}
        assert store.get("2") is None
        store.reopen()
    assert store.call("_transact_write_items", **transaction(("1", "new"), ("2", "new")))[0] == 200


def test_a_handler_that_breaks_half_way_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr(store.module, "_emit_stream_event", broken)
    with pytest.raises(RuntimeError, match="half way"):
        store.put("1")
    monkeypatch.undo()
    assert store.get("1") is None
    assert store.put("1", v="now") == 200


def test_a_refused_condition_writes_nothing(store: Store) -> None:
    store.put("1", v="first")
    status, _ = store.call(
        "_put_item", Item={"pk": {"S": "1"}, "sk": {"S": "-"}, "v": {"S": "second"}},
        ConditionExpression="attribute_not_exists(pk)",
    )  # fmt: skip
    assert status == 400
    store.reopen()
    assert store.get("1") == {"pk": "1", "sk": "-", "v": "first"}


def test_threads_that_count_together_lose_no_step(store: Store) -> None:
    def count() -> None:
        for _ in range(50):
            store.call(
                "_update_item", Key={"pk": {"S": "n"}, "sk": {"S": "-"}},
                UpdateExpression="ADD n :one", ExpressionAttributeValues={":one": {"N": "1"}},
            )  # fmt: skip

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.reopen()
    assert store.everything()[0]["n"] == {"N": "400"}


def test_ways_to_write_around_the_journal_are_closed(store: Store) -> None:
    statement = "INSERT INTO things VALUE {'pk':'1','sk':'-'}"
    status, _ = store.call("_execute_statement", Statement=statement)
    assert status == 400
    assert store.everything() == []


@pytest.mark.parametrize("damage", ["header", "page", "text"])
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "table" / "table.sqlite"
    store = Store(path)
    store.call("_create_table", **TABLE)
    for number in range(200):
        store.put(str(number), v="x" * 300)
    if damage == "text":
        store.journal._db.execute("UPDATE items SET item = x'7b22' WHERE pk = '7'")
    store.journal.close()
    content = bytearray(path.read_bytes())
    if damage == "header":
        content[:16] = b"not a database!!"
    elif damage == "page":
        content[8192:] = b"\xff" * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(StartupProblem, match=r"is damaged.*`mv .*/table .*/table\.damaged`"):
        Store(path)


def test_half_a_transaction_is_not_in_the_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    unencodable: Any = {"v": {"S": object()}}
    changes = {ItemKey("t", "1", "-"): {"v": {"S": "x"}}, ItemKey("t", "2", "-"): unencodable}
    with pytest.raises(TypeError):
        journal.commit(changes)
    assert journal.read(ItemKey("t", "1", "-")) is None
    journal.commit({ItemKey("t", "3", "-"): {"v": {"S": "x"}}})
    assert journal.read(ItemKey("t", "3", "-")) == {"v": {"S": "x"}}
    journal.close()
