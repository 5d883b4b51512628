"""Directories of TIFF and BigTIFF files, and of the Exif blocks that are TIFF files inside others.

Sources: TIFF 6.0, BigTIFF, Exif 2.3 (orientation), TIFF Technical Note 1 (kinds of pages).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from itertools import islice

from chalicelib.media.images.info import BadImage, ImageInfo
from chalicelib.media.reading import Reader

_SUBFILE, _OLD_SUBFILE = 0x00FE, 0x00FF
_WIDTH, _HEIGHT, _ORIENTATION = 0x0100, 0x0101, 0x0112
_PLANES = 0x011C
_WANTED = {_SUBFILE, _OLD_SUBFILE, _WIDTH, _HEIGHT, _ORIENTATION, _PLANES}
#: Bits of NewSubfileType: a smaller copy of another page; a mask of its transparency.
_REDUCED, _MASK = 1, 4
_ENTRIES_LIMIT = 4096

_Read = Callable[[int, int], bytes]
Tags = dict[int, int]


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


def directories(read: _Read) -> Iterator[Tags]:
    """Integer values of the tags that matter here, of each directory in the file's chain.

    Raises:
        struct.error: cut off.
    """
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
        yield _tags(order, entry, body)
        after = read(start + entry.size * count, struct.calcsize(link))
        # A file cut off behind its last directory is whole as far as pictures go.
        offset = struct.unpack(link, after)[0] if len(after) == struct.calcsize(link) else 0


def _tags(order: str, entry: struct.Struct, body: bytes) -> Tags:
    found: Tags = {}
    for at in range(0, len(body) - entry.size + 1, entry.size):
        tag, kind, _count, value = entry.unpack_from(body, at)
        code = {1: "B", 3: "H", 4: "I", 16: "Q"}.get(kind)
        if tag in _WANTED and code is not None and struct.calcsize(code) <= len(value):
            found.setdefault(tag, struct.unpack_from(order + code, value)[0])
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
