"""Parquet's runs of numbers: repeated ones, and groups of eight side by side."""

from __future__ import annotations

import numpy as np

from chalicelib.formats.catalogue.parquet.columns import Numbers
from chalicelib.formats.catalogue.parquet.thrift import Cursor

_WIDEST = 32


def unpacked(body: bytes, width: int, count: int) -> Numbers:
    """As many numbers of so many bits.

    Raises:
        ValueError: there are fewer, or they are too wide.
    """
    if width > _WIDEST:
        raise ValueError(f"numbers of {width} bits")
    found = np.zeros(count, np.int64)
    cursor, done = Cursor(body), 0
    while done < count:
        head = cursor.varint()
        size = -(-width // 8)
        if head & 1:
            groups = min(head >> 1, -(-(count - done) // 8))
            taken = body[cursor.at : cursor.at + groups * width]
            if len(taken) < groups * width:
                raise ValueError("a run of numbers ends too early")
            cursor.at += (head >> 1) * width
            some = _side_by_side(taken, width, groups * 8)[: count - done]
            found[done : done + some.size] = some
            done += some.size
            continue
        repeated = min(head >> 1, count - done)
        if not repeated or cursor.at + size > len(body):
            raise ValueError("a run of numbers ends too early")
        value = int.from_bytes(body[cursor.at : cursor.at + size], "little")
        cursor.at += size
        found[done : done + repeated] = value
        done += repeated
    return found


def _side_by_side(body: bytes, width: int, count: int) -> Numbers:
    if not width:
        return np.zeros(count, np.int64)
    bits = np.unpackbits(np.frombuffer(body, np.uint8), bitorder="little")
    weights = np.left_shift(np.int64(1), np.arange(width, dtype=np.int64))
    found: Numbers = bits.reshape(count, width).astype(np.int64) @ weights
    return found
