"""What annotations of datumaro that are no skeletons are as shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.annotations.model.document import ShapeType
from chalicelib.formats.catalogue.datumaro import geometry
from chalicelib.formats.catalogue.datumaro.document import Annotation
from chalicelib.formats.exporting.source import Frame


def numbers(points: list[Any]) -> list[float]:
    """Points as pairs of numbers. Raises ValueError."""
    if len(points) % 2 or not points:
        raise ValueError(f"points of {len(points)} numbers")
    if not all(isinstance(value, int | float) for value in points):
        raise ValueError("points that are no numbers")
    return points


def _mask(annotation: Annotation, frame: Frame) -> list[float] | None:
    from chalicelib.formats.geometry.masks import from_coco

    if annotation.rle is None:
        raise ValueError("a mask without runs")
    height, width = annotation.rle.size
    if frame.width and (width, height) != (frame.width, frame.height):
        raise ValueError(
            f"the mask's size {width} × {height} differs from the frame's "
            f"{frame.width} × {frame.height}"
        )
    return from_coco(annotation.rle.counts, width, height)


def _corners(annotation: Annotation) -> list[float]:
    if not all(isinstance(corner, list) for corner in annotation.points):
        raise ValueError("a cuboid has eight corners of two numbers")
    return geometry.cuboid_points(annotation.points)


def _spatial(one: Annotation) -> list[float]:
    return geometry.spatial_points(one.position, one.rotation, one.scale)


#: Type and points by type of annotation; None of a mask without pixels. All raise ValueError.
SHAPES: dict[str, Callable[[Annotation, Frame], tuple[ShapeType, list[float] | None]]] = {
    "bbox": lambda one, _: ("rectangle", geometry.box_points(one.bbox)),
    "polygon": lambda one, _: ("polygon", numbers(one.points)),
    "polyline": lambda one, _: ("polyline", numbers(one.points)),
    "points": lambda one, _: ("points", numbers(one.points)),
    "ellipse": lambda one, _: ("ellipse", geometry.ellipse_points(numbers(one.points))),
    "mask": lambda one, frame: ("mask", _mask(one, frame)),
    "cuboid_2d": lambda one, _: ("cuboid", _corners(one)),
    "cuboid_3d": lambda one, _: ("cuboid", _spatial(one)),
}
