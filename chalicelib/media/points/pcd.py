"""The header of a PCD file, which is text before the points.

Source: The PCD (Point Cloud Data) file format, version 0.7, of the Point Cloud Library.
"""

from __future__ import annotations

import struct
from typing import Literal

import msgspec

from chalicelib.media.reading import Reader

#: Bytes within which a header ends.
HEADER_LIMIT = 64 << 10
#: Points of a cloud, and bytes of its file, also when they are unpacked.
POINT_LIMIT = 30_000_000
SIZE_LIMIT = 256 << 20
_FIRST = 4096
_PIECE = 1 << 20

Data = Literal["ascii", "binary", "binary_compressed"]


class BadCloud(Exception):
    """The file cannot be used as a point cloud. The text says why, without the file's name."""


class Field(msgspec.Struct, frozen=True):
    """A value of each point.

    Attributes:
        name: `x`, `y`, `z`, `intensity`, …; `_` for padding.
        kind: `F` (float), `I` (signed) or `U` (unsigned).
        size: bytes of a number: 1, 2, 4 or 8.
        count: numbers of each point.
    """

    name: str
    kind: str
    size: int
    count: int = 1


class Header(msgspec.Struct, frozen=True):
    """What a PCD file says of its points. `start` is the offset of their bytes.

    A cloud is a row of `width` points (`height` 1), or as many rows as a depth camera has.
    """

    fields: tuple[Field, ...]
    width: int
    height: int
    data: Data
    start: int

    @property
    def points(self) -> int:
        return self.width * self.height

    @property
    def point_size(self) -> int:
        """Bytes of a point, but in text."""
        return sum(field.size * field.count for field in self.fields)


def parse(reader: Reader) -> Header:
    """Read a header and check that the points can be there.

    Raises:
        BadCloud: damaged, cut off, without coordinates or beyond the limits.
    """
    check_file_size(reader)
    lines, start = _lines(reader)
    header = _header(lines, start)
    if not header.points:
        raise BadCloud("it has no points")
    if header.points > POINT_LIMIT:
        raise BadCloud(f"it has {header.points:,} points; at most {POINT_LIMIT:,} are accepted")
    _check_length(header, reader)
    return header


def check_file_size(reader: Reader) -> None:
    """Refuse a file that no function should hold. Raises BadCloud."""
    if reader.size > SIZE_LIMIT:
        raise BadCloud(f"it has {reader.size:,} bytes; at most {SIZE_LIMIT >> 20} MB are accepted")


def write_header(fields: tuple[Field, ...], points: int) -> bytes:
    """The header of a row of points whose numbers follow in binary, little-endian."""
    lines = [
        "# .PCD v0.7 - Point Cloud Data file format",
        "VERSION 0.7",
        "FIELDS " + " ".join(field.name for field in fields),
        "SIZE " + " ".join(str(field.size) for field in fields),
        "TYPE " + " ".join(field.kind for field in fields),
        "COUNT " + " ".join(str(field.count) for field in fields),
        f"WIDTH {points}",
        "HEIGHT 1",
        "VIEWPOINT 0 0 0 1 0 0 0",
        f"POINTS {points}",
        "DATA binary",
    ]
    return "".join(line + "\n" for line in lines).encode()


def _lines(reader: Reader) -> tuple[dict[str, list[str]], int]:
    """Values by keyword, and where the points begin."""
    limit = _FIRST
    while True:
        head = reader.read(0, limit)
        found, at = _keywords(head)
        if "DATA" in found:
            return found, at
        if limit >= min(HEADER_LIMIT, reader.size):
            raise BadCloud("its PCD header is damaged")
        limit = HEADER_LIMIT


def _keywords(head: bytes) -> tuple[dict[str, list[str]], int]:
    found: dict[str, list[str]] = {}
    at = 0
    while (end := head.find(b"\n", at)) >= 0 and "DATA" not in found:
        line = head[at:end].strip()
        at = end + 1
        if not line or line.startswith(b"#"):
            continue
        if not line.isascii():
            raise BadCloud("its PCD header is damaged")
        keyword, *values = line.decode("ascii").split()
        if keyword in found:
            raise BadCloud(f"its PCD header says {keyword} twice")
        found[keyword] = values
    return found, at


def _header(lines: dict[str, list[str]], start: int) -> Header:
    names, kinds = lines.get("FIELDS", lines.get("COLUMNS", [])), lines.get("TYPE", [])
    sizes = _numbers(lines, "SIZE")
    counts = _numbers(lines, "COUNT") if "COUNT" in lines else [1] * len(names)
    if not names or not len(names) == len(kinds) == len(sizes) == len(counts):
        raise BadCloud("its PCD header does not give a size and type for each field")
    if missing := {"x", "y", "z"} - set(names):
        raise BadCloud(f"its points have no {', '.join(sorted(missing))}")
    fields = tuple(map(Field, names, kinds, sizes, counts))
    for field in fields:
        if (field.kind, field.size) not in _TYPES or not 1 <= field.count <= 65536:
            raise BadCloud(f"its PCD header gives {field.name} an unknown type")
    width, height = _number(lines, "WIDTH"), _number(lines, "HEIGHT")
    if "POINTS" in lines and _number(lines, "POINTS") != width * height:
        raise BadCloud("its PCD header says one number of points, and another width and height")
    match lines["DATA"]:
        case [("ascii" | "binary" | "binary_compressed") as data]:
            return Header(fields, width, height, data, start)
        case other:
            raise BadCloud(f"its points are stored as {' '.join(other) or 'nothing'}")


_TYPES = {(kind, size) for kind in "IU" for size in (1, 2, 4, 8)} | {("F", 4), ("F", 8)}


def _numbers(lines: dict[str, list[str]], keyword: str) -> list[int]:
    values = lines.get(keyword, [])
    if any(not value.isdigit() or len(value) > 12 for value in values):
        raise BadCloud(f"its PCD header gives no number for {keyword}")
    return [int(value) for value in values]


def _number(lines: dict[str, list[str]], keyword: str) -> int:
    match _numbers(lines, keyword):
        case [number]:
            return number
        case _:
            raise BadCloud(f"its PCD header does not say its {keyword}")


def _check_length(header: Header, reader: Reader) -> None:
    left = reader.size - header.start
    match header.data:
        case "binary":
            needed = header.points * header.point_size
        case "ascii":
            _check_text(header, reader)
            return
        case "binary_compressed":
            sizes = reader.read(header.start, 8)
            if len(sizes) < 8:
                raise BadCloud("it is cut off")
            packed, unpacked = struct.unpack("<2L", sizes)
            if unpacked != header.points * header.point_size:
                raise BadCloud("it holds more or fewer points than its header says")
            if unpacked > SIZE_LIMIT:
                raise BadCloud(f"its points have {unpacked:,} bytes;"
                               f" at most {SIZE_LIMIT >> 20} MB are accepted")  # fmt: skip
            needed = 8 + packed
    if left < needed:
        raise BadCloud(f"it is cut off: {header.points:,} points need {needed:,} bytes,"
                       f" and {left:,} are there")  # fmt: skip


def _check_text(header: Header, reader: Reader) -> None:
    """Text must be counted: how long a number is, only the number tells."""
    points, at, last, rest = 0, header.start, b"", b""
    while at < reader.size and points < header.points:
        piece = reader.read(at, _PIECE)
        if not piece:
            break
        at += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > _PIECE:
            raise BadCloud("it holds text that is no points")
        if whole := [line for line in lines if line.strip()]:
            points, last = points + len(whole), whole[-1]
    if rest.strip() and points < header.points:
        points, last = points + 1, rest
    width = sum(field.count for field in header.fields)
    if points < header.points or (points == header.points and len(last.split()) < width):
        raise BadCloud(f"it is cut off: {header.points:,} points are announced,"
                       f" and {points:,} are there")  # fmt: skip
