"""Canvas and frames of GIF files from their blocks. Source: GIF89a."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.media.images.info import BadImage, ImageInfo
from chalicelib.media.reading import RangeReader, Reader

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
#: Blocks are at most 255 bytes: they are walked in steps of this size.
_STRIDE = 1 << 20


class Frames(NamedTuple):
    """Frames of a file: those whose pixels have begun, those that are whole, and whether the
    file's end is there."""

    begun: int
    whole: int
    ended: bool


class _Part(NamedTuple):
    """What stands at an offset. `kind` is 0 where the file ends, or is damaged."""

    kind: int
    offset: int
    head: bytes


def probe_gif(reader: Reader) -> ImageInfo:
    """The canvas: the screen, and what of the first frame goes beyond it, as browsers show it."""
    width, height = struct.unpack("<HH", reader.read(6, 4))
    right, bottom = next(frames(reader), (0, 0))
    return ImageInfo("gif", max(width, right), max(height, bottom))


def count_frames(reader: Reader, limit: int) -> Frames:
    """Frames as far as the file goes.

    Raises:
        BadImage: more than `limit`.
    """
    begun, whole, before = 0, 0, 0
    for part in _parts(RangeReader(reader.read, reader.size, _STRIDE)):
        if before == _IMAGE:
            whole += part.offset <= reader.size
        begun += part.kind == _IMAGE
        before = part.kind
        if begun > limit:
            raise BadImage(f"it has more than {limit:,} frames")
    return Frames(begun, whole, before == _TRAILER)


def frames(reader: Reader) -> Iterator[tuple[int, int]]:
    """Right and bottom edge, in pixels of the canvas, of each frame whose pixels have begun."""
    for part in _parts(reader):
        if part.kind == _IMAGE:
            left, top, width, height = struct.unpack_from("<4H", part.head, 1)
            yield left + width, top + height


def _parts(reader: Reader) -> Iterator[_Part]:
    """Everything behind the header, in order; the last one is the trailer or of kind 0."""
    offset = 13 + _palette(reader.read(10, 1))
    while True:
        head = reader.read(offset, 10)
        kind = head[0] if head else 0
        pixels = offset + 10 + _palette(head[9:10]) + 1
        if kind == _EXTENSION:
            yield _Part(kind, offset, head)
            offset = _after_blocks(reader, offset + 2)
        elif kind == _IMAGE and len(head) == 10 and pixels < reader.size:
            yield _Part(kind, offset, head)
            offset = _after_blocks(reader, pixels)
        else:
            yield _Part(kind if kind == _TRAILER else 0, offset, head)
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
