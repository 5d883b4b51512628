"""Places of shapes as Label Studio has them, in hundredths of the image's width and height.

A rectangle is turned about its top left corner there, about its middle here; so its corner is
where the turned one is.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians, sin

#: Numbers of an image's width and height that make a hundredth.
WHOLE = 100


def rectangle_text(points: Sequence[float], rotation: float, width: int, height: int) -> str:
    """A rectangle as members of an object of JSON."""
    left, top, right, bottom = points
    if rotation:
        (left, top), (right, bottom) = _about_corner(left, top, right, bottom, rotation)
    return (
        f'"x":{_part(left, width)},"y":{_part(top, height)},'
        f'"width":{_part(right - left, width)},"height":{_part(bottom - top, height)},'
        f'"rotation":{rotation}'
    )


def ellipse_text(points: Sequence[float], rotation: float, width: int, height: int) -> str:
    """An ellipse as members of an object of JSON."""
    cx, cy, right, top = points
    return (
        f'"x":{_part(cx, width)},"y":{_part(cy, height)},'
        f'"radiusX":{_part(right - cx, width)},"radiusY":{_part(cy - top, height)},'
        f'"rotation":{rotation}'
    )


def polygon_text(points: Sequence[float], width: int, height: int) -> str:
    """A polygon as members of an object of JSON."""
    pairs = zip(points[::2], points[1::2], strict=True)
    listed = ",".join([f"[{_part(x, width)},{_part(y, height)}]" for x, y in pairs])
    return f'"points":[{listed}],"closed":true'


def point_text(x: float, y: float, width: int, height: int) -> str:
    """A point as members of an object of JSON."""
    # The width is that of the dot on the screen.
    return f'"x":{_part(x, width)},"y":{_part(y, height)},"width":0.5'


def rectangle(
    x: float, y: float, wide: float, high: float, rotation: float, width: int, height: int
) -> list[float]:
    """Left, top, right and bottom of a rectangle before it is turned about its middle."""
    left, top = _pixels(x, width), _pixels(y, height)
    across, down = _pixels(wide, width), _pixels(high, height)
    if rotation:
        cosine, sine = cos(radians(rotation)), sin(radians(rotation))
        cx = left + (across * cosine - down * sine) / 2
        cy = top + (across * sine + down * cosine) / 2
        left, top = cx - across / 2, cy - down / 2
    return [_rounded(one) for one in (left, top, left + across, top + down)]


def ellipse(x: float, y: float, wide: float, high: float, width: int, height: int) -> list[float]:
    """Middle, right side and top side of an ellipse of these half axes."""
    cx, cy = _pixels(x, width), _pixels(y, height)
    right, top = cx + _pixels(wide, width), cy - _pixels(high, height)
    return [_rounded(one) for one in (cx, cy, right, top)]


def pixels(pairs: Sequence[tuple[float, float]], width: int, height: int) -> list[float]:
    """Flat x, y pairs in pixels."""
    return [_rounded(one) for x, y in pairs for one in (_pixels(x, width), _pixels(y, height))]


def _about_corner(
    left: float, top: float, right: float, bottom: float, rotation: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the top left corner is after the turn, and the opposite one before it from there."""
    cosine, sine = cos(radians(rotation)), sin(radians(rotation))
    across, down = right - left, bottom - top
    x = (left + right) / 2 - (across * cosine - down * sine) / 2
    y = (top + bottom) / 2 - (across * sine + down * cosine) / 2
    return (x, y), (x + across, y + down)


def _part(place: float, size: int) -> str:
    return f"{place * WHOLE / (size or 1):.8f}"


def _pixels(part: float, size: int) -> float:
    return part * size / WHOLE


def _rounded(place: float) -> float:
    return round(place, 3)
