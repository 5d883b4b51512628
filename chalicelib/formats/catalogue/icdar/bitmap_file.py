"""BMP files of 24 bits: rows from the bottom up, blue, green, red, padded to four bytes.

Layout: BITMAPFILEHEADER and BITMAPINFOHEADER of the Windows API.
"""

from __future__ import annotations

import io
import struct
import warnings
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from chalicelib.formats.geometry.masks import MAX_PIXELS
from chalicelib.formats.geometry.whole_pictures import whole_pictures

Colors = np.ndarray[Any, np.dtype[np.uint8]]
Packed = np.ndarray[Any, np.dtype[np.uint32]]

HEADERS = 14 + 40


def bmp(numbers: np.ndarray[Any, Any], colors: Colors) -> bytes:
    """A picture as a file.

    Args:
        numbers: of the colour of each pixel, shape (height, width).
        colors: red, green and blue of each number, shape (n, 3).
    """
    height, width = numbers.shape
    rows = np.zeros((height, (width * 3 + 3) // 4 * 4), np.uint8)
    rows[:, : width * 3] = colors[:, ::-1][numbers[::-1]].reshape(height, -1)
    size = HEADERS + rows.size
    head = struct.pack("<2sIHHI", b"BM", size, 0, 0, HEADERS)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, rows.size, 2835, 2835, 0, 0)
    return head + info + rows.tobytes()


def read_colors(body: bytes, width: int, height: int) -> Packed:
    """The colours of a picture as numbers `0xRRGGBB`, shape (height, width).

    Raises:
        ValueError: it is no picture, or of another size.
    """
    try:
        with warnings.catch_warnings(), whole_pictures():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=("BMP", "PNG")) as picture:
                if picture.size != (width, height) or width * height > MAX_PIXELS:
                    across, down = picture.size
                    raise ValueError(
                        f"has {across} × {down} pixels, the image has {width} × {height}"
                    )
                colors = np.asarray(picture.convert("RGB"), np.uint32)
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"is not a complete picture ({error})") from None
    red, green, blue = colors[..., 0], colors[..., 1], colors[..., 2]
    packed: Packed = red * np.uint32(1 << 16) + green * np.uint32(1 << 8) + blue
    return packed
