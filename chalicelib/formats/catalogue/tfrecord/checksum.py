"""CRC-32C (Castagnoli), fast for pictures too: stretches of 256 bytes are gone through at once.

The checksum of a text is that of its first part, moved on by the length of the second, plus (xor)
that of the second; source: Mark Adler's `crc32_combine` of zlib.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

_POLYNOMIAL = 0x82F63B78
_ONES = 0xFFFFFFFF
#: Bytes of a stretch, and from how many on it pays to have stretches.
_STRETCH, _MANY = 256, 2048

Numbers = np.ndarray[Any, np.dtype[np.uint32]]


def crc32c(data: bytes) -> int:
    """The checksum of some bytes."""
    if len(data) < _MANY:
        table, crc = _TABLE, _ONES
        for byte in data:
            crc = table[(crc ^ byte) & 255] ^ (crc >> 8)
        return crc ^ _ONES
    return _of_stretches(data) ^ _ONES


def masked(data: bytes) -> int:
    """The checksum as TFRecord keeps it: turned by 15 bits, plus a number."""
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & _ONES


def _table() -> list[int]:
    found = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ (_POLYNOMIAL if crc & 1 else 0)
        found.append(crc)
    return found


_TABLE = _table()


def _of_stretches(data: bytes) -> int:
    count = -(-len(data) // _STRETCH)
    # Clear bytes in front change nothing where the checksum begins with 0, which it does if the
    # first bytes are inverted.
    whole = np.zeros(count * _STRETCH, np.uint8)
    start = whole.size - len(data)
    whole[start:] = np.frombuffer(data, np.uint8)
    whole[start : start + 4] ^= 255
    table = np.array(_TABLE, np.uint32)
    crcs: Numbers = np.zeros(count, np.uint32)
    for bytes_at in np.ascontiguousarray(whole.reshape(count, _STRETCH).T):
        crcs = table[(crcs ^ bytes_at) & 255] ^ (crcs >> 8)
    length = _STRETCH
    while crcs.size > 1:
        if crcs.size % 2:
            crcs = np.concatenate((np.zeros(1, np.uint32), crcs))
        crcs = _moved_on(crcs[::2], length) ^ crcs[1::2]
        length *= 2
    return int(crcs[0])


def _moved_on(crcs: Numbers, length: int) -> Numbers:
    """Checksums after so many clear bytes."""
    tables = _tables(length)
    found: Numbers = tables[0][crcs & 255]
    for at in (1, 2, 3):
        found = found ^ tables[at][crcs >> 8 * at & 255]
    return found


@cache
def _tables(length: int) -> tuple[Numbers, ...]:
    """What each byte of a checksum becomes after so many clear bytes."""
    bits = _powers(length)
    found = []
    for at in range(4):
        table = np.zeros(256, np.uint32)
        for bit in range(8):
            with_bit = np.arange(256) >> bit & 1 == 1
            table[with_bit] ^= np.uint32(bits[8 * at + bit])
        found.append(table)
    return tuple(found)


def _powers(length: int) -> list[int]:
    """What each bit of a checksum becomes after `length` clear bytes, which are 2ⁿ."""
    bits = [1 << bit for bit in range(32)]
    one = [_TABLE[bit & 255] ^ bit >> 8 for bit in bits]
    while length > 1:
        one = [_apply(one, bit) for bit in one]
        length //= 2
    return one


def _apply(bits: list[int], crc: int) -> int:
    found = 0
    for at, bit in enumerate(bits):
        if crc >> at & 1:
            found ^= bit
    return found
