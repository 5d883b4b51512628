"""Thrift's compact protocol, in which Parquet describes itself.

https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

#: Kinds of values.
TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
#: Members of one structure and items of one list, at most, and how deep they may lie.
MOST, DEEPEST = 1 << 20, 32

#: A value with its kind: bytes that are encoded already.
Encoded = tuple[int, bytes]
#: A structure that was read: values by number of the member.
Struct = dict[int, Any]


def number(value: int) -> Encoded:
    """A whole number of 32 bits."""
    return I32, _zigzag(value)


def long(value: int) -> Encoded:
    """A whole number of 64 bits."""
    return I64, _zigzag(value)


def text(value: str) -> Encoded:
    """A text."""
    body = value.encode()
    return BINARY, varint(len(body)) + body


def items(kind: int, values: Sequence[Encoded]) -> Encoded:
    """A list of values of one kind."""
    count = len(values)
    head = bytes((count << 4 | kind,)) if count < 15 else bytes((0xF0 | kind,)) + varint(count)
    return LIST, head + b"".join(body for _, body in values)


def struct(members: dict[int, Encoded]) -> Encoded:
    """A structure, given by the numbers of its members, ascending."""
    pieces, before = [], 0
    for member, (kind, body) in members.items():
        step = member - before
        short = 0 < step < 16
        head = bytes((step << 4 | kind,)) if short else bytes((kind,)) + _zigzag(member)
        pieces.append(head + body)
        before = member
    return STRUCT, b"".join(pieces) + b"\0"


def varint(value: int) -> bytes:
    """A number of 7 bits a byte, the lowest first."""
    found = bytearray()
    while value >= 128:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)


def _zigzag(value: int) -> bytes:
    return varint(value << 1 if value >= 0 else (-value << 1) - 1)


class Cursor:
    """Reads values from bytes. Every method raises ValueError where they make no sense."""

    def __init__(self, body: bytes, at: int = 0) -> None:
        self.body = body
        self.at = at

    def struct(self, depth: int = 0) -> Struct:
        """The structure that begins here."""
        if depth > DEEPEST:
            raise ValueError("structures lie too deep in each other")
        found: Struct = {}
        member = 0
        while True:
            head = self._byte()
            if head == 0:
                return found
            member = member + (head >> 4) if head >> 4 else self._signed()
            found[member] = self._value(head & 15, depth)
            if len(found) > MOST:
                raise ValueError("a structure has too many members")

    def varint(self) -> int:
        """A number without a sign."""
        value = shift = 0
        while shift < 70:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
        raise ValueError("a number never ends")

    def _value(self, kind: int, depth: int, *, listed: bool = False) -> Any:
        if kind in (TRUE, FALSE):
            return self._byte() == TRUE if listed else kind == TRUE
        if kind == BYTE:
            return self._byte()
        if kind in (I16, I32, I64):
            return self._signed()
        if kind == DOUBLE:
            return self._take(8)
        if kind == BINARY:
            return self._take(self.varint())
        if kind in (LIST, SET):
            return self._items(depth)
        if kind == STRUCT:
            return self.struct(depth + 1)
        raise ValueError(f"a value of the unknown kind {kind}")

    def _items(self, depth: int) -> list[Any]:
        head = self._byte()
        count = head >> 4 if head >> 4 < 15 else self.varint()
        if count > MOST:
            raise ValueError("a list has too many items")
        return [self._value(head & 15, depth + 1, listed=True) for _ in range(count)]

    def _byte(self) -> int:
        if self.at >= len(self.body):
            raise ValueError("a description ends too early")
        self.at += 1
        return self.body[self.at - 1]

    def _signed(self) -> int:
        value = self.varint()
        return value >> 1 ^ -(value & 1)

    def _take(self, size: int) -> bytes:
        if self.at + size > len(self.body):
            raise ValueError("a description ends too early")
        self.at += size
        return self.body[self.at - size : self.at]
