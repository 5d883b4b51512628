"""What COCO's segmentations and boxes say, as points of shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from chalicelib.formats.exporting.source import Frame


class Runs(msgspec.Struct):
    """A mask over a whole image, as run lengths, compressed or not. `size`: height, width."""

    counts: str | list[int]
    size: tuple[int, int]


Segmentation = list[list[float]] | Runs
Kind = Literal["rectangle", "polygon", "mask"]
#: Pixels up to which ten thousandths are counted exactly.
_FAR = 1e6


def geometries(
    segmentation: Segmentation | None, box: list[float] | None, frame: Frame
) -> Sequence[tuple[Kind, list[float]]]:
    """Shapes of an annotation: of its segmentation if it has one, otherwise of its box.

    Polygons that enclose nothing are as good as none.

    Raises:
        ValueError: they are not what COCO has.
    """
    if not segmentation:
        if box is None:
            raise ValueError("has neither a segmentation nor a box")
        return [("rectangle", corners_of(box))]
    if isinstance(segmentation, Runs):
        points = _mask(segmentation, frame) if segmentation.counts else None
        return [("mask", points)] if points is not None else []
    for polygon in segmentation:
        if len(polygon) % 2:
            raise ValueError(f"a polygon of {len(polygon)} numbers")
    # Datasets have polygons of two points and of none.
    polygons = [polygon for polygon in segmentation if len(polygon) >= 6]
    if not polygons and box is not None and all(side > 0 for side in box[2:]):
        return [("rectangle", corners_of(box))]
    return [("polygon", polygon) for polygon in polygons]


def corners_of(box: list[float]) -> list[float]:
    """A box `x, y, width, height` as left, top, right, bottom. Raises ValueError."""
    if len(box) != 4:
        raise ValueError(f"a box of {len(box)} numbers")
    x, y, wide, high = box
    if wide < 0 or high < 0:
        raise ValueError("a box of negative size")
    return [x, y, _neat(x + wide), _neat(y + high)]


def _neat(value: float) -> float:
    """The nearest ten thousandth, as `round` gives it, in a third of its time."""
    return int(value * 1e4 + 0.5) / 1e4 if 0 <= value < _FAR else round(value, 4)


def _mask(runs: Runs, frame: Frame) -> list[float] | None:
    # numpy is needed for masks alone.
    from chalicelib.formats.geometry.masks import from_coco

    height, width = runs.size
    if frame.width and (width, height) != (frame.width, frame.height):
        raise ValueError(
            f"the mask's size {width} × {height} differs from the frame's "
            f"{frame.width} × {frame.height}"
        )
    return from_coco(runs.counts, width, height)
