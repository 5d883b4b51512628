"""A ZIP archive written forwards only, in constant memory.

Every member's size and checksum precede it, because readers exist that cannot do without; that is
why text is compressed into a temporary file first. Layout: PKWARE's APPNOTE 6.3, sections 4.3–4.5.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, Protocol

import msgspec

from chalicelib.formats.archives.directory import Directory, Line

#: Compressed text up to this many bytes stays in memory.
SPOOL = 4 << 20
COPY = 1 << 20
#: Bytes of text that are compressed at once.
TOGETHER = 1 << 16
STORED, DEFLATED = 0, 8
#: Half the time of the usual 6, for a tenth more bytes.
LEVEL = 3
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
#: Bytes of a member's header before its name.
HEADER = 30
#: Lines of the directory that are written at once.
LINES = 1000


class Sink(Protocol):
    """Where an archive goes. It is never read back and never rewound."""

    def write(self, data: bytes, /) -> object: ...


class CompressedText:
    """A file that compresses what is written to it, in memory or, if it is large, on disk."""

    def __init__(self) -> None:
        self._deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._plain: list[bytes] = []
        self._waiting = 0
        self._packed: list[bytes] = []
        self._spool: IO[bytes] | None = None
        self.crc = 0
        self.size = 0
        self.packed = 0

    def write(self, data: bytes) -> int:
        # Most writers give a line at a time: a call of the library for each would cost more.
        self._plain.append(data)
        self._waiting += len(data)
        if self._waiting >= TOGETHER:
            self._compress()
        return len(data)

    def finish(self) -> None:
        """Nothing is written after it."""
        self._compress()
        self._keep(self._deflate.flush())

    def pieces(self) -> Iterator[bytes]:
        """The compressed bytes."""
        if self._spool is not None:
            self._spool.seek(0)
            while piece := self._spool.read(COPY):
                yield piece
        yield from self._packed

    def close(self) -> None:
        """Let go of the bytes."""
        if self._spool is not None:
            self._spool.close()

    def _compress(self) -> None:
        data = b"".join(self._plain)
        self._plain.clear()
        self._waiting = 0
        self.crc = zlib.crc32(data, self.crc)
        self.size += len(data)
        self._keep(self._deflate.compress(data))

    def _keep(self, packed: bytes) -> None:
        self._packed.append(packed)
        self.packed += len(packed)
        if self.packed > SPOOL:
            if self._spool is None:
                self._spool = TemporaryFile()  # noqa: SIM115  # closed by `close`
            self._spool.write(b"".join(self._packed))
            self._packed.clear()


class ArchiveState(msgspec.Struct):
    """What another process needs to go on with an archive: `offset` bytes with these members.

    States of pieces that follow one another are added up to that of the whole.
    """

    offset: int = 0
    members: list[bytes] = []

    def followed_by(self, other: ArchiveState) -> ArchiveState:
        """The state of both together."""
        return ArchiveState(self.offset + other.offset, [*self.members, *other.members])


class ArchiveWriter:
    """Writes members one after another: text compressed, images as they are.

    With the state of an unfinished archive it goes on where that one stopped.
    """

    def __init__(self, sink: Sink, state: ArchiveState | None = None) -> None:
        self._sink = sink
        self._offset = state.offset if state else 0
        self._directory = Directory(state.members if state else ())

    @property
    def state(self) -> ArchiveState:
        """Where the archive stands between two members."""
        return ArchiveState(self._offset, self._directory.blocks())

    @contextmanager
    def text(self, name: str) -> Iterator[CompressedText]:
        """A compressed member, written piece by piece."""
        member = CompressedText()
        try:
            yield member
            member.finish()
            self._start(name, DEFLATED, member.crc, member.packed, member.size)
            for piece in member.pieces():
                self._write(piece)
        finally:
            member.close()

    def image(self, name: str, body: bytes) -> None:
        """A member that is compressed already and is therefore stored as it is."""
        self._start(name, STORED, zlib.crc32(body), len(body), len(body))
        self._write(body)

    def begin(self, name: str, size: int, crc: int) -> None:
        """Begin a member that is stored as it is, whose `size` bytes follow by `go_on`.

        Between two pieces the archive may be left and gone on with, too.
        """
        self._start(name, STORED, crc, size, size)

    def go_on(self, piece: bytes) -> None:
        """More bytes of the member that was begun last."""
        self._write(piece)

    def close(self) -> None:
        """Write the directory. The sink stays open."""
        start, count, offset = self._offset, 0, 0
        lines: list[bytes] = []
        for line in self._directory:
            lines.append(_entry(line, offset))
            offset += _header_size(line) + line.packed
            count += 1
            if len(lines) == LINES:
                self._write(b"".join(lines))
                lines.clear()
        self._write(b"".join(lines))
        size = self._offset - start
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
        line = Line(crc, packed, size, method, name.encode())
        self._directory.add(line)
        wide = _is_wide(line)
        extra = struct.pack("<2H2Q", 1, 16, size, packed) if wide else b""
        needed = WIDE if wide else PLAIN
        header = struct.pack("<4s5H3L2H", b"PK\x03\x04", needed, *_facts(line), len(extra))
        self._write(header + line.name + extra)

    def _write(self, data: bytes) -> None:
        if data:
            self._sink.write(data)
            self._offset += len(data)


def _entry(line: Line, offset: int) -> bytes:
    """The line of the directory of a member that begins at `offset`."""
    far = offset >= LARGE
    wide = ([line.size, line.packed] if _is_wide(line) else []) + ([offset] if far else [])
    extra = struct.pack(f"<2H{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    needed = WIDE if wide else PLAIN
    fixed = struct.pack(
        "<4s6H3L5H2L",
        b"PK\x01\x02",
        needed,
        needed,
        *_facts(line),
        len(extra),
        0,
        0,
        0,
        0,
        MARK32 if far else offset,
    )
    return fixed + line.name + extra


def _facts(line: Line) -> tuple[int, ...]:
    sizes = (MARK32, MARK32) if _is_wide(line) else (line.packed, line.size)
    return FLAGS, line.method, DOS_TIME, DOS_DATE, line.crc, *sizes, len(line.name)


def _is_wide(line: Line) -> bool:
    """Whether its sizes need fields of 64 bits."""
    return line.packed >= LARGE or line.size >= LARGE


def _header_size(line: Line) -> int:
    return HEADER + len(line.name) + (20 if _is_wide(line) else 0)
