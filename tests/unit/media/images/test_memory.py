"""Pictures of 100 megapixels take no more memory than is said."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
import simplejpeg

from .conftest import Peak
from .photographs import exif, photograph

SIDE = 10_000
MEGAPIXELS = SIDE * SIDE / 2**20
#: MiB that the libraries take before anything is decoded.
LIBRARIES = 120
FAST = [cv2.IMWRITE_PNG_COMPRESSION, 1]


def huge() -> np.ndarray:
    """A photograph laid like tiles, RGB."""
    tile = np.asarray(photograph(500, 500))
    return np.tile(tile, (SIDE // 500, SIDE // 500, 1))


def jpeg(orientation: int) -> bytes:
    body: bytes = simplejpeg.encode_jpeg(huge(), 80, colorsubsampling="420")
    block = exif(orientation).tobytes()
    return body[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2) + block + body[2:]


def png(depth: int) -> bytes:
    pixels = huge()[:, :, ::-1]
    if depth == 16:
        pixels = pixels.astype(np.uint16)
        pixels *= 257
    return cv2.imencode(".png", pixels, FAST)[1].tobytes()


HUGE: dict[str, tuple[Callable[[], bytes], int]] = {
    "JPEG": (lambda: jpeg(1), 10),
    "JPEG that is turned": (lambda: jpeg(6), 10),
    "PNG of 8 bits": (lambda: png(8), 10),
    "PNG of 16 bits": (lambda: png(16), 16),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HUGE)
def test_a_hundred_megapixels(name: str, peak: Peak) -> None:
    make, bytes_a_pixel = HUGE[name]
    body = make()
    shown, mib = peak(body, originals=False)
    assert shown == [[SIDE, SIDE, 3]]
    assert mib < LIBRARIES + len(body) / 2**20 + bytes_a_pixel * MEGAPIXELS
