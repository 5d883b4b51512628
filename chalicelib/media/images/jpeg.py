"""Size, orientation and completeness of JPEG files. Sources: ITU-T T.81, Exif 2.3."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from chalicelib.media.images.info import PARTS_LIMIT, BadImage, ImageInfo
from chalicelib.media.images.tiff import exif_orientation
from chalicelib.media.reading import Reader

_END_OF_IMAGE = b"\xff\xd9"
_SCAN = 0xDA
#: Bytes at the end in which the end of the picture stands, in nearly every file.
TAIL = 64
#: Bytes at the end that tell pixels from what phones append: films, other pictures, texts.
_LONG_TAIL = 16 * 1024
#: Markers that stand among pixels or between the scans of a progressive picture: 0xFF within
#: pixels is followed by 0, so anything else is no part of the picture.
_NO_PIXELS = re.compile(rb"\xff[^\x00\xff\xc4\xd0-\xd7\xda-\xdd\xfe]")


def probe_jpeg(reader: Reader) -> ImageInfo:
    """The header of a JPEG file: its first frame's size, and the first orientation before it."""
    orientation = 1
    for marker, offset, head in _segments(reader):
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack_from(">HH", head, 5)
            return ImageInfo("jpeg", width, height, orientation)
        if marker in {0xD9, _SCAN}:
            break
        if marker == 0xE1 and orientation == 1:
            body = reader.read(offset + 4, _length(head) - 2)
            if body.startswith(b"Exif\x00\x00"):
                orientation = exif_orientation(body[6:])
    raise BadImage("its JPEG header names no size")


def is_whole(reader: Reader) -> bool:
    """Whether the end of the picture is there. Its last bytes tell; what stands behind the end,
    such as a film, does not matter.

    Raises:
        BadImage: it is cut off before its pixels.
    """
    if _END_OF_IMAGE in reader.read(max(0, reader.size - TAIL), TAIL):
        return True
    for marker, offset, head in _segments(reader):
        if marker == _SCAN:
            pixels = offset + 2 + _length(head)
            break
    else:
        pixels = reader.size
    if pixels >= reader.size:
        raise BadImage("it is cut off before its picture begins")
    tail = reader.read(max(pixels, reader.size - _LONG_TAIL), _LONG_TAIL)
    return _END_OF_IMAGE in tail or _NO_PIXELS.search(tail) is not None


def _segments(reader: Reader) -> Iterator[tuple[int, int, bytes]]:
    """Marker, offset and the first 9 bytes of each segment, up to the first pixels.

    Raises:
        IndexError: cut off. BadImage.
    """
    offset = 2
    for _ in range(PARTS_LIMIT):
        head = reader.read(offset, 9)
        marker = head[1]
        if head[0] != 0xFF:
            raise BadImage("its JPEG header is damaged")
        if marker in {0xFF, 0x01} or 0xD0 <= marker <= 0xD8:
            offset += 1 if marker == 0xFF else 2
            continue
        yield marker, offset, head
        if marker in {0xD9, _SCAN}:
            return
        offset += 2 + _length(head)


def _length(head: bytes) -> int:
    length: int = struct.unpack_from(">H", head, 2)[0]
    return length
