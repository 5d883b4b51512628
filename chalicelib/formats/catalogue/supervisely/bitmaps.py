"""Masks as Supervisely packs them: a PNG of their box, compressed once more, as base64."""

from __future__ import annotations

import base64
import binascii
import io
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from chalicelib.formats.geometry.masks import MAX_PIXELS, bitmap, from_box
from chalicelib.formats.geometry.png import grey
from chalicelib.formats.geometry.whole_pictures import whole_pictures

#: Bytes of the largest PNG.
MAX_BYTES = 256 << 20


def encoded(points: Sequence[float]) -> tuple[str, int, int]:
    """The text of a mask, and left and top of its box."""
    packed = zlib.compress(grey(bitmap(points) * np.uint8(255)))
    return base64.b64encode(packed).decode(), int(points[-4]), int(points[-3])


def decoded(data: str, left: int, top: int, width: int, height: int) -> list[float] | None:
    """The mask of a text; None if no pixel of it is on a frame of `width` × `height`.

    Raises:
        ValueError: it is damaged or too large.
    """
    try:
        packed = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a bitmap that is not base64") from None
    pixels = _pixels(_unpacked(packed))
    pixels = pixels[max(-top, 0) : max(height - top, 0), max(-left, 0) : max(width - left, 0)]
    return from_box(max(left, 0), max(top, 0), pixels) if pixels.size else None


def _unpacked(packed: bytes) -> bytes:
    """A PNG; old projects have it uncompressed."""
    if packed.startswith(b"\x89PNG"):
        return packed
    inflate = zlib.decompressobj()
    try:
        body = inflate.decompress(packed, MAX_BYTES)
    except zlib.error as error:
        raise ValueError(f"a bitmap that cannot be unpacked ({error})") from None
    if inflate.unconsumed_tail:
        raise ValueError(f"a bitmap of more than {MAX_BYTES >> 20} MB")
    return body


def _pixels(body: bytes) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which pixels are set: those that are not transparent, or where nothing is, not black."""
    from PIL import Image, UnidentifiedImageError

    try:
        with whole_pictures(), Image.open(io.BytesIO(body), formats=["PNG"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(f"a bitmap of {image.width} × {image.height} pixels")
            if image.mode in ("RGBA", "LA"):
                return np.asarray(image.getchannel("A")) > 0
            if "transparency" in image.info:
                return np.asarray(image.convert("RGBA").getchannel("A")) > 0
            values: np.ndarray[Any, Any] = np.asarray(image)
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError,
            Image.DecompressionBombWarning) as error:  # fmt: skip
        raise ValueError(f"a bitmap that is no PNG ({error})") from None
    found: np.ndarray[Any, np.dtype[np.bool_]]
    found = (values if values.ndim == 2 else values.max(axis=2)) > 0
    return found
