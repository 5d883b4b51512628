"""Masks: CVAT's row-wise runs inside a box, COCO's column-wise runs of the whole image.

A mask of the annotation document is `[run, run, …, left, top, right, bottom]`: runs alternate
between clear and set pixels, beginning with clear ones, row by row inside the box, whose sides are
inclusive pixel coordinates. Nothing here makes more pixels than are in the box.

    counts = coco_counts(mask.points, frame.width, frame.height)    # [12, 3, …]
    text = coco_text.compressed(counts)
    points = from_coco(text, frame.width, frame.height)
    points = from_box(*raster(polygon, frame.width, frame.height))  # any shape becomes a mask
    for value, points in masks_of(picture): ...                     # a picture of numbers
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np

from chalicelib.annotations.model.document import Shape
from chalicelib.formats.geometry.coco_text import decompressed

#: Pixels of the largest image whose mask is read.
MAX_PIXELS = 1 << 28

Picture = np.ndarray[Any, Any]


def bitmap(points: Sequence[float]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The pixels of a mask's box, uint8 of 0 and 1, shape (height, width)."""
    left, top, right, bottom = map(int, points[-4:])
    runs = np.asarray(points[:-4], np.int64)
    values = np.arange(len(runs), dtype=np.uint8) & 1
    return np.repeat(values, runs).reshape(bottom - top + 1, right - left + 1)


def coco_counts(points: Sequence[float], width: int, height: int) -> list[int]:
    """A mask as COCO's uncompressed run lengths over an image of `width` × `height`."""
    left, top = int(points[-4]), int(points[-3])
    return coco_counts_of_box(left, top, bitmap(points), width, height)


def coco_counts_of_box(left: int, top: int, box: Picture, width: int, height: int) -> list[int]:
    """The same of pixels of 0 and 1, shape (height, width), that begin at `left`, `top`."""
    box = box[max(-top, 0) : max(height - top, 0), max(-left, 0) : max(width - left, 0)]
    left, top = max(left, 0), max(top, 0)
    rows, columns = box.shape
    # A clear pixel after each column, so that runs end there.
    padded = np.zeros((columns, rows + 1), np.int8)
    padded[:, :-1] = box.T
    edges = np.flatnonzero(np.diff(padded.reshape(-1), prepend=np.int8(0)))
    column, row = np.divmod(edges, rows + 1)
    places = (column + left) * height + row + top
    if rows == height:
        # What reaches the last row goes on in the first of the next column.
        joined = np.flatnonzero(places[1:-1:2] == places[2::2]) * 2 + 1
        places = np.delete(places, np.concatenate((joined, joined + 1)))
    total = width * height
    ends = [total] if not places.size or places[-1] < total else []
    found: list[int] = np.diff(np.concatenate(([0], places, ends))).astype(np.int64).tolist()
    return found


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
    ends = np.cumsum(np.asarray(runs, np.int64))
    starts, ends = ends[:-1:2], ends[1::2]
    kept = ends > starts
    starts, ends = starts[kept], ends[kept]
    if not starts.size:
        return None
    first, row = np.divmod(starts, height)
    last, end_row = np.divmod(ends - 1, height)
    left, right = first[0], last[-1]
    top, bottom = (0, height - 1) if (last > first).any() else (row.min(), end_row.max())
    rows = bottom - top + 1
    places = (first - left) * rows + row - top
    edges = np.stack((places, places + ends - starts), axis=1).reshape(-1)
    lengths = np.diff(edges, prepend=0, append=rows * (right - left + 1))
    box = np.repeat(np.arange(len(lengths), dtype=np.uint8) & 1, lengths)
    return from_box(int(left), int(top), box.reshape(-1, rows).T)


def from_bitmap(whole: Picture) -> list[float] | None:
    """A mask from pixels of a whole image, shape (height, width); None if none is set."""
    return from_box(0, 0, whole)


def from_box(left: int, top: int, box: Picture) -> list[float] | None:
    """A mask from pixels, shape (height, width), that begin at `left`, `top`; None if all clear."""
    rows, columns = np.flatnonzero(box.any(axis=1)), np.flatnonzero(box.any(axis=0))
    if not rows.size:
        return None
    tight = box[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    flat = np.ascontiguousarray(tight, np.bool_).reshape(-1)
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    sides = (left + columns[0], top + rows[0], left + columns[-1], top + rows[-1])
    return _points(np.diff(edges, prepend=0, append=flat.size), bool(flat[0]), sides)


def masks_of(picture: Picture, background: int = 0) -> Iterator[tuple[int, list[float]]]:
    """A mask for each value in a picture of whole numbers, shape (height, width), ascending.

    It is gone through once, however many values there are.
    """
    height, width = picture.shape
    begins = np.ones((height, width), np.bool_)
    np.not_equal(picture[:, 1:], picture[:, :-1], out=begins[:, 1:])
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], height * width)
    values = picture.reshape(-1)[starts]
    kept = values != background
    starts, ends, values = starts[kept], ends[kept], values[kept]
    order = np.argsort(values, kind="stable")
    starts, ends, values = starts[order], ends[order], values[order]
    bounds = np.flatnonzero(values[1:] != values[:-1]) + 1
    for low, high in zip((0, *bounds), (*bounds, len(values)), strict=True):
        if low < high:
            yield int(values[low]), _of_rows(starts[low:high], ends[low:high], width)


def _of_rows(starts: Picture, ends: Picture, width: int) -> list[float]:
    """A mask of stretches of rows, given by pixels numbered through the picture."""
    row, column = np.divmod(starts, width)
    left, top, bottom = int(column.min()), int(row[0]), int(row[-1])
    right = int((column + ends - starts).max()) - 1
    across = right - left + 1
    places = (row - top) * across + column - left
    edges = np.stack((places, places + ends - starts), axis=1).reshape(-1)
    if len(edges) > 2:
        joined = np.flatnonzero(edges[1:-1:2] == edges[2::2]) * 2 + 1
        edges = np.delete(edges, np.concatenate((joined, joined + 1)))
    runs = np.diff(edges, prepend=0, append=across * (bottom - top + 1))
    if runs[-1] == 0:
        runs = runs[:-1]
    return [*map(float, runs.tolist()), *map(float, (left, top, right, bottom))]


def mask_as_polygons(shape: Shape) -> tuple[list[Shape], bool]:
    """The outer contours of a mask as polygons, and whether there are holes in them.

    Contours of fewer than three points are dropped, as CVAT does.
    """
    import cv2

    left, top = shape.points[-4], shape.points[-3]
    contours, within = cv2.findContours(
        bitmap(shape.points), cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE
    )
    polygons: list[Shape] = []
    holes = False
    for contour, (_, _, _, around) in zip(contours, within[0] if contours else (), strict=True):
        holes = holes or around >= 0
        if around >= 0 or len(contour) < 3:
            continue
        points = contour.reshape(-1, 2).astype(float) + np.array([left, top])
        polygons.append(
            msgspec.structs.replace(shape, type="polygon", points=points.reshape(-1).tolist())
        )
    return polygons, bool(holes)


def _points(lengths: Picture, begins_set: bool, sides: tuple[int, int, int, int]) -> list[float]:
    """A mask of runs, the first of which may be of set pixels, and a box."""
    runs = [0.0] if begins_set else []
    return [*runs, *map(float, lengths.tolist()), *map(float, sides)]
