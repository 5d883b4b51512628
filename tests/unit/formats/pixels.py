"""Pixels of shapes, and archives that hold them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from chalicelib.annotations.model.document import Shape
from chalicelib.formats.geometry.masks import from_bitmap
from chalicelib.formats.geometry.raster import raster
from tests.unit.formats.sample import HEIGHT, WIDTH


def seen(
    shapes: list[Shape], width: int = 640, height: int = 480, *, by_label: bool = False
) -> list[tuple[int, Any]]:
    """What can be seen of shapes on one frame, as masks with their labels.

    `by_label`: all pixels of a label are one mask.
    """
    numbers = np.zeros((height, width), np.int32)
    ordered = sorted(shapes, key=lambda shape: shape.z_order)
    for number, shape in enumerate(ordered, 1):
        found = raster(shape, width, height)
        if found is not None:
            rows, columns = found.box.shape
            target = numbers[found.top : found.top + rows, found.left : found.left + columns]
            target[found.box == 1] = shape.label_id if by_label else number
    labels = {one.label_id: one.label_id for one in ordered} if by_label else dict(
        enumerate((one.label_id for one in ordered), 1)
    )  # fmt: skip
    masks = ((label, from_bitmap(numbers == n)) for n, label in sorted(labels.items()))
    return [(label, mask) for label, mask in masks if mask is not None]


def unpacked(body: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        archive.extractall(folder)
    return folder


def merged(*shapes: Shape) -> Any:
    whole = np.zeros((HEIGHT, WIDTH), np.uint8)
    for shape in shapes:
        found = raster(shape, WIDTH, HEIGHT)
        assert found is not None
        rows, columns = found.box.shape
        whole[found.top : found.top + rows, found.left : found.left + columns] |= found.box
    return from_bitmap(whole)


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return packed.getvalue()


def has_masks(body: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return any(name.endswith(".png") for name in archive.namelist())
