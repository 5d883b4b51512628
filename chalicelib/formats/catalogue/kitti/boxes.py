"""Lines of `label_2`: a box each, both ways.

Columns: type, truncated, occluded, alpha, left, top, right, bottom, three extents, three places and
the turn of a body, and (of results) a score. Numbers about bodies are -1, as CVAT writes them.
"""

from __future__ import annotations

from math import isfinite

import msgspec

from chalicelib.formats.exporting.contents import ObjectOnFrame
from chalicelib.formats.labels import LabelSpec, named_values

#: Columns without and with a score.
COLUMNS = (15, 16)
TRUNCATED = "truncated"


class Box(msgspec.Struct):
    """A line. `points`: left, top, right, bottom."""

    label: str
    truncated: bool
    occluded: bool
    points: list[float]
    score: float


def line_of(item: ObjectOnFrame, label: LabelSpec, name: str) -> str:
    """The line of a rectangle, which must not be turned.

    Args:
        name: of the label, without spaces.
    """
    geometry = item.geometry
    left, top, right, bottom = geometry.points
    truncated = any(
        spec.name == TRUNCATED and value.lower() in ("true", "1")
        for spec, value in named_values(label, geometry.attributes)
    )
    return (
        f"{name} {float(truncated)} {geometry.occluded:d} -1 {left:.2f} {top:.2f} "
        f"{right:.2f} {bottom:.2f} -1 -1 -1 -1 -1 -1 -1 {item.score}\n"
    )


def parsed(line: str) -> Box:
    """A line. Raises ValueError."""
    words = line.split()
    if len(words) not in COLUMNS:
        raise ValueError(f"{len(words)} columns where 15 or 16 are expected")
    truncated, occluded, *_ = numbers = [float(word) for word in words[1:]]
    if not all(map(isfinite, numbers)):
        raise ValueError("a number that is not finite")
    points = numbers[3:7]
    if points[0] > points[2] or points[1] > points[3]:
        raise ValueError("a box that ends before it begins")
    score = numbers[14] if len(numbers) > 14 else 1.0
    return Box(words[0], truncated > 0, occluded > 0, points, min(max(score, 0.0), 1.0))
