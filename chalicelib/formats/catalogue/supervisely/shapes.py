"""What figures of Supervisely are as shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalicelib.annotations.model.document import ShapeType
from chalicelib.formats.catalogue.supervisely.document import Figure, Point, Size
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.target import Target
from chalicelib.formats.report import Report

UNKNOWN = "figure of this type cannot be read"
HOLES = "polygon with holes became a mask"
EMPTY = "mask has no pixels"

#: Shapes that are a row of points, with the fewest of them.
_ROWS: dict[str, tuple[ShapeType, int]] = {
    "polygon": ("polygon", 3), "line": ("polyline", 2), "point": ("points", 1),
}  # fmt: skip


class FigureReader:
    """Makes shapes of figures."""

    def __init__(self, target: Target, report: Report) -> None:
        self._target = target
        self._report = report

    def of(
        self, figure: Figure, frame: Frame, size: Size
    ) -> Iterator[tuple[ShapeType, list[float]]]:
        """Type and points of a figure; nothing of one that is left out. Raises ValueError."""
        kind = figure.geometry_type or figure.shape
        exterior = figure.points.exterior
        if kind == "rectangle":
            yield "rectangle", _box(exterior)
        elif kind == "polygon" and figure.points.interior:
            self._report.convert(HOLES, frame.name)
            yield from self._mask(_without_holes(figure, size), frame)
        elif kind in _ROWS:
            shape, fewest = _ROWS[kind]
            if len(exterior) < fewest:
                raise ValueError(f"a {kind} of {len(exterior)} points")
            yield shape, _flat(exterior)
        elif kind == "bitmap":
            yield from self._mask(_bitmap(figure, size), frame)
        elif kind == "graph":
            if not figure.nodes:
                raise ValueError("a graph without nodes")
            yield "skeleton", []
        else:
            self._report.skip(UNKNOWN, f"{frame.name}: {kind}")

    def _mask(
        self, points: list[float] | None, frame: Frame
    ) -> Iterator[tuple[ShapeType, list[float]]]:
        if points is None:
            self._report.skip(EMPTY, frame.name)
        else:
            yield "mask", points


def _flat(points: Sequence[Point]) -> list[float]:
    return [value for point in points for value in point]


def _box(points: Sequence[Point]) -> list[float]:
    if len(points) != 2:
        raise ValueError(f"a rectangle of {len(points)} points")
    (one, top), (other, bottom) = points
    return [min(one, other), min(top, bottom), max(one, other), max(top, bottom)]


def _bitmap(figure: Figure, size: Size) -> list[float] | None:
    # numpy is needed for masks alone.
    from chalicelib.formats.catalogue.supervisely.bitmaps import decoded

    if figure.bitmap is None:
        raise ValueError("a bitmap without data")
    left, top = figure.bitmap.origin
    return decoded(figure.bitmap.data, left, top, size.width, size.height)


def _without_holes(figure: Figure, size: Size) -> list[float] | None:
    """The pixels of a polygon that are in none of its holes."""
    from chalicelib.formats.geometry.masks import MAX_PIXELS, from_box
    from chalicelib.formats.geometry.raster import of_outline

    if size.width * size.height > MAX_PIXELS:
        raise ValueError(f"a picture of {size.width} × {size.height} pixels")
    rings = [figure.points.exterior, *figure.points.interior]
    if any(len(ring) < 3 for ring in rings):
        raise ValueError("a ring of a polygon has less than three points")
    outer, *holes = (of_outline(_flat(ring), size.width, size.height) for ring in rings)
    if outer is None:
        return None
    left, top, box = outer
    for hole in holes:
        if hole is not None:
            rows, columns = hole.box.shape
            down, right = hole.top - top, hole.left - left
            above, before = max(-down, 0), max(-right, 0)
            target = box[
                max(down, 0) : max(down + rows, 0), max(right, 0) : max(right + columns, 0)
            ]
            cut = hole.box[above : above + target.shape[0], before : before + target.shape[1]]
            target[cut > 0] = 0
    return from_box(left, top, box)
