"""PNG of masks: numbers with a palette, grey values of 8 or 16 bits, colours.

Rows are not filtered and compressed by run lengths alone (zlib's Z_RLE): of pictures of masks that
gives smaller files than level 6 in a third of its time. Source of the format: W3C, Portable Network
Graphics (Third Edition).

    archive.image("SegmentationClass/a.png", indexed(classes, list(colors.values())))
    for color, points in masks_of(read_colors(body)): ...
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from chalicelib.formats.geometry.colors import Color

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


def read_colors(body: bytes) -> Picture:
    """The colours of a picture of any kind as numbers `red << 16 | green << 8 | blue`, uint32.

    Raises:
        ValueError: it cannot be read, or is too large.
    """
    numbers, palette = read_numbers(body)
    if palette is None:
        return numbers.astype(np.uint32) * 0x010101 if numbers.dtype == np.uint8 else numbers
    return palette[numbers]


def read_numbers(body: bytes) -> tuple[Picture, Picture | None]:
    """The numbers of a picture, shape (height, width), and the colours that belong to them.

    Returns:
        With a palette: uint8 and the palette, 256 packed colours, uint32. Grey values: uint8 or
        uint16 (or int32), and None. Colours: themselves packed, uint32, and None.

    Raises:
        ValueError: it cannot be read, or is too large.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(body)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(f"a picture of {image.width} × {image.height} pixels")
            if image.mode == "P":
                return np.asarray(image), _palette(image.getpalette("RGB") or [])
            if image.mode == "1":
                return np.asarray(image.convert("L")), None
            if image.mode in ("L", "I", "I;16", "I;16B"):
                return np.asarray(image), None
            pixels = np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError,
            Image.DecompressionBombWarning) as error:  # fmt: skip
        raise ValueError(f"is not a picture that can be read ({error})") from None
    whole = pixels[:, :, 0].astype(np.uint32)
    for channel in (1, 2):
        whole <<= 8
        whole |= pixels[:, :, channel]
    return whole, None


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
