"""The central directory of a zip archive, read by ranges and believed in nothing.

Source: PKWARE APPNOTE 6.3.10 (zip64: 4.3.14–15, 4.5.3; Unicode path: 4.6.9).
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator

import msgspec

from chalicelib.media.archives.limits import ENTRY_LIMIT, BadArchive
from chalicelib.media.archives.names import undecodable
from chalicelib.media.reading import Reader

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_COMMENT_LIMIT = 0xFFFF
_UTF8, _FOLLOWS, _ENCRYPTED = 1 << 11, 1 << 3, 1 << 0 | 1 << 6 | 1 << 13
#: Bytes that suffice to find the checksum after a file.
DESCRIPTOR_SIZE = 8
_UNIX = 3
STORED = 0


class Entry(msgspec.Struct, frozen=True):
    """What the directory says of a file.

    Attributes:
        name: as stored, `/` between folders; a directory's ends in one.
        method: of compression; 0 is none.
        header: offset of the local header that stands before its bytes.
    """

    name: str
    method: int
    header: int
    packed_size: int
    size: int
    is_link: bool

    @property
    def is_folder(self) -> bool:
        """Whether it is a directory."""
        return self.name.endswith("/")


class Local(msgspec.Struct, frozen=True):
    """What stands before a file's bytes.

    Attributes:
        crc: of the unpacked bytes; None if it follows them (`descriptor_crc`).
        start: offset of the bytes.
    """

    method: int
    crc: int | None
    start: int


def entries(reader: Reader) -> Iterator[Entry]:
    """What an archive holds, in the order of its directory.

    Raises:
        BadArchive: damaged, cut off, in several volumes, protected by a password, or entries that
            share bytes.
    """
    count, start, end = _end(reader)
    spans: list[tuple[int, int]] = []
    at = start
    for _ in range(count):
        entry, raw_size, at = _entry(reader, at, end)
        spans.append((entry.header, entry.header + _LOCAL.size + raw_size + entry.packed_size))
        yield entry
    if at != end:
        raise BadArchive("its directory is damaged")
    _check_spans(spans, start)


def local(reader: Reader, header: int) -> Local:
    """The header before a file's bytes. Raises BadArchive."""
    raw = reader.read(header, _LOCAL.size)
    if len(raw) < _LOCAL.size or raw[:4] != b"PK\x03\x04":
        raise BadArchive("it is damaged: a file is not where its directory says")
    _, _, flags, method, _, _, crc, _, _, name, extra = _LOCAL.unpack(raw)
    _check_flags(flags)
    return Local(method, None if flags & _FOLLOWS else crc, header + _LOCAL.size + name + extra)


def descriptor_crc(raw: bytes | bytearray) -> int:
    """The checksum that follows a file's bytes, given `DESCRIPTOR_SIZE` of what follows them."""
    at = 4 if raw.startswith(b"PK\x07\x08") else 0
    return int.from_bytes(raw[at : at + 4], "little")


def _end(reader: Reader) -> tuple[int, int, int]:
    """Number of entries, and the bytes `start..end` of the directory."""
    base = max(0, reader.size - _END.size - _COMMENT_LIMIT)
    tail = reader.read(base, reader.size - base)
    at = tail.rfind(b"PK\x05\x06")
    while at >= 0:
        if at + _END.size <= len(tail):
            _, disk, first, _, count, size, start, comment = _END.unpack_from(tail, at)
            if at + _END.size + comment == len(tail):
                break
        at = tail.rfind(b"PK\x05\x06", 0, at)
    else:
        raise BadArchive("it is not a whole zip archive: its directory, at the end, is missing")
    end = base + at
    if 0xFFFF in {count, disk, first} or 0xFFFFFFFF in {size, start}:
        disk, first, count, size, start, end = _end64(reader, end)
    if disk or first:
        raise BadArchive("it is one of several volumes; join them")
    if start + size != end:
        raise BadArchive("its directory is not where its end says")
    if count > ENTRY_LIMIT:
        raise BadArchive(f"it has {count:,} entries; at most {ENTRY_LIMIT:,} are read")
    return count, start, end


def _end64(reader: Reader, end: int) -> tuple[int, int, int, int, int, int]:
    raw = reader.read(max(0, end - _LOCATOR.size), _LOCATOR.size)
    if len(raw) < _LOCATOR.size or raw[:4] != b"PK\x06\x07":
        raise BadArchive("its zip64 directory is missing")
    _, _, at, _ = _LOCATOR.unpack(raw)
    raw = reader.read(at, _END64.size)
    if len(raw) < _END64.size or raw[:4] != b"PK\x06\x06":
        raise BadArchive("its zip64 directory is missing")
    _, _, _, _, disk, first, _, count, size, start = _END64.unpack(raw)
    return disk, first, count, size, start, at


def _entry(reader: Reader, at: int, end: int) -> tuple[Entry, int, int]:
    raw = reader.read(at, _ENTRY.size)
    if len(raw) < _ENTRY.size or raw[:4] != b"PK\x01\x02":
        raise BadArchive("its directory is damaged")
    (_, made_by, _, flags, method, _, _, _, packed, size, name_size, extra_size, comment_size,
     _, _, attributes, header) = _ENTRY.unpack(raw)  # fmt: skip
    after = at + _ENTRY.size + name_size + extra_size + comment_size
    if after > end:
        raise BadArchive("its directory is damaged")
    _check_flags(flags)
    tail = reader.read(at + _ENTRY.size, name_size + extra_size)
    extra = _fields(tail[name_size:])
    size, packed, header = _wide(extra.get(0x0001, b""), size, packed, header)
    name = _name(tail[:name_size], flags, extra)
    mode = attributes >> 16 if made_by >> 8 == _UNIX else 0
    entry = Entry(name, method, header, packed, size, stat.S_ISLNK(mode))
    return entry, name_size, after


def _check_flags(flags: int) -> None:
    if flags & _ENCRYPTED:
        raise BadArchive("it is protected by a password; make it without one")


def _fields(extra: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        found.setdefault(kind, extra[at + 4 : at + 4 + size])
        at += 4 + size
    return found


def _wide(extra: bytes, *values: int) -> tuple[int, int, int]:
    """Values that do not fit 32 bits stand in an extra field, in this order."""
    wide, at = [], 0
    for value in values:
        if value == 0xFFFFFFFF:
            if at + 8 > len(extra):
                raise BadArchive("its zip64 directory is damaged")
            value = struct.unpack_from("<Q", extra, at)[0]
            at += 8
        wide.append(value)
    size, packed, header = wide
    return size, packed, header


def _name(raw: bytes, flags: int, extra: dict[int, bytes]) -> str:
    """A name as text.

    The Unicode path of Info-ZIP if it belongs to this name; else UTF-8, which is what most
    programs write whether they say so or not; else, if the archive does not claim UTF-8, the code
    page 437 of the specification.
    """
    path = extra.get(0x7075, b"")
    try:
        if len(path) > 5 and path[0] == 1 and path[1:5] == zlib.crc32(raw).to_bytes(4, "little"):
            return path[5:].decode("utf-8")
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        if flags & _UTF8:
            raise undecodable(raw) from None
        return raw.decode("cp437")


def _check_spans(spans: list[tuple[int, int]], directory: int) -> None:
    """Bytes of one file must not serve another: so do small archives unpack to petabytes."""
    spans.sort()
    for number, (_, stop) in enumerate(spans):
        limit = spans[number + 1][0] if number + 1 < len(spans) else directory
        if stop > limit:
            raise BadArchive("its files overlap: it is damaged, or made to do harm")
