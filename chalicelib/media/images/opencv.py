"""What Pillow does not open, or would make 8 bits of: deep colours, and TIFF files of floats."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.media.images import deep, tiff
from chalicelib.media.images.deep import Pixels
from chalicelib.media.reading import BytesReader


def values(body: bytes, form: str, page: int) -> npt.NDArray[Any] | None:
    """A PNG picture or a page of a TIFF file as it is stored, None if it is damaged or cut off.

    Returns:
        Shape (height, width), or (height, width, 3 or 4) in the order blue, green, red, alpha;
        pages of TIFF files are upright.
    """
    source = np.frombuffer(body, np.uint8)
    if form == "png":
        return cv2.imdecode(source, cv2.IMREAD_UNCHANGED)
    if tiff.in_planes(BytesReader(body), page):
        return None  # OpenCV reads one plane and leaves the others as it found the memory
    _, found = cv2.imdecodemulti(source, cv2.IMREAD_UNCHANGED, range=(page, page + 1))
    return found[0] if found else None


def rgb(stored: npt.NDArray[Any]) -> Pixels:
    """Such values as a person can see them, shape (height, width, 3)."""
    if stored.ndim == 2:
        return deep.shown(stored)
    return deep.shown(stored[:, :, 2::-1], stored[:, :, 3] if stored.shape[2] == 4 else None)
