"""Directories of TIFF and BigTIFF files, and of the Exif blocks that are TIFF files inside others.

Sources: TIFF 6.0, BigTIFF, Exif 2.3 (orientation), TIFF Technical Note 1 (kinds of pages).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from chalicelib.media.images.info import BadImage, ImageInfo
from chalicelib.media.reading import Reader

_SUBFILE, _OLD_SUBFILE = 0x00FE, 0x00FF
_WIDTH, _HEIGHT, _ORIENTATION = 0x0100, 0x0101, 0x0112
_PLANES = 0x011C
_WANTED = {_SUBFILE, _OLD_SUBFILE, _WIDTH, _HEIGHT, _ORIENTATION, _PLANES}
#: Bits of NewSubfileType: a smaller copy of another page; a mask of its transparency.
_REDUCED, _MASK = 1, 4
_ENTRIES_LIMIT = 4096
#: Where strips or tiles lie, and how long each is.
_PLACES = ((0x0111, 0x0117), (0x0144, 0x0145))
_CODES = {1: "B", 3: "H", 4: "I", 16: "Q"}
#: Strips or tiles, of the first and of the last, that are looked at.
_EXTENTS_LIMIT = 4096

_Read = Callable[[int, int], bytes]
Tags = dict[int, int]


class _Entries(NamedTuple):
    """The entries of a directory as they stand in the file."""

    order: str
    entry: struct.Struct
    body: bytes


def probe_tiff(reader: Reader) -> ImageInfo:
    """The header of the first page."""
    tags = next(directories(reader.read), {})
    return _page(tags)


def pages(reader: Reader, limit: int) -> Iterator[tuple[int, ImageInfo]]:
    """Pages in order: the number of the directory, and its header.

    Smaller copies and masks of other pages are left out, unless there is nothing else.

    Raises:
        BadImage: more directories than `limit`, or one that names no size.
    """
    chain = list(islice(directories(reader.read), limit + 1))
    if len(chain) > limit:
        raise BadImage(f"it has more than {limit:,} pages")
    whole = [(number, tags) for number, tags in enumerate(chain) if not _secondary(tags)]
    for number, tags in whole or list(enumerate(chain))[:1]:
        yield number, _page(tags)


def in_planes(reader: Reader, page: int) -> bool:
    """Whether a page keeps each colour by itself rather than pixel by pixel."""
    return _directory(reader, page).get(_PLANES) == 2


def page_header(reader: Reader, page: int) -> ImageInfo:
    """The header of a page by the number of its directory. Raises BadImage."""
    return _page(_directory(reader, page))


def exif_orientation(exif: bytes) -> int:
    """Orientation 1…8 from an Exif block (a TIFF file); 1 if it is absent or damaged."""
    try:
        tags = next(directories(lambda offset, size: exif[offset : offset + size]), {})
    except (struct.error, IndexError):
        return 1
    return _sane(tags.get(_ORIENTATION, 1))


def is_whole(reader: Reader, page: int = 0) -> bool:
    """Whether the file holds all pixels of a page, by the number of its directory.

    Raises:
        BadImage: it holds none of them.
    """
    for entries in islice(_entries(reader.read), page, page + 1):
        extents = list(_extents(reader, entries))
        if extents and min(offset for offset, _ in extents) >= reader.size:
            raise BadImage("it is cut off before its picture begins")
        return all(offset + length <= reader.size for offset, length in extents)
    return False


def directories(read: _Read) -> Iterator[Tags]:
    """Integer values of the tags that matter here, of each directory in the file's chain.

    Raises:
        struct.error: cut off.
    """
    return (_tags(entries) for entries in _entries(read))


def _entries(read: _Read) -> Iterator[_Entries]:
    head = read(0, 16)
    order = "<" if head[:2] == b"II" else ">"
    big = struct.unpack_from(order + "H", head, 2)[0] == 43
    count_of, entry, link = (
        (order + "Q", struct.Struct(order + "HHQ8s"), order + "Q")
        if big
        else (order + "H", struct.Struct(order + "HHI4s"), order + "I")
    )
    offset = struct.unpack_from(link, head, 8 if big else 4)[0]
    seen = set()
    while offset and offset not in seen:
        seen.add(offset)
        count = struct.unpack(count_of, read(offset, struct.calcsize(count_of)))[0]
        start = offset + struct.calcsize(count_of)
        body = read(start, entry.size * min(count, _ENTRIES_LIMIT))
        yield _Entries(order, entry, body)
        after = read(start + entry.size * count, struct.calcsize(link))
        # A file cut off behind its last directory is whole as far as pictures go.
        offset = struct.unpack(link, after)[0] if len(after) == struct.calcsize(link) else 0


def _tags(entries: _Entries) -> Tags:
    found: Tags = {}
    for tag, code, _, value in _fields(entries):
        if tag in _WANTED and struct.calcsize(code) <= len(value):
            found.setdefault(tag, struct.unpack_from(entries.order + code, value)[0])
    return found


def _fields(entries: _Entries) -> Iterator[tuple[int, str, int, bytes]]:
    """Tag, code of the type, count and value (or its offset) of each entry of whole numbers."""
    body, entry = entries.body, entries.entry
    for at in range(0, len(body) - entry.size + 1, entry.size):
        tag, kind, count, value = entry.unpack_from(body, at)
        if kind in _CODES:
            yield tag, _CODES[kind], count, value


def _extents(reader: Reader, entries: _Entries) -> Iterator[tuple[int, int]]:
    """Offset and length of the strips or tiles; of very many, those at both ends."""
    fields = {tag: (code, count, value) for tag, code, count, value in _fields(entries)}
    for offsets, lengths in _PLACES:
        if offsets in fields and lengths in fields:
            first = _numbers(reader, entries.order, *fields[offsets])
            yield from zip(first, _numbers(reader, entries.order, *fields[lengths]), strict=False)


def _numbers(reader: Reader, order: str, code: str, count: int, value: bytes) -> list[int]:
    size = struct.calcsize(code)
    if count * size <= len(value):
        return list(struct.unpack_from(f"{order}{count}{code}", value))
    start = struct.unpack(order + ("Q" if len(value) == 8 else "I"), value)[0]
    most = min(count, _EXTENTS_LIMIT)
    found: list[int] = []
    for at in (start, start + (count - most) * size) if most < count else (start,):
        found += struct.unpack(f"{order}{most}{code}", reader.read(at, most * size))
    return found


def _directory(reader: Reader, page: int) -> Tags:
    return next(islice(directories(reader.read), page, None), {})


def _page(tags: Tags) -> ImageInfo:
    if _WIDTH not in tags or _HEIGHT not in tags:
        raise BadImage("its TIFF header names no size")
    return ImageInfo("tiff", tags[_WIDTH], tags[_HEIGHT], _sane(tags.get(_ORIENTATION, 1)))


def _secondary(tags: Tags) -> bool:
    return bool(tags.get(_SUBFILE, 0) & (_REDUCED | _MASK)) or tags.get(_OLD_SUBFILE) == 2


def _sane(orientation: int) -> int:
    return orientation if 1 <= orientation <= 8 else 1
