"""What a tar archive holds, read forwards once.

Sources: POSIX.1-2017 `pax` (ustar and pax headers), the GNU tar manual (long names, base 256).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec

from chalicelib.media.archives.limits import ENTRY_LIMIT, TOTAL_LIMIT, BadArchive
from chalicelib.media.archives.names import undecodable

BLOCK = 512
#: Bytes of an extended header, which holds a name and a few times.
_EXTENDED_LIMIT = 1 << 20
_REGULAR, _FOLDER = {b"0", b"\0", b"7"}, b"5"
_PAX, _PAX_GLOBAL, _GNU_NAME, _GNU_LINK = b"x", b"g", b"L", b"K"
_UNUSABLE = {
    b"1": "a link",
    b"2": "a link",
    b"3": "a device",
    b"4": "a device",
    b"6": "a pipe",
    b"S": "a sparse file",
}


class Source(Protocol):
    """Bytes in order; those passed over are not kept."""

    def take(self, offset: int, size: int) -> bytes:
        """`size` bytes from `offset`, which never lies before the last one; fewer at the end."""
        ...


class Entry(msgspec.Struct, frozen=True):
    """A regular file. `start` is the offset of its bytes in the (decompressed) archive."""

    name: str
    start: int
    size: int


def entries(source: Source) -> Iterator[Entry]:
    """Regular files in order. Folders and comments are passed over.

    Raises:
        BadArchive: damaged, cut off, or links, devices and other files without bytes of their own.
    """
    at = count = 0
    long_name: bytes | None = None
    fields: dict[str, bytes] = {}
    while True:
        header = source.take(at, BLOCK)
        if len(header) < BLOCK:
            raise BadArchive("it is cut off" if at else "it is no tar archive")
        if not any(header):
            return
        count += 1
        if count > ENTRY_LIMIT:
            raise BadArchive(f"it has more than {ENTRY_LIMIT:,} entries")
        _check_sum(header, first=not at)
        kind, size = header[156:157], _number(header[124:136])
        at += BLOCK
        if kind in {_PAX, _PAX_GLOBAL, _GNU_NAME, _GNU_LINK}:
            body = _extended(source, at, size)
            at += _padded(size)
            if kind == _PAX:
                fields = _pax(body)
            elif kind == _GNU_NAME:
                long_name = body.rstrip(b"\0")
            continue
        name = fields.get("path") or long_name or _short_name(header)
        size = _size(fields, size)
        sparse = any(key.startswith("GNU.sparse.") for key in fields)
        long_name, fields = None, {}
        if kind in _UNUSABLE or sparse:
            _refuse(name, _UNUSABLE.get(kind, "a sparse file"))
        if kind in _REGULAR and not (kind == b"\0" and name.endswith(b"/")):
            yield Entry(_text(name), at, size)
        elif kind in {_FOLDER, b"\0"}:
            size = 0
        at += _padded(size)


def _check_sum(header: bytes, *, first: bool) -> None:
    """Sum of the header's bytes, those of the sum itself taken as spaces."""
    said = header[148:156].strip(b" \0")
    total = sum(header[:148]) + sum(b" " * 8) + sum(header[156:])
    if not said.isdigit() or said.strip(b"01234567") or int(said, 8) != total:
        raise BadArchive("it is no tar archive" if first else "it is damaged")


def _number(field: bytes) -> int:
    if field[0] & 0x80:  # GNU: base 256
        number = int.from_bytes(bytes([field[0] & 0x7F]) + field[1:])
    else:
        digits = field.split(b"\0")[0].strip()
        if digits.strip(b"01234567"):
            raise BadArchive("it is damaged")
        number = int(digits or b"0", 8)
    if number > TOTAL_LIMIT:
        raise BadArchive(f"it holds a file of {number:,} bytes")
    return number


def _size(fields: dict[str, bytes], size: int) -> int:
    text = fields.get("size")
    if text is None:
        return size
    if not text.isdigit() or len(text) > 20 or int(text) > TOTAL_LIMIT:
        raise BadArchive("it is damaged")
    return int(text)


def _extended(source: Source, at: int, size: int) -> bytes:
    if size > _EXTENDED_LIMIT:
        raise BadArchive("it is damaged: a name of more than 1 MB")
    body = source.take(at, size)
    if len(body) < size:
        raise BadArchive("it is cut off")
    return body


def _pax(body: bytes) -> dict[str, bytes]:
    """Records `length key=value\n`, the length in digits, of the whole record."""
    found: dict[str, bytes] = {}
    at = 0
    while at < len(body) and body[at]:
        digits = body[at : at + 8].partition(b" ")[0]
        if not digits.isdigit() or len(digits) > 7:
            raise BadArchive("it is damaged")
        stop = at + int(digits)
        record = body[at + len(digits) + 1 : stop]
        if stop > len(body) or not record.endswith(b"\n") or b"=" not in record:
            raise BadArchive("it is damaged")
        key, _, value = record[:-1].partition(b"=")
        found[key.decode("utf-8", "replace")] = value
        at = stop
    return found


def _short_name(header: bytes) -> bytes:
    name = header[:100].split(b"\0")[0]
    prefix = header[345:500].split(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return prefix + b"/" + name if prefix else name


def _text(name: bytes) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        raise undecodable(name) from None


def _refuse(name: bytes, kind: str) -> None:
    shown = name.decode("utf-8", "backslashreplace")
    raise BadArchive(f"it holds {kind}, {shown}; only files and folders are accepted")


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK
