"""PNG of masks: numbers with a palette, grey values of 8 or 16 bits, colours.

Rows are not filtered and compressed by run lengths alone (zlib's Z_RLE): of pictures of masks that
gives smaller files than level 6 in a third of its time. Source of the format: W3C, Portable Network
Graphics (Third Edition).

    archive.image("SegmentationClass/a.png", indexed(classes, list(colors.values())))
    for value, points in masks_of(read_numbers(body).values): ...
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from chalicelib.formats.geometry.colors import Color
from chalicelib.formats.geometry.whole_pictures import whole_pictures

#: Pixels of the largest picture that is read.
MAX_PIXELS = 1 << 28
_GREY, _RGB, _PALETTE = 0, 2, 3

Picture = np.ndarray[Any, Any]


def indexed(numbers: Picture, palette: Sequence[Color]) -> bytes:
    """A picture of numbers, uint8 of shape (height, width), each with its colour.

    Args:
        palette: colours by number, at most 256; at least one for each number that occurs.
    """
    colors = b"".join(map(bytes, palette))
    return _png(numbers, 8, _PALETTE, _chunk(b"PLTE", colors))


def grey(values: Picture) -> bytes:
    """A picture of grey values of 8 (uint8) or 16 bits (uint16), shape (height, width)."""
    if values.dtype == np.uint8:
        return _png(values, 8, _GREY)
    return _png(values.astype(">u2").view(np.uint8), 16, _GREY, width=values.shape[1])


def colored(colors: Picture) -> bytes:
    """A picture of colours, uint8 of shape (height, width, 3)."""
    height, width, _ = colors.shape
    return _png(colors.reshape(height, width * 3), 8, _RGB, width=width)


class Numbers(NamedTuple):
    """A picture that was read.

    Attributes:
        values: shape (height, width): numbers of a palette (uint8), grey values (uint8, uint16 or
            int32) or packed colours `red << 16 | green << 8 | blue` (uint32).
        palette: packed colours of 256 numbers, uint32; None of grey values and colours.
        are_colors: whether the values are colours.
    """

    values: Picture
    palette: Picture | None = None
    are_colors: bool = False


def read_numbers(body: bytes) -> Numbers:
    """A picture of any kind as numbers.

    Raises:
        ValueError: it cannot be read, or is too large.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with whole_pictures(), Image.open(io.BytesIO(body)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(f"is a picture of {image.width} × {image.height} pixels")
            if image.mode == "P":
                return Numbers(np.asarray(image), _palette(image.getpalette("RGB") or []))
            if image.mode == "1":
                return Numbers(np.asarray(image.convert("L")))
            if image.mode in ("L", "I", "I;16", "I;16B"):
                return Numbers(np.asarray(image))
            pixels = np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError,
            Image.DecompressionBombWarning) as error:  # fmt: skip
        raise ValueError(f"is not a picture that can be read ({error})") from None
    whole = pixels[:, :, 0].astype(np.uint32)
    for channel in (1, 2):
        whole <<= 8
        whole |= pixels[:, :, channel]
    return Numbers(whole, are_colors=True)


def _palette(flat: Sequence[int]) -> Picture:
    colors = np.zeros((256, 3), np.uint32)
    given = np.asarray(flat, np.uint32).reshape(-1, 3)
    colors[: len(given)] = given
    packed: Picture = colors[:, 0] << 16 | colors[:, 1] << 8 | colors[:, 2]
    return packed


def _png(rows: Picture, bits: int, kind: int, extra: bytes = b"", width: int = 0) -> bytes:
    height, across = rows.shape
    # Each row begins with the number of its filter: none.
    plain = np.zeros((height, across + 1), np.uint8)
    plain[:, 1:] = rows
    deflate = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    body = deflate.compress(plain.data) + deflate.flush()
    header = struct.pack(">2L5B", width or across, height, bits, kind, 0, 0, 0)
    return b"".join(
        (b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", header), extra, _chunk(b"IDAT", body),
         _chunk(b"IEND", b""))
    )  # fmt: skip


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))
