"""What an archive's directory will say of its members, kept small until it is written.

A member takes about a dozen bytes: where it stands follows from those before it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence

import msgspec

#: Bytes of lines that are compressed together.
BLOCK = 1 << 16
_LINE = struct.Struct("<LQQBH")


class Line(msgspec.Struct, frozen=True, gc=False):
    """One member. `crc`: CRC-32 of its bytes; `packed`, `size`: bytes of it as stored, and as read.

    `method`: of compression, as the archive has it. `name`: UTF-8.
    """

    crc: int
    packed: int
    size: int
    method: int
    name: bytes


class Directory:
    """Members in the order in which they stand in the archive."""

    def __init__(self, blocks: Sequence[bytes] = ()) -> None:
        """`blocks`: of a directory that is gone on with."""
        self._blocks = list(blocks)
        self._open = bytearray()

    def add(self, line: Line) -> None:
        """Put a member at the end."""
        self._open += _LINE.pack(line.crc, line.packed, line.size, line.method, len(line.name))
        self._open += line.name
        if len(self._open) >= BLOCK:
            self._close()

    def blocks(self) -> list[bytes]:
        """All of it, for who goes on with it. Blocks of several directories may be chained."""
        self._close()
        return list(self._blocks)

    def __iter__(self) -> Iterator[Line]:
        self._close()
        for block in self._blocks:
            plain, at = zlib.decompress(block), 0
            while at < len(plain):
                crc, packed, size, method, length = _LINE.unpack_from(plain, at)
                at += _LINE.size + length
                yield Line(crc, packed, size, method, plain[at - length : at])

    def _close(self) -> None:
        if self._open:
            self._blocks.append(zlib.compress(self._open, 1))
            self._open = bytearray()
