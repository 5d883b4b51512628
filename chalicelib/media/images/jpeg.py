"""Size and orientation of JPEG files. Sources: ITU-T T.81, Exif 2.3."""

from __future__ import annotations

import struct

from chalicelib.media.images.info import PARTS_LIMIT, BadImage, ImageInfo
from chalicelib.media.images.tiff import exif_orientation
from chalicelib.media.reading import Reader


def probe_jpeg(reader: Reader) -> ImageInfo:
    """The header of a JPEG file: its first frame's size, and the first orientation before it."""
    offset, orientation = 2, 1
    for _ in range(PARTS_LIMIT):
        head = reader.read(offset, 9)
        marker = head[1]
        if head[0] != 0xFF:
            raise BadImage("its JPEG header is damaged")
        if marker in {0xFF, 0x01} or 0xD0 <= marker <= 0xD8:
            offset += 1 if marker == 0xFF else 2
            continue
        if marker in {0xD9, 0xDA}:
            break
        length = struct.unpack_from(">H", head, 2)[0]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack_from(">HH", head, 5)
            return ImageInfo("jpeg", width, height, orientation)
        if marker == 0xE1 and orientation == 1:
            body = reader.read(offset + 4, length - 2)
            if body.startswith(b"Exif\x00\x00"):
                orientation = exif_orientation(body[6:])
        offset += 2 + length
    raise BadImage("its JPEG header names no size")
