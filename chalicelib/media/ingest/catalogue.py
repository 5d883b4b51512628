"""The files that a task is made of, on disk: memory does not grow with their number."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self

import msgspec

from chalicelib.media.files import File
from chalicelib.media.ingest.sorting import BadOrder, SortingMethod, sort_key

_TABLES = """
CREATE TABLE files (
    number INTEGER PRIMARY KEY, name BLOB UNIQUE, family TEXT, size INTEGER, read INTEGER, body BLOB
);
CREATE TABLE wanted (number INTEGER PRIMARY KEY, name BLOB UNIQUE);
"""


class Catalogue:
    """Files in order of arrival, names unique. Close it: it holds a temporary file."""

    def __init__(self) -> None:
        # Without a name: a database of its own, which spills to a file that nobody else sees.
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.executescript(_TABLES)
        self._rows.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._rows.close()

    def __len__(self) -> int:
        return int(self._rows.execute("SELECT count(*) FROM files").fetchone()[0])

    def __iter__(self) -> Iterator[File]:
        return self._files("SELECT body FROM files ORDER BY number")

    def add(self, files: Iterable[File], *, again: bool = True) -> None:
        """Put files at the end.

        Args:
            again: whether a file of a known name replaces the known one, or is left out.
        """
        verb = "REPLACE" if again else "IGNORE"
        self._rows.executemany(
            f"INSERT OR {verb} INTO files (name, family, size, read, body)"  # noqa: S608 a word
            " VALUES (?, ?, ?, ?, ?)",
            ((_bytes(f.name), f.family, f.size, f.probed, _ENCODE(f)) for f in files),
        )

    def update(self, files: Iterable[File]) -> None:
        """Replace files by what is now known of them; they keep their places."""
        self._rows.executemany(
            "UPDATE files SET family = ?, size = ?, read = ?, body = ? WHERE name = ?",
            ((f.family, f.size, f.probed, _ENCODE(f), _bytes(f.name)) for f in files),
        )

    def discard(self, names: Iterable[str]) -> None:
        """Take files out."""
        self._rows.executemany("DELETE FROM files WHERE name = ?", ((_bytes(n),) for n in names))

    def get(self, name: str) -> File | None:
        """A file by its name."""
        found = self._files("SELECT body FROM files WHERE name = ?", _bytes(name))
        return next(found, None)

    def unread(self) -> Iterator[File]:
        """Files whose headers are not known."""
        return self._files("SELECT body FROM files WHERE NOT read ORDER BY number")

    def unread_count(self) -> int:
        return int(self._rows.execute("SELECT count(*) FROM files WHERE NOT read").fetchone()[0])

    def of(self, *families: str) -> Iterator[File]:
        """Files of some families."""
        marks = ", ".join("?" * len(families))
        return self._files(
            f"SELECT body FROM files WHERE family IN ({marks}) ORDER BY number",  # noqa: S608 marks
            *families,
        )

    def empty(self) -> Iterator[File]:
        """Files of 0 bytes."""
        return self._files("SELECT body FROM files WHERE size = 0 ORDER BY number")

    def named_like(self, pattern: str) -> bool:
        """Whether a name matches a pattern of SQL's LIKE."""
        query = "SELECT 1 FROM files WHERE CAST(name AS TEXT) LIKE ? LIMIT 1"
        return self._rows.execute(query, (pattern,)).fetchone() is not None

    def arranged(
        self, method: SortingMethod, predefined: Sequence[str] = (), seed: int = 0
    ) -> Iterator[File]:
        """Files in the order of a task.

        Args:
            predefined: the order for the method `predefined`; without it, that of arrival.
            seed: makes `random` repeatable.

        Raises:
            BadOrder: `predefined` is not a permutation of the names. The text says what it does.
        """
        if method == "predefined" and predefined:
            self._want(predefined)
            return self._files(
                "SELECT body FROM files JOIN wanted USING (name) ORDER BY wanted.number"
            )
        key = sort_key(method, seed)
        self._rows.create_function("place", 1, lambda name: key(_text(name)), deterministic=True)
        return self._files("SELECT body FROM files ORDER BY place(name), number")

    def _want(self, names: Sequence[str]) -> None:
        self._rows.execute("DELETE FROM wanted")
        try:
            self._rows.executemany(
                "INSERT INTO wanted (name) VALUES (?)", ((_bytes(name),) for name in names)
            )
        except sqlite3.IntegrityError:
            raise BadOrder("names a file twice") from None
        unknown = self._first("SELECT name FROM wanted EXCEPT SELECT name FROM files")
        if unknown is not None:
            raise BadOrder(f"names {unknown!r}, which was not given")
        missing = self._first("SELECT name FROM files EXCEPT SELECT name FROM wanted")
        if missing is not None:
            raise BadOrder(f"does not name {missing!r}")

    def _first(self, query: str) -> str | None:
        row = self._rows.execute(f"{query} ORDER BY name LIMIT 1").fetchone()
        return None if row is None else _text(row[0])

    def _files(self, query: str, *values: str | bytes) -> Iterator[File]:
        for (body,) in self._rows.execute(query, values):
            yield _DECODE(body)


_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(File).decode


def _bytes(name: str) -> bytes:
    return name.encode()


def _text(name: bytes) -> str:
    return name.decode()
