"""A Parquet file written forwards, a group of rows at a time."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Protocol

import zstandard

from chalicelib.formats.catalogue.parquet import layout, thrift
from chalicelib.formats.catalogue.parquet.columns import TYPES, Column, page
from chalicelib.formats.catalogue.parquet.thrift import Encoded, items, long, number, text

_LEVEL = 3
_VERSION = 1


class Out(Protocol):
    def write(self, data: bytes, /) -> object: ...


class TableWriter:
    """Writes groups of rows, each of which stays in memory until it is written."""

    def __init__(self, out: Out, columns: Sequence[Column], about: dict[str, str]) -> None:
        """`about`: facts that are kept beside the columns."""
        self._out = out
        self._columns = columns
        self._about = about
        self._at = 0
        self._rows = 0
        self._groups: list[Encoded] = []
        self._compress = zstandard.ZstdCompressor(level=_LEVEL).compress
        self._write(layout.MAGIC)

    def write_group(self, values: Sequence[Sequence[Any]]) -> None:
        """Write rows, given column by column."""
        count = len(values[0])
        start = self._at
        chunks = [self._chunk(*pair) for pair in zip(self._columns, values, strict=True)]
        self._groups.append(
            thrift.struct({
                1: items(thrift.STRUCT, chunks), 2: long(self._at - start), 3: long(count),
            })
        )  # fmt: skip
        self._rows += count

    def close(self) -> None:
        """Write what describes the file. The file stays open."""
        facts = [
            thrift.struct({1: text(key), 2: text(value)}) for key, value in self._about.items()
        ]
        _, body = thrift.struct({
            1: number(_VERSION), 2: items(thrift.STRUCT, list(_schema(self._columns))),
            3: long(self._rows), 4: items(thrift.STRUCT, self._groups),
            5: items(thrift.STRUCT, facts), 6: text("skylabel"),
        })  # fmt: skip
        self._write(body + struct.pack("<L", len(body)) + layout.MAGIC)

    def _chunk(self, column: Column, values: Sequence[Any]) -> Encoded:
        made = page(column, values)
        start, plain = self._at, 0
        places: dict[int, Encoded] = {}
        encodings = [layout.PLAIN, layout.RLE]
        encoding = layout.PLAIN
        if made.dictionary is not None:
            encoding = layout.RLE_DICTIONARY
            encodings.append(encoding)
            listed, count = made.dictionary
            header = {7: thrift.struct({1: number(count), 2: number(layout.PLAIN)})}
            places[11] = long(self._at)
            plain += self._page(layout.DICTIONARY_PAGE, listed, header)
        header = {
            5: thrift.struct({
                1: number(made.values), 2: number(encoding), 3: number(layout.RLE),
                4: number(layout.RLE),
            })
        }  # fmt: skip
        places = {9: long(self._at)} | places
        plain += self._page(layout.DATA_PAGE, made.body, header)
        about = thrift.struct({
            1: number(TYPES[column.kind]),
            2: items(thrift.I32, [number(one) for one in encodings]),
            3: items(thrift.BINARY, [text(part) for part in column.path]),
            4: number(layout.ZSTD), 5: long(made.values), 6: long(plain),
            7: long(self._at - start), **places,
        })  # fmt: skip
        return thrift.struct({2: long(start), 3: about})

    def _page(self, kind: int, body: bytes, header: dict[int, Encoded]) -> int:
        """Write a page; the bytes that it has without compression."""
        packed = self._compress(body)
        _, head = thrift.struct(
            {1: number(kind), 2: number(len(body)), 3: number(len(packed))} | header
        )
        self._write(head + packed)
        return len(head) + len(body)

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._at += len(data)


def _schema(columns: Sequence[Column]) -> list[Encoded]:
    found = [thrift.struct({4: text("schema"), 5: number(len(columns))})]
    for column in columns:
        kind = number(TYPES[column.kind])
        if column.kind == "doubles":
            found += [
                thrift.struct({
                    3: number(layout.REQUIRED), 4: text(column.name), 5: number(1),
                    6: number(layout.LIST),
                }),
                thrift.struct({3: number(layout.REPEATED), 4: text("list"), 5: number(1)}),
                thrift.struct({1: kind, 3: number(layout.REQUIRED), 4: text("element")}),
            ]  # fmt: skip
            continue
        repetition = layout.OPTIONAL if column.optional else layout.REQUIRED
        members = {1: kind, 3: number(repetition), 4: text(column.name)}
        if column.kind == "text":
            members[6] = number(layout.UTF8)
        found.append(thrift.struct(members))
    return found
