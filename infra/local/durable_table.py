"""Makes the emulator's DynamoDB durable: each write is in the journal before it is answered.

The emulator keeps items in dictionaries and saves them on a clean shutdown only. Its handlers store
items through two functions; those are wrapped to note what changed, and each handler is wrapped to
commit the notes of one request as one transaction. All of it, reads included, runs under one lock,
because requests arrive on threads of this process as well as over HTTP.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from infra.local.journal import ItemKey

if TYPE_CHECKING:
    from types import ModuleType

    from infra.local.journal import Item, Journal

#: What a handler of the emulator answers: status, headers, body.
Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[[dict[str, Any]], Answer]

READS = (
    "_get_item",
    "_query",
    "_scan",
    "_batch_get_item",
    "_transact_get_items",
    "_describe_table",
)
WRITES = ("_put_item", "_update_item", "_delete_item", "_batch_write_item", "_transact_write_items")
DEFINITIONS = ("_create_table", "_update_table", "_delete_table", "_update_ttl")
#: Ways to write that nobody here uses and that the journal does not follow.
REFUSED = (
    "_execute_statement",
    "_batch_execute_statement",
    "_execute_transaction",
    "_import_table",
    "_restore_table_from_backup",
    "_restore_table_to_point_in_time",
)
_NOT_SAVED = {"items", "ItemCount", "TableSizeBytes"}
_STORE_FAILED = b'{"__type":"InternalServerError","message":"The write could not be stored."}'
_NOT_SUPPORTED = b'{"__type":"ValidationException","message":"Not supported on one machine."}'
_JSON = {"Content-Type": "application/x-amz-json-1.0"}
_log = logging.getLogger(__name__)


class DurableTable:
    """The link between the emulator's DynamoDB module and the journal."""

    def __init__(self, dynamodb: ModuleType, journal: Journal) -> None:
        self.lock = threading.RLock()
        self._dynamodb: Any = dynamodb
        self._journal = journal
        #: Changes of the request that holds the lock; None between requests.
        self._pending: dict[ItemKey, Item | None] | None = None

    def install(self) -> None:
        """Load what the journal has, then follow every write."""
        self._replay()
        module = self._dynamodb
        module._lock = self.lock  # its expiry thread removes items under this lock
        self._set_item, self._remove_item = module._set_item, module._remove_item
        module._set_item = self._noting_set
        module._remove_item = self._noting_remove
        for name in READS:
            setattr(module, name, self._locked(getattr(module, name)))
        for name in WRITES:
            setattr(module, name, self._committed(getattr(module, name)))
        for name in DEFINITIONS:
            setattr(module, name, self._defining(getattr(module, name)))
        for name in REFUSED:
            setattr(module, name, _refuse)

    def _replay(self) -> None:
        for definition in self._journal.tables():
            arn, scope = definition["TableArn"], definition["TableArn"].split(":")
            account, region, name = scope[4], scope[3], definition["TableName"]
            ttl = definition.pop("_ttl", None)
            items: dict[str, dict[str, Item]] = defaultdict(dict)
            count = 0
            for pk, sk, item in self._journal.items(arn):
                items[pk][sk] = item
                count += 1
            definition |= {"items": items, "ItemCount": count, "TableSizeBytes": count * 200}
            self._dynamodb._tables.set_scoped(account, region, name, definition)
            if ttl is not None:
                self._dynamodb._ttl_settings.set_scoped(account, region, name, ttl)

    def _noting_set(self, table: dict[str, Any], pk: str, sk: str, item: Item) -> Any:
        old = self._set_item(table, pk, sk, item)
        self._note(ItemKey(table["TableArn"], pk, sk), item)
        return old

    def _noting_remove(self, table: dict[str, Any], pk: str, sk: str) -> Any:
        old = self._remove_item(table, pk, sk)
        if old is not None:
            self._note(ItemKey(table["TableArn"], pk, sk), None)
        return old

    def _note(self, key: ItemKey, item: Item | None) -> None:
        if self._pending is None:  # the expiry thread, which holds the lock and answers nobody
            self._journal.commit({key: item})
        else:
            self._pending[key] = item

    def _locked(self, handler: Handler) -> Handler:
        def answer(data: dict[str, Any]) -> Answer:
            with self.lock:
                return handler(data)

        return answer

    def _committed(self, handler: Handler) -> Handler:
        def answer(data: dict[str, Any]) -> Answer:
            with self.lock:
                changes: dict[ItemKey, Item | None] = {}
                self._pending = changes
                try:
                    reply = handler(data)
                    # Even a refused batch may have stored some of its items.
                    if changes:
                        self._journal.commit(changes)
                except sqlite3.Error:
                    _log.exception("A write could not be stored")
                    self._restore(changes)
                    return 500, dict(_JSON), _STORE_FAILED
                except BaseException:
                    self._restore(changes)
                    raise
                finally:
                    self._pending = None
                return reply

        return answer

    def _restore(self, changes: dict[ItemKey, Item | None]) -> None:
        """Put back in memory what the journal has: a write that failed must not be seen."""
        for key in changes:
            table = self._table(key.arn)
            stored = self._journal.read(key)
            if stored is None:
                self._remove_item(table, key.pk, key.sk)
            else:
                self._set_item(table, key.pk, key.sk, stored)

    def _table(self, arn: str) -> dict[str, Any]:
        scope = arn.split(":")
        name = scope[5].removeprefix("table/")
        found: dict[str, Any] = self._dynamodb._tables.get_scoped(scope[4], scope[3], name)
        return found

    def _defining(self, handler: Handler) -> Handler:
        def answer(data: dict[str, Any]) -> Answer:
            with self.lock:
                reply = handler(data)
                if reply[0] == 200:
                    self._journal.save_tables(self._definitions())
                return reply

        return answer

    def _definitions(self) -> dict[str, dict[str, Any]]:
        module, found = self._dynamodb, {}
        left_out = _NOT_SAVED | {module._INDEX_MEMBERS}
        for (account, region, name), table in module._tables.all_items():
            definition = {k: v for k, v in table.items() if k not in left_out}
            definition["_ttl"] = module._ttl_settings.get_scoped(account, region, name)
            found[table["TableArn"]] = definition
        return found


def _refuse(_data: dict[str, Any]) -> Answer:
    return 400, dict(_JSON), _NOT_SUPPORTED
