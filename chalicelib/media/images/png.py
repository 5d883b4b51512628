"""Size, orientation and completeness of PNG files, and the frames of animated ones.

Source: PNG 3rd edition.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from chalicelib.media.images.info import PARTS_LIMIT, BadImage, ImageInfo
from chalicelib.media.images.tiff import exif_orientation
from chalicelib.media.reading import RangeReader, Reader

#: Bytes of Exif data that are looked into for an orientation.
_EXIF = 64 * 1024
#: The last chunk, with its checksum: in nearly every file, the last bytes.
_END = b"IEND\xaeB`\x82"
TAIL = 64
#: Without it, the chunks are walked in steps of this size.
_STRIDE = 1 << 20


def probe_png(reader: Reader) -> ImageInfo:
    """The header of a PNG file. Exif behind the pixels is not heard, as browsers do not."""
    kind, width, height = struct.unpack(">4sII", reader.read(12, 12))
    if kind != b"IHDR":
        raise BadImage("its PNG header is damaged")
    orientation = 1
    for number, (name, offset, length) in enumerate(chunks(reader)):
        if name in {b"IDAT", b"IEND"}:
            break
        if number == PARTS_LIMIT:
            raise BadImage("its PNG header does not end")
        if name == b"eXIf":
            orientation = exif_orientation(reader.read(offset, min(length, _EXIF)))
    return ImageInfo("png", width, height, orientation)


def is_whole(reader: Reader) -> bool:
    """Whether the end of the file is there; anything may stand behind it.

    Raises:
        BadImage: it is cut off before its pixels.
    """
    if _END in reader.read(max(0, reader.size - TAIL), TAIL):
        return True
    begun = False
    for name, offset, length in chunks(RangeReader(reader.read, reader.size, _STRIDE)):
        if name == b"IEND":
            return True
        begun |= name == b"IDAT" and length > 0 and offset < reader.size
    if not begun:
        raise BadImage("it is cut off before its picture begins")
    return False


def is_deep(reader: Reader) -> bool:
    """Whether it has colours of 16 bits."""
    depth, kind = reader.read(24, 2).ljust(2, b"\0")
    return depth == 16 and kind != 0


def animation(reader: Reader, limit: int) -> range:
    """Numbers of the frames of an animated PNG; empty for a still one.

    Number 0 is the picture that a reader without animation shows. Where it is no frame of the
    animation, the numbers begin at 1. Frames that are cut off are not counted.

    Raises:
        BadImage: more than `limit`.
    """
    said, counted, first = 0, 0, 0
    for name, offset, _ in chunks(reader):
        if name == b"acTL":
            said = struct.unpack_from(">I", reader.read(offset, 4).ljust(4, b"\0"))[0]
            if said > limit:
                raise BadImage(f"it has {said:,} frames; at most {limit:,} are accepted")
        elif name == b"IDAT" and said < 2:
            return range(0)
        elif name == b"IDAT" and not counted:
            first = 1
        elif name == b"fcTL":
            counted += 1
    return range(first, first + min(said, counted))


def chunks(reader: Reader) -> Iterator[tuple[bytes, int, int]]:
    """Type, offset and length of the content of each chunk as far as the file goes."""
    offset = 8
    while True:
        head = reader.read(offset, 8)
        if len(head) < 8:
            return
        length, name = struct.unpack(">I4s", head)
        yield name, offset + 8, length
        if name == b"IEND":
            return
        offset += 12 + length
