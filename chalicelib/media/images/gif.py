"""Canvas and frames of GIF files from their blocks. Source: GIF89a."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from chalicelib.media.images.info import BadImage, ImageInfo
from chalicelib.media.reading import RangeReader, Reader

_EXTENSION, _IMAGE = 0x21, 0x2C
#: Blocks are at most 255 bytes: they are walked in steps of this size.
_STRIDE = 1 << 20


def probe_gif(reader: Reader) -> ImageInfo:
    """The canvas: the screen, and what of the first frame goes beyond it, as browsers show it."""
    width, height = struct.unpack("<HH", reader.read(6, 4))
    right, bottom = next(frames(reader), (0, 0))
    return ImageInfo("gif", max(width, right), max(height, bottom))


def frame_count(reader: Reader, limit: int) -> int:
    """Frames as far as the file goes, at least 1.

    Raises:
        BadImage: more than `limit`.
    """
    count = 0
    for _ in frames(RangeReader(reader.read, reader.size, _STRIDE)):
        count += 1
        if count > limit:
            raise BadImage(f"it has more than {limit:,} frames")
    return max(1, count)


def frames(reader: Reader) -> Iterator[tuple[int, int]]:
    """Right and bottom edge, in pixels of the canvas, of each frame whose pixels have begun."""
    offset = 13 + _palette(reader.read(10, 1))
    while True:
        head = reader.read(offset, 10)
        if head[:1] == bytes([_EXTENSION]):
            offset = _after_blocks(reader, offset + 2)
        elif head[:1] == bytes([_IMAGE]) and len(head) == 10:
            left, top, width, height = struct.unpack_from("<4H", head, 1)
            pixels = offset + 10 + _palette(head[9:10]) + 1
            if pixels >= reader.size:
                return
            yield left + width, top + height
            offset = _after_blocks(reader, pixels)
        else:
            return


def _palette(flags: bytes) -> int:
    """Bytes of the palette that follows."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def _after_blocks(reader: Reader, offset: int) -> int:
    """Where a chain of blocks ends: each says its length, 0 is the last."""
    while True:
        length = reader.read(offset, 1)
        if not length or not length[0]:
            return offset + 1
        offset += 1 + length[0]
