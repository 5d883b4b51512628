"""Masks: CVAT's row-wise runs inside a box, COCO's column-wise runs of the whole image.

A mask of the annotation document is `[run, run, …, left, top, right, bottom]`: runs alternate
between clear and set pixels, beginning with clear ones, row by row inside the box, whose sides are
inclusive pixel coordinates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from chalicelib.annotations.model.document import Shape

#: Pixels of the largest image whose mask is read.
MAX_PIXELS = 1 << 28
#: Bits of a compressed run, which is shorter than such an image.
RUN_BITS = 35


def bitmap(points: Sequence[float]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The pixels of a mask's box, uint8 of 0 and 1, shape (height, width)."""
    *runs, left, top, right, bottom = map(int, points)
    values = np.arange(len(runs), dtype=np.uint8) & 1
    flat = np.repeat(values, runs)
    return flat.reshape(bottom - top + 1, right - left + 1)


def coco_counts(points: Sequence[float], width: int, height: int) -> list[int]:
    """A mask as COCO's uncompressed run lengths over an image of `width` × `height`."""
    left, top = int(points[-4]), int(points[-3])
    box = bitmap(points)
    whole = np.zeros((height, width), np.uint8)
    target = whole[top : top + box.shape[0], left : left + box.shape[1]]
    target[:] = box[: target.shape[0], : target.shape[1]]
    return _runs(whole.T.reshape(-1))


def from_coco(counts: str | Sequence[int], width: int, height: int) -> list[float] | None:
    """A mask from COCO's run lengths, compressed or not; None if no pixel is set.

    Raises:
        ValueError: the runs do not fill the image.
    """
    runs = decompressed(counts) if isinstance(counts, str) else list(counts)
    if not 0 < width * height <= MAX_PIXELS:
        raise ValueError(f"a mask of {width} × {height} pixels cannot be read")
    if any(run < 0 for run in runs) or sum(runs) != width * height:
        raise ValueError("the mask's runs do not fill its image")
    values = np.arange(len(runs), dtype=np.uint8) & 1
    whole = np.repeat(values, runs).reshape(width, height).T
    return from_bitmap(whole)


def from_bitmap(whole: np.ndarray[Any, Any]) -> list[float] | None:
    """A mask from pixels of a whole image, shape (height, width); None if none is set."""
    rows, columns = np.flatnonzero(whole.any(axis=1)), np.flatnonzero(whole.any(axis=0))
    if not rows.size:
        return None
    top, bottom, left, right = rows[0], rows[-1], columns[0], columns[-1]
    box = np.ascontiguousarray(whole[top : bottom + 1, left : right + 1]).reshape(-1)
    return [float(value) for value in (*_runs(box), left, top, right, bottom)]


def decompressed(text: str) -> list[int]:
    """Run lengths from COCO's text: 5 bits a character, each run from the fourth on a difference.

    Source of the scheme: `rleFrString` of the COCO API.

    Raises:
        ValueError: the text ends within a number or has a character that is not used.
    """
    runs: list[int] = []
    value = shift = 0
    for character in text:
        code = ord(character) - 48
        if not 0 <= code < 64:
            raise ValueError(f'character "{character}" in a compressed mask')
        value |= (code & 0x1F) << shift
        shift += 5
        if shift > RUN_BITS:
            raise ValueError("a run of a compressed mask is too long")
        if code & 0x20:
            continue
        if code & 0x10:
            value -= 1 << shift
        runs.append(value + (runs[-2] if len(runs) > 2 else 0))
        value = shift = 0
    if shift:
        raise ValueError("a compressed mask ends too early")
    return runs


def mask_as_polygons(shape: Shape) -> list[Shape]:
    """The outer contours of a mask as polygons, in one group if there are several.

    Contours of fewer than three points are dropped, as CVAT does.
    """
    import cv2

    left, top = shape.points[-4], shape.points[-3]
    contours, _ = cv2.findContours(bitmap(shape.points), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    polygons = []
    for contour in contours:
        if len(contour) < 3:
            continue
        points = contour.reshape(-1, 2).astype(float) + np.array([left, top])
        polygons.append(
            msgspec.structs.replace(shape, type="polygon", points=points.reshape(-1).tolist())
        )
    return polygons


def _runs(flat: np.ndarray[Any, Any]) -> list[int]:
    """Run lengths beginning with clear pixels."""
    changes = np.flatnonzero(np.diff(flat)) + 1
    edges = np.concatenate(([0], changes, [flat.size]))
    lengths = np.diff(edges).tolist()
    return [0, *lengths] if flat.size and flat[0] else lengths
