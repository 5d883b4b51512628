"""Columns and their values as pages: levels that say what is missing, dictionaries of texts."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import numpy as np

from chalicelib.formats.catalogue.parquet.layout import (
    BOOLEAN,
    BYTE_ARRAY,
    DOUBLE,
    INT32,
    INT64,
)
from chalicelib.formats.catalogue.parquet.thrift import varint

Kind = Literal["text", "int", "long", "double", "flag", "doubles"]
Numbers = np.ndarray[Any, Any]

#: Parquet's type by ours.
TYPES: dict[Kind, int] = {
    "text": BYTE_ARRAY, "int": INT32, "long": INT64, "double": DOUBLE, "flag": BOOLEAN,
    "doubles": DOUBLE,
}  # fmt: skip
_PACKED = {"int": "<i4", "long": "<i8", "double": "<f8", "doubles": "<f8"}


class Column(msgspec.Struct, frozen=True):
    """A column. `optional`: whether rows may have no value in it."""

    name: str
    kind: Kind
    optional: bool = False

    @property
    def path(self) -> list[str]:
        """Where its values are in the schema."""
        return [self.name, "list", "element"] if self.kind == "doubles" else [self.name]


class Page(msgspec.Struct):
    """What the page of some rows of a column has.

    Attributes:
        values: rows, or items of their lists, missing ones too.
        body: levels and encoded values.
        dictionary: encoded texts that the values are numbers of, and how many.
    """

    values: int
    body: bytes
    dictionary: tuple[bytes, int] | None = None


def page(column: Column, rows: Sequence[Any]) -> Page:
    """The page of some rows."""
    if column.kind == "doubles":
        return _lists(rows)
    given = [value for value in rows if value is not None] if column.optional else rows
    levels = b""
    if column.optional:
        there = np.fromiter((value is not None for value in rows), np.uint8, len(rows))
        levels = _sized(packed(there, 1))
    if column.kind == "text":
        places = {text: at for at, text in enumerate(dict.fromkeys(given))}
        numbers = np.fromiter((places[text] for text in given), np.int64, len(given))
        width = max(len(places) - 1, 1).bit_length()
        listed = b"".join(_sized(text.encode()) for text in places)
        body = levels + bytes((width,)) + packed(numbers, width)
        return Page(len(rows), body, (listed, len(places)))
    if column.kind == "flag":
        bits = np.packbits(np.array(given, np.bool_), bitorder="little")
        return Page(len(rows), levels + bits.tobytes())
    return Page(len(rows), levels + np.array(given, _PACKED[column.kind]).tobytes())


def packed(numbers: Numbers, width: int) -> bytes:
    """Numbers of so many bits, as one run if they are all the same, otherwise side by side."""
    if numbers.size and (numbers == numbers[0]).all():
        size = -(-width // 8)
        return varint(numbers.size << 1) + int(numbers[0]).to_bytes(size, "little")
    groups = -(-numbers.size // 8)
    padded = np.zeros(groups * 8, np.int64)
    padded[: numbers.size] = numbers
    bits = (padded[:, None] >> np.arange(width) & 1).astype(np.uint8)
    return varint(groups << 1 | 1) + np.packbits(bits.reshape(-1), bitorder="little").tobytes()


def _lists(rows: Sequence[Sequence[float]]) -> Page:
    """Lists of numbers: an item is the first of its list, or goes on with it; or there is none."""
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    places = np.maximum(lengths, 1)
    total = int(places.sum())
    goes_on = np.ones(total, np.uint8)
    starts = np.cumsum(places) - places
    goes_on[starts] = 0
    there = np.ones(total, np.uint8)
    there[starts[lengths == 0]] = 0
    values = np.array([number for row in rows for number in row], "<f8")
    levels = _sized(packed(goes_on, 1)) + _sized(packed(there, 1))
    return Page(total, levels + values.tobytes())


def _sized(body: bytes) -> bytes:
    return struct.pack("<L", len(body)) + body
