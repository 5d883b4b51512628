"""A Parquet file read a group of rows at a time.

Read are columns of plain values and of lists of them, in plain encoding or with dictionaries, as
DuckDB, Arrow, Spark and Athena write them by default.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import IO, Any

import msgspec
import numpy as np

from chalicelib.formats.catalogue.parquet import codecs, layout, runs
from chalicelib.formats.catalogue.parquet.thrift import Cursor, Struct

#: Bytes of the description of a file, of a column's part in a group, and rows of a group.
MAX_FOOTER, MAX_CHUNK, MAX_ROWS = 64 << 20, 256 << 20, 1 << 22
MAX_DEPTH = 32
#: Digits after the point of decimals that 64 bits hold.
MAX_SCALE = 38
_PLAIN = {layout.INT32: "<i4", layout.INT64: "<i8", layout.FLOAT: "<f4", layout.DOUBLE: "<f8"}


class Leaf(msgspec.Struct, frozen=True):
    """A column: its type, and how often it may be missing and repeated on the way to it.

    Attributes:
        scale: digits after the point of decimals, which are stored as whole numbers; None: the
            values are no decimals.
    """

    kind: int
    missing: int
    repeated: int
    scale: int | None = None


class TableReader:
    """Reads columns by name. Every method raises ValueError where the file makes no sense."""

    def __init__(self, file: IO[bytes]) -> None:
        """`file`: seekable."""
        self._file = file
        size = file.seek(0, 2)
        tail = self._at(max(size - 8, 0), 8)
        if size < 12 or tail[4:] != layout.MAGIC or self._at(0, 4) != layout.MAGIC:
            raise ValueError("is not a Parquet file")
        length = struct.unpack("<L", tail[:4])[0]
        if length > min(size - 12, MAX_FOOTER):
            raise ValueError("is not a complete Parquet file")
        about = Cursor(self._at(size - 8 - length, length)).struct()
        self.columns = _leaves(_structs(about, 2))
        self._groups = _structs(about, 4)

    def groups(self, names: Sequence[str]) -> Iterator[dict[str, list[Any]]]:
        """Values of columns, group by group of rows; columns that are not there are left out."""
        for group in self._groups:
            count = _whole(group, 3)
            if not 0 <= count <= MAX_ROWS:
                raise ValueError(f"a group of {count} rows")
            found: dict[str, list[Any]] = {}
            for chunk in _structs(group, 1):
                about = chunk.get(3)
                if not isinstance(about, dict):
                    raise ValueError("a column has no description")
                name = _text(_list(about, 3)[0])
                if name in names and name not in found and name in self.columns:
                    found[name] = self._rows(name, about)
                    if len(found[name]) != count:
                        raise ValueError(f'column "{name}" has not as many rows as its group')
            yield found

    def _rows(self, name: str, about: Struct) -> list[Any]:
        leaf = self.columns[name]
        start, size = _whole(about, 9), _whole(about, 7)
        start = min(start, about.get(11, start) or start)
        if not 0 <= size <= MAX_CHUNK:
            raise ValueError(f'column "{name}" has {size} bytes in a group')
        cursor = Cursor(self._at(start, size))
        dictionary: Any = None
        rows: list[Any] = []
        wanted, seen = _whole(about, 5), 0
        while seen < wanted:
            header = cursor.struct()
            kind, packed = _whole(header, 1), _whole(header, 3)
            body = cursor.body[cursor.at : cursor.at + packed]
            if packed < 0 or len(body) < packed:
                raise ValueError(f'column "{name}" is cut off')
            cursor.at += packed
            page = _Page(leaf, header, body, _whole(about, 4))
            if kind == layout.DICTIONARY_PAGE:
                dictionary = page.dictionary()
            elif kind in (layout.DATA_PAGE, layout.DATA_PAGE_2):
                count = page.add_rows(rows, dictionary)
                if count <= 0:
                    raise ValueError(f'column "{name}" has a page without values')
                seen += count
        return rows

    def _at(self, start: int, size: int) -> bytes:
        if start < 0 or size < 0:
            raise ValueError("a place that is not in the file")
        self._file.seek(start)
        return self._file.read(size)


class _Page:
    def __init__(self, leaf: Leaf, header: Struct, body: bytes, codec: int) -> None:
        self._leaf = leaf
        self._header = header
        self._body = body
        self._codec = codec
        self._size = _whole(header, 2)

    def dictionary(self) -> Any:
        """The values of a dictionary."""
        about = _inner(self._header, 7)
        body = codecs.unpacked(self._codec, self._body, self._size)
        return _plain(self._leaf, body, _whole(about, 1))

    def add_rows(self, rows: list[Any], dictionary: Any) -> int:
        """Add the rows of the page; how many values it has, missing ones too."""
        repeated, there, encoding, body = self._parts()
        count = there.size
        values = self._values(body, encoding, int((there == self._leaf.missing).sum()), dictionary)
        if not self._leaf.repeated:
            if self._leaf.missing:
                following = iter(values)
                missing = self._leaf.missing
                values = [next(following) if one == missing else None for one in there.tolist()]
            rows += values
            return int(count)
        following = iter(values)
        for level, one in zip(repeated.tolist(), there.tolist(), strict=True):
            if not level:
                rows.append([])
            elif not rows:
                raise ValueError("a list goes on before it begins")
            if one == self._leaf.missing:
                rows[-1].append(next(following))
        return int(count)

    def _parts(self) -> tuple[Any, Any, int, bytes]:
        """Levels of repetition and definition, the encoding of the values, and the values."""
        if 8 in self._header:
            about = _inner(self._header, 8)
            count = _count(about)
            first, second = _whole(about, 6), _whole(about, 5)
            if first < 0 or second < 0 or first + second > len(self._body):
                raise ValueError("a page ends too early")
            levels = self._body[:first], self._body[first : first + second]
            body = self._body[first + second :]
            if about.get(7, True):
                body = codecs.unpacked(self._codec, body, self._size - first - second)
            repeated = _levels(levels[0], self._leaf.repeated, count)
            return repeated, _levels(levels[1], self._leaf.missing, count), _whole(about, 4), body
        about = _inner(self._header, 5)
        count = _count(about)
        body = codecs.unpacked(self._codec, self._body, self._size)
        found = []
        for most in (self._leaf.repeated, self._leaf.missing):
            piece = b""
            if most:
                size = int.from_bytes(body[:4], "little")
                piece, body = body[4 : 4 + size], body[4 + size :]
            found.append(_levels(piece, most, count))
        return found[0], found[1], _whole(about, 2), body

    def _values(self, body: bytes, encoding: int, count: int, dictionary: Any) -> list[Any]:
        if encoding == layout.PLAIN:
            return _plain(self._leaf, body, count)
        if encoding in (layout.RLE_DICTIONARY, layout.PLAIN_DICTIONARY):
            if not count:
                return []
            if dictionary is None or not body:
                raise ValueError("a page has no dictionary")
            places = runs.unpacked(body[1:], body[0], count)
            if places.max() >= len(dictionary):
                raise ValueError("a value is not in its dictionary")
            return [dictionary[place] for place in places.tolist()]
        if encoding == layout.RLE and self._leaf.kind == layout.BOOLEAN:
            return [one == 1 for one in runs.unpacked(body[4:], 1, count).tolist()]
        raise ValueError(f"a page is in an encoding that is not read ({encoding})")


def _plain(leaf: Leaf, body: bytes, count: int) -> list[Any]:
    kind = leaf.kind
    if kind in _PLAIN:
        numbers = np.frombuffer(body, _PLAIN[kind], count=min(count, len(body) // 4))
        if numbers.size < count:
            raise ValueError("a page has too few values")
        listed: list[Any] = (numbers / 10.0**leaf.scale if leaf.scale else numbers).tolist()
        return listed
    if kind == layout.BOOLEAN:
        bits = np.unpackbits(np.frombuffer(body, np.uint8), bitorder="little")
        if bits.size < count:
            raise ValueError("a page has too few values")
        flags: list[Any] = bits[:count].astype(bool).tolist()
        return flags
    if kind == layout.BYTE_ARRAY and leaf.scale is None:
        return _texts(body, count)
    raise ValueError(f"a column is of a type that is not read ({kind})")


def _texts(body: bytes, count: int) -> list[str]:
    found, at = [], 0
    for _ in range(count):
        size = int.from_bytes(body[at : at + 4], "little")
        at += 4 + size
        if at > len(body) or at < 4:
            raise ValueError("a page has too few values")
        found.append(body[at - size : at].decode())
    return found


def _levels(body: bytes, most: int, count: int) -> Any:
    if not most:
        return np.zeros(count, np.int64)
    return runs.unpacked(body, most.bit_length(), count)


def _leaves(elements: list[Struct]) -> dict[str, Leaf]:
    """Columns by name: of values, or of lists of values; others are left out."""
    following = iter(elements)
    root = next(following, None)
    if root is None:
        raise ValueError("has no schema")
    found: dict[str, Leaf] = {}
    for _ in range(_whole(root, 5)):
        name, leaves = _leaves_below(following, 0, 0, 0)
        if len(leaves) == 1 and leaves[0].repeated <= 1:
            found[name] = leaves[0]
    return found


def _leaves_below(
    following: Iterator[Struct], missing: int, repeated: int, depth: int
) -> tuple[str, list[Leaf]]:
    """The next element of the schema by name, with the columns that it has."""
    element = next(following, None)
    if element is None or depth > MAX_DEPTH:
        raise ValueError("the description of the file makes no sense")
    name, how = _text(element.get(4)), element.get(3, layout.REQUIRED)
    missing += how != layout.REQUIRED
    repeated += how == layout.REPEATED
    if not element.get(5):
        return name, [Leaf(_whole(element, 1), missing, repeated, _scale(element))]
    leaves = []
    for _ in range(_whole(element, 5)):
        leaves += _leaves_below(following, missing, repeated, depth + 1)[1]
    return name, leaves


def _scale(element: Struct) -> int | None:
    """Digits after the point of decimals, None of what is no decimal."""
    logical = element.get(10)
    about = logical.get(layout.LOGICAL_DECIMAL) if isinstance(logical, dict) else None
    if element.get(6) != layout.DECIMAL and not isinstance(about, dict):
        return None
    scale = about.get(1) if isinstance(about, dict) else element.get(7, 0)
    if isinstance(scale, bool) or not isinstance(scale, int) or not 0 <= scale <= MAX_SCALE:
        raise ValueError("a column of decimals has no scale")
    return scale


def _structs(about: Struct, member: int) -> list[Struct]:
    found = about.get(member, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError("the description of the file makes no sense")
    return found


def _list(about: Struct, member: int) -> list[Any]:
    found = about.get(member)
    if not isinstance(found, list) or not found:
        raise ValueError("the description of the file makes no sense")
    return found


def _inner(about: Struct, member: int) -> Struct:
    found = about.get(member)
    if not isinstance(found, dict):
        raise ValueError("a page has no header")
    return found


def _whole(about: Struct, member: int) -> int:
    found = about.get(member)
    if isinstance(found, bool) or not isinstance(found, int):
        raise ValueError("the description of the file makes no sense")
    return found


def _count(about: Struct) -> int:
    count = _whole(about, 1)
    if not 0 <= count <= MAX_ROWS:
        raise ValueError(f"a page of {count} values")
    return count


def _text(value: Any) -> str:
    if not isinstance(value, bytes):
        raise ValueError("a column has no name")
    return value.decode()
