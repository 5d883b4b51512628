"""A ZIP archive written forwards only, in constant memory.

Every member's size and checksum precede it, because readers exist that cannot do without; that is
why text is compressed into a temporary file first. Layout: PKWARE's APPNOTE 6.3, sections 4.3–4.5.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Protocol

import msgspec

#: Compressed text up to this many bytes stays in memory.
SPOOL = 4 << 20
COPY = 1 << 20
STORED, DEFLATED = 0, 8
#: Names are UTF-8.
FLAGS = 0x800
#: Members have a fixed time, 1 January 1980, so that the same dataset gives the same bytes.
DOS_TIME, DOS_DATE = 0, 0x21
#: Marks of fields whose value stands in a 64-bit field instead.
MARK32, MARK16 = 0xFFFFFFFF, 0xFFFF
#: Sizes and counts from which 64-bit fields are used.
LARGE, MANY = MARK32, MARK16
#: "Version needed": plain, and with 64-bit fields.
PLAIN, WIDE = 20, 45


class Sink(Protocol):
    """Where an archive goes. It is never read back and never rewound."""

    def write(self, data: bytes, /) -> object: ...


class CompressedText:
    """A file that compresses what is written to it."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        self.crc = 0
        self.size = 0
        self.packed = 0

    def write(self, data: bytes) -> int:
        self.crc = zlib.crc32(data, self.crc)
        self.size += len(data)
        self._keep(self._deflate.compress(data))
        return len(data)

    def finish(self) -> None:
        self._keep(self._deflate.flush())

    def _keep(self, packed: bytes) -> None:
        self.packed += len(packed)
        self._target.write(packed)


class ArchiveState(msgspec.Struct):
    """What another process needs to go on with an archive: `offset` bytes and these members."""

    offset: int = 0
    members: dict[str, bytes] = {}


class ArchiveWriter:
    """Writes members one after another: text compressed, images as they are.

    With the state of an unfinished archive it goes on where that one stopped.
    """

    def __init__(self, sink: Sink, state: ArchiveState | None = None) -> None:
        self._sink = sink
        self._offset = state.offset if state else 0
        #: Lines of the directory by the members' names.
        self._directory: dict[str, bytes] = dict(state.members) if state else {}

    @property
    def state(self) -> ArchiveState:
        """Where the archive stands between two members."""
        return ArchiveState(self._offset, dict(self._directory))

    def __contains__(self, name: str) -> bool:
        """Whether a member has been written completely."""
        return name in self._directory

    @contextmanager
    def text(self, name: str) -> Iterator[CompressedText]:
        """A compressed member, written piece by piece."""
        with SpooledTemporaryFile(max_size=SPOOL) as spool:
            member = CompressedText(spool)
            yield member
            member.finish()
            self._start(name, DEFLATED, member.crc, member.packed, member.size)
            spool.seek(0)
            while piece := spool.read(COPY):
                self._write(piece)

    def image(self, name: str, body: bytes) -> None:
        """A member that is compressed already and is therefore stored as it is."""
        self._start(name, STORED, zlib.crc32(body), len(body), len(body))
        self._write(body)

    def close(self) -> None:
        """Write the directory. The sink stays open."""
        start = self._offset
        for entry in self._directory.values():
            self._write(entry)
        size, count = self._offset - start, len(self._directory)
        wide = count >= MANY or size >= LARGE or start >= LARGE
        if wide:
            self._write_wide_end(start, size, count)
        self._write(
            struct.pack(
                "<4s4H2LH",
                b"PK\x05\x06",
                0,
                0,
                MARK16 if wide else count,
                MARK16 if wide else count,
                MARK32 if wide else size,
                MARK32 if wide else start,
                0,
            )
        )

    def _write_wide_end(self, start: int, size: int, count: int) -> None:
        end = self._offset
        self._write(
            struct.pack(
                "<4sQ2H2L4Q", b"PK\x06\x06", 44, WIDE, WIDE, 0, 0, count, count, size, start
            )
        )
        self._write(struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1))

    def _start(self, name: str, method: int, crc: int, packed: int, size: int) -> None:
        """Write the header before a member's bytes and remember its line of the directory."""
        encoded = name.encode()
        wide = packed >= LARGE or size >= LARGE
        extra = struct.pack("<2H2Q", 1, 16, size, packed) if wide else b""
        sizes = (MARK32, MARK32) if wide else (packed, size)
        facts = (FLAGS, method, DOS_TIME, DOS_DATE, crc, *sizes, len(encoded))
        self._remember(encoded, facts, packed, size)
        needed = WIDE if wide else PLAIN
        header = struct.pack("<4s5H3L2H", b"PK\x03\x04", needed, *facts, len(extra))
        self._write(header + encoded + extra)

    def _remember(self, encoded: bytes, facts: tuple[int, ...], packed: int, size: int) -> None:
        far = self._offset >= LARGE
        large = facts[5] == MARK32
        wide = ([size, packed] if large else []) + ([self._offset] if far else [])
        extra = struct.pack(f"<2H{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
        needed = WIDE if wide else PLAIN
        entry = struct.pack(
            "<4s6H3L5H2L",
            b"PK\x01\x02",
            needed,
            needed,
            *facts,
            len(extra),
            0,
            0,
            0,
            0,
            MARK32 if far else self._offset,
        )
        self._directory[encoded.decode()] = entry + encoded + extra

    def _write(self, data: bytes) -> None:
        self._sink.write(data)
        self._offset += len(data)
