"""Photographs that tests upload, and what comes back as pixels."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from PIL import Image, ImageOps

from .conftest import package_file


@cache
def photographs(count: int = 5) -> dict[str, bytes]:
    """Small photographs, some of them turned by Exif."""
    found = {}
    with Image.open(package_file("skimage", "data", "rocket.jpg")) as rocket:
        for number in range(count):
            exif = Image.Exif()
            exif[0x0112] = 6 if number == 1 else 1
            sink = io.BytesIO()
            rocket.resize((64 + 8 * number, 48)).save(sink, "JPEG", exif=exif)
            found[f"img{number}.jpg"] = sink.getvalue()
    return found


def picture(body: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(body)) as opened:
        return np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))
