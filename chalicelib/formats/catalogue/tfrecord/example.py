"""`tf.train.Example` as bytes: lists of bytes, numbers and whole numbers by name.

Source: tensorflow/core/example/feature.proto, and https://protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence

#: A feature: bytes, or floats, or whole numbers.
Feature = Sequence[bytes] | Sequence[float] | Sequence[int]
#: Numbers of the fields of `Feature`.
_BYTES, _FLOATS, _WHOLES = 1, 2, 3
#: How a field's value is written.
_VARINT, _FIXED64, _SIZED, _FIXED32 = 0, 1, 2, 5


def encoded(features: Mapping[str, Feature]) -> bytes:
    """An example; features in the order of their names. Lists that are empty are left out."""
    entries = b"".join(
        _field(1, _field(1, name.encode()) + _field(2, _feature(values)))
        for name, values in sorted(features.items())
        if values
    )
    return _field(1, entries)


def decoded(body: bytes) -> dict[str, Feature]:
    """The features of an example.

    Raises:
        ValueError: it is no example.
    """
    found: dict[str, Feature] = {}
    for number, features in _fields(body):
        if number != 1 or not isinstance(features, bytes):
            continue
        for entry, pair in _fields(features):
            if entry == 1 and isinstance(pair, bytes):
                parts = dict(_fields(pair))
                name, value = parts.get(1, b""), parts.get(2, b"")
                if isinstance(name, bytes) and isinstance(value, bytes):
                    found[name.decode()] = _values(value)
    return found


def _feature(values: Feature) -> bytes:
    if isinstance(values[0], bytes):
        return _field(_BYTES, b"".join(_field(1, one) for one in values))  # type: ignore[arg-type]
    if isinstance(values[0], float):
        return _field(_FLOATS, _field(1, struct.pack(f"<{len(values)}f", *values)))
    return _field(_WHOLES, _field(1, b"".join(map(_varint, values))))  # type: ignore[arg-type]


def _values(feature: bytes) -> Feature:
    for kind, listed in _fields(feature):
        if not isinstance(listed, bytes):
            continue
        items = [value for number, value in _fields(listed) if number == 1]
        if kind == _BYTES:
            return [one for one in items if isinstance(one, bytes)]
        if kind == _FLOATS:
            return [number for one in items for number in _floats(one)]
        if kind == _WHOLES:
            return [number for one in items for number in _wholes(one)]
    return []


def _floats(item: bytes | int) -> Sequence[float]:
    """Packed numbers, or the bits of one."""
    packed = struct.pack("<L", item) if isinstance(item, int) else item
    if len(packed) % 4:
        raise ValueError("a list of numbers ends too early")
    return struct.unpack(f"<{len(packed) // 4}f", packed)


def _wholes(item: bytes | int) -> Iterator[int]:
    if isinstance(item, int):
        yield _signed(item)
        return
    at = 0
    while at < len(item):
        value, at = _read_varint(item, at)
        yield _signed(value)


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _field(number: int, body: bytes) -> bytes:
    return bytes((number << 3 | _SIZED,)) + _varint(len(body)) + body


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    if value < 128:
        return bytes((value,))
    found = bytearray()
    while value >= 128:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)


def _fields(body: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Fields of a message by number; fixed numbers as their bits. Raises ValueError."""
    at = 0
    while at < len(body):
        key, at = _read_varint(body, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _read_varint(body, at)
            yield key >> 3, value
            continue
        if kind == _SIZED:
            size, at = _read_varint(body, at)
        elif kind in (_FIXED32, _FIXED64):
            size = 4 if kind == _FIXED32 else 8
        else:
            raise ValueError("a message has a field of a kind that there is not")
        if at + size > len(body):
            raise ValueError("a message ends too early")
        piece = body[at : at + size]
        at += size
        yield key >> 3, piece if kind == _SIZED else int.from_bytes(piece, "little")


def _read_varint(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(body) and shift < 70:
        byte = body[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise ValueError("a number of a message ends too early or never")
