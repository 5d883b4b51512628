"""Table items on disk: SQLite in WAL mode, one transaction per acknowledged request.

WAL with `synchronous=NORMAL` hands each commit to the operating system before it returns, so a
killed process loses nothing; only a power cut can lose the last moments, and never the order.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from infra.local.problems import StartupProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: An item as DynamoDB writes it: attribute name → {"S": "text"} and so on.
Item = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS tables (arn TEXT PRIMARY KEY, definition BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS items (
    arn TEXT NOT NULL, pk TEXT NOT NULL, sk TEXT NOT NULL, item BLOB NOT NULL,
    PRIMARY KEY (arn, pk, sk)
) WITHOUT ROWID;
"""


class ItemKey(NamedTuple):
    """Where an item is: the table's ARN, then the key values as the emulator keeps them."""

    arn: str
    pk: str
    sk: str


class Journal:
    """The file. Callers serialise access: one lock guards the emulator's table and this."""

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises StartupProblem if it is damaged or unreadable.

        Give it a directory of its own: SQLite keeps two more files beside it, and whoever moves
        a damaged database aside must not leave those to the next one.
        """
        self._path = path
        path.parent.mkdir(exist_ok=True)
        self._encode = msgspec.json.Encoder().encode
        with self._damage_reported():
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_SCHEMA)

    @contextlib.contextmanager
    def _damage_reported(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, msgspec.DecodeError) as error:
            directory = self._path.parent
            raise StartupProblem(
                f"The database {self._path} is damaged or unreadable ({error}): restore it from a "
                f"backup, or move it aside with `mv {directory} {directory}.damaged` "
                "to start with an empty one."
            ) from error

    def commit(self, changes: dict[ItemKey, Item | None]) -> None:
        """Write every change or none. None removes the item. Raises sqlite3.Error."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            for key, item in changes.items():
                if item is None:
                    self._db.execute("DELETE FROM items WHERE arn=? AND pk=? AND sk=?", key)
                else:
                    self._db.execute(
                        "INSERT OR REPLACE INTO items VALUES (?,?,?,?)", (*key, self._encode(item))
                    )
            self._db.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        # SQLite has already rolled back by itself after some errors (disk full, I/O).
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def save_tables(self, definitions: dict[str, dict[str, Any]]) -> None:
        """Make `definitions` (ARN → definition) all the tables there are. Raises sqlite3.Error."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            kept = set(definitions)
            for arn in [row[0] for row in self._db.execute("SELECT arn FROM tables")]:
                if arn not in kept:
                    self._db.execute("DELETE FROM tables WHERE arn=?", (arn,))
                    self._db.execute("DELETE FROM items WHERE arn=?", (arn,))
            self._db.executemany(
                "INSERT OR REPLACE INTO tables VALUES (?,?)",
                [(arn, self._encode(definition)) for arn, definition in definitions.items()],
            )
            self._db.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def read(self, key: ItemKey) -> Item | None:
        """The item as last committed. Raises sqlite3.Error."""
        row = self._db.execute(
            "SELECT item FROM items WHERE arn=? AND pk=? AND sk=?", key
        ).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=Item)

    def tables(self) -> list[dict[str, Any]]:
        """The definitions of all tables. Raises StartupProblem."""
        with self._damage_reported():
            rows = self._db.execute("SELECT definition FROM tables").fetchall()
            return [msgspec.json.decode(row[0], type=dict[str, Any]) for row in rows]

    def items(self, arn: str) -> Iterable[tuple[str, str, Item]]:
        """(pk, sk, item) of everything in a table. Raises StartupProblem while iterated."""
        decode = msgspec.json.Decoder(Item).decode
        with self._damage_reported():
            for pk, sk, blob in self._db.execute(
                "SELECT pk, sk, item FROM items WHERE arn=?", (arn,)
            ):
                yield pk, sk, decode(blob)

    def close(self) -> None:
        self._db.close()
