"""Geometry as fields of datumaro's annotations, both ways."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.annotations.interpolation.positions import CUBOID_NUMBERS, is_spatial
from chalicelib.annotations.model.document import Geometry
from chalicelib.formats.exporting.source import Frame

#: Corners of a cuboid in datumaro's order, as numbers of CVAT's: around the top and back along
#: the bottom, where CVAT goes along the upright edges.
_CORNERS = (0, 6, 4, 2, 7, 5, 3, 1)
#: Digits behind the point that survive a width and its left side being added again.
_DIGITS = 6
#: Visibility of points.
ABSENT, HIDDEN, VISIBLE = 0, 1, 2


def fields_of(geometry: Geometry, frame: Frame) -> dict[str, Any] | None:
    """The type of an annotation and where it is; None if no pixel of a mask is on the frame.

    Skeletons are written elsewhere.
    """
    return _FIELDS[geometry.type](geometry, frame)


def _box(geometry: Geometry, _frame: Frame) -> dict[str, Any]:
    left, top, right, bottom = geometry.points
    return {"type": "bbox", "bbox": [left, top, right - left, bottom - top]}


def _plain(geometry: Geometry, _frame: Frame) -> dict[str, Any]:
    return {"type": geometry.type, "points": geometry.points}


def _points(geometry: Geometry, _frame: Frame) -> dict[str, Any]:
    points = geometry.points
    return {"type": "points", "points": points, "visibility": [VISIBLE] * (len(points) // 2)}


def _ellipse(geometry: Geometry, _frame: Frame) -> dict[str, Any]:
    cx, cy, right, top = geometry.points
    return {"type": "ellipse", "points": [2 * cx - right, top, right, 2 * cy - top]}


def _mask(geometry: Geometry, frame: Frame) -> dict[str, Any] | None:
    # numpy is needed for masks alone.
    from chalicelib.formats.geometry.coco_text import compressed
    from chalicelib.formats.geometry.masks import coco_counts

    counts = coco_counts(geometry.points, frame.width, frame.height)
    if len(counts) < 2:
        return None
    return {
        "type": "mask",
        "rle": {"counts": compressed(counts), "size": [frame.height, frame.width]},
    }


def _cuboid(geometry: Geometry, _frame: Frame) -> dict[str, Any]:
    points = geometry.points
    if is_spatial(geometry):
        position, rotation, scale = points[:3], points[3:6], points[6:9]
        return {
            "type": "cuboid_3d", "position": position, "rotation": rotation, "scale": scale
        }  # fmt: skip
    return {"type": "cuboid_2d", "points": [points[2 * at : 2 * at + 2] for at in _CORNERS]}


_FIELDS: dict[str, Callable[[Geometry, Frame], dict[str, Any] | None]] = {
    "rectangle": _box,
    "polygon": _plain,
    "polyline": _plain,
    "points": _points,
    "ellipse": _ellipse,
    "mask": _mask,
    "cuboid": _cuboid,
}


def box_points(box: Sequence[float]) -> list[float]:
    """Points of a rectangle. Raises ValueError."""
    if len(box) != 4:
        raise ValueError(f"a box of {len(box)} numbers")
    left, top, across, down = box
    if across < 0 or down < 0:
        raise ValueError("a box of negative size")
    return [left, top, round(left + across, _DIGITS), round(top + down, _DIGITS)]


def ellipse_points(box: Sequence[float]) -> list[float]:
    """Points of an ellipse from the box around it. Raises ValueError."""
    if len(box) != 4:
        raise ValueError(f"an ellipse of {len(box)} numbers")
    left, top, right, bottom = box
    return [round((left + right) / 2, _DIGITS), round((top + bottom) / 2, _DIGITS), right, top]


def cuboid_points(corners: Sequence[Sequence[float]]) -> list[float]:
    """Points of a picture's cuboid. Raises ValueError."""
    if len(corners) != len(_CORNERS) or any(len(corner) != 2 for corner in corners):
        raise ValueError("a cuboid has eight corners of two numbers")
    placed = dict(zip(_CORNERS, corners, strict=True))
    return [value for at in range(len(_CORNERS)) for value in placed[at]]


def spatial_points(*parts: Sequence[float]) -> list[float]:
    """Points of a point cloud's cuboid: position, rotation, scale. Raises ValueError."""
    if any(len(part) != 3 for part in parts):
        raise ValueError("position, rotation and scale of a cuboid have three numbers each")
    points = [value for part in parts for value in part]
    return points + [0.0] * (CUBOID_NUMBERS - len(points))
