"""Geometry as attributes of CVAT's XML elements, both ways. Coordinates have two decimals."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from chalicelib.annotations.model.document import Geometry, ShapeType

#: Element of each shape.
TAGS: dict[ShapeType, str] = {
    "rectangle": "box",
    "polygon": "polygon",
    "polyline": "polyline",
    "points": "points",
    "ellipse": "ellipse",
    "cuboid": "cuboid",
    "mask": "mask",
    "skeleton": "skeleton",
}
TYPES: dict[str, ShapeType] = {tag: kind for kind, tag in TAGS.items()}

_CUBOID = tuple(
    f"{axis}{corner}{face}" for face in "12" for corner in ("tl", "bl", "tr", "br") for axis in "xy"
)


def geometry_text(geometry: Geometry) -> str:
    """Coordinates and rotation of a shape as attributes, in CVAT's order, each after a space."""
    text = _WRITERS[geometry.type](geometry.points)
    if geometry.rotation and geometry.type in ("rectangle", "ellipse"):
        return f'{text} rotation="{geometry.rotation:.2f}"'
    return text


def _write_box(points: Sequence[float]) -> str:
    left, top, right, bottom = points
    return f' xtl="{left:.2f}" ytl="{top:.2f}" xbr="{right:.2f}" ybr="{bottom:.2f}"'


def _write_cuboid(points: Sequence[float]) -> str:
    named = zip(_CUBOID, points, strict=True)
    return "".join([f' {name}="{value:.2f}"' for name, value in named])


def _write_ellipse(points: Sequence[float]) -> str:
    cx, cy, right, top = points
    return f' cx="{cx:.2f}" cy="{cy:.2f}" rx="{right - cx:.2f}" ry="{cy - top:.2f}"'


def _write_points(points: Sequence[float]) -> str:
    pairs = zip(points[::2], points[1::2], strict=True)
    return f' points="{";".join([f"{x:.2f},{y:.2f}" for x, y in pairs])}"'


def _write_mask(points: Sequence[float]) -> str:
    *runs, left, top, right, bottom = map(int, points)
    return (
        f' rle="{", ".join(map(str, runs))}" left="{left}" top="{top}"'
        f' width="{right - left + 1}" height="{bottom - top + 1}"'
    )


def _write_skeleton(_points: Sequence[float]) -> str:
    return ""


def read_points(tag: str, attributes: Mapping[str, str]) -> list[float]:
    """Points of an element.

    Raises:
        KeyError: an attribute is missing.
        ValueError: an attribute is no number.
    """
    return _READERS[tag](attributes)


def number(text: str) -> float:
    """A finite number. Raises ValueError."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f'"{text}" is not a finite number')
    return value


def finite(values: list[float]) -> list[float]:
    """The same. Raises ValueError if one of them is not finite."""
    if not math.isfinite(sum(values)):
        raise ValueError(f"{values} are not finite numbers")
    return values


def _read_box(attributes: Mapping[str, str]) -> list[float]:
    left, top = float(attributes["xtl"]), float(attributes["ytl"])
    right, bottom = float(attributes["xbr"]), float(attributes["ybr"])
    return finite([left, top, right, bottom])


def _read_cuboid(attributes: Mapping[str, str]) -> list[float]:
    return finite([float(attributes[name]) for name in _CUBOID])


def _read_ellipse(attributes: Mapping[str, str]) -> list[float]:
    cx, cy, rx, ry = finite([float(attributes[name]) for name in ("cx", "cy", "rx", "ry")])
    return [cx, cy, round(cx + rx, 2), round(cy - ry, 2)]


def _read_points(attributes: Mapping[str, str]) -> list[float]:
    points: list[float] = []
    for pair in attributes["points"].split(";"):
        x, comma, y = pair.partition(",")
        if not comma:
            raise ValueError(f'"{pair}" is not a pair of coordinates')
        points += (float(x), float(y))
    return finite(points)


def _read_mask(attributes: Mapping[str, str]) -> list[float]:
    left, top, width, height = (
        int(attributes[name]) for name in ("left", "top", "width", "height")
    )
    runs = [float(run) for run in map(int, attributes["rle"].split(","))]
    if min(runs) < 0 or sum(runs) != width * height:
        raise ValueError("its runs do not fill its box")
    return [*runs, left, top, left + width - 1, top + height - 1]


def _read_skeleton(_attributes: Mapping[str, str]) -> list[float]:
    return []


_WRITERS: dict[str, Callable[[Sequence[float]], str]] = {
    "rectangle": _write_box,
    "polygon": _write_points,
    "polyline": _write_points,
    "points": _write_points,
    "ellipse": _write_ellipse,
    "cuboid": _write_cuboid,
    "mask": _write_mask,
    "skeleton": _write_skeleton,
}
_READERS: dict[str, Callable[[Mapping[str, str]], list[float]]] = {
    "box": _read_box,
    "polygon": _read_points,
    "polyline": _read_points,
    "points": _read_points,
    "ellipse": _read_ellipse,
    "cuboid": _read_cuboid,
    "mask": _read_mask,
    "skeleton": _read_skeleton,
}
