"""Tracks of every kind, drawn by Hypothesis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from chalicelib.annotations.model.document import (
    AttributeValue,
    ShapeType,
    SubTrack,
    Track,
    TrackedShape,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

LAST = 40

# Whole numbers make ties, where implementations are likeliest to differ.
coordinates = st.one_of(
    st.integers(0, 20).map(float), st.floats(-1e4, 1e4), st.sampled_from([0.0, 1e-9, 100.0])
)
angles = st.one_of(
    st.floats(0, 360), st.integers(0, 24).map(lambda n: n * 15.0), st.just(math.nextafter(360, 0))
)
radians = st.one_of(
    st.floats(-2 * math.pi, 2 * math.pi), st.integers(-8, 8).map(lambda n: n * math.pi / 4)
)


def numbers(count: int) -> st.SearchStrategy[list[float]]:
    """Coordinates."""
    return st.lists(coordinates, min_size=count, max_size=count)


def _path(least: int) -> st.SearchStrategy[list[float]]:
    return st.integers(least, 9).flatmap(lambda count: numbers(2 * count))


@st.composite
def spatial(draw: st.DrawFn) -> list[float]:
    """Cuboids of point clouds."""
    turned = draw(st.lists(radians, min_size=3, max_size=3))
    return [*draw(numbers(3)), *turned, *draw(numbers(3)), *[0.0] * 7]


PLACES: dict[str, tuple[ShapeType, st.SearchStrategy[list[float]]]] = {
    "rectangle": ("rectangle", numbers(4)),
    "ellipse": ("ellipse", numbers(4)),
    "polygon": ("polygon", _path(3)),
    "polyline": ("polyline", _path(2)),
    "points": ("points", _path(1)),
    "point": ("points", numbers(2)),
    "mask": ("mask", st.just([0.0, 4, 1, 1, 2, 2])),
    "cuboid": ("cuboid", numbers(16)),
    "cuboid of a point cloud": ("cuboid", spatial()),
}


@st.composite
def keyframes(
    draw: st.DrawFn, kind: ShapeType, places: st.SearchStrategy[list[float]]
) -> list[TrackedShape]:
    """Keyframes in any order."""
    frames = draw(st.lists(st.integers(0, LAST), min_size=1, max_size=5, unique=True))
    return [
        TrackedShape(
            type=kind,
            frame=frame,
            points=draw(places),
            rotation=draw(angles),
            occluded=draw(st.booleans()),
            outside=draw(st.booleans()),
            z_order=draw(st.integers(-3, 3)),
            attributes=[
                AttributeValue(spec, draw(st.sampled_from(["a", "b"])))
                for spec in draw(st.sets(st.integers(1, 3)))
            ],
        )
        for frame in frames
    ]


@st.composite
def tracks(draw: st.DrawFn, kinds: Sequence[str] = (*PLACES, "skeleton")) -> Track:
    """Tracks of the kinds named, skeletons with elements of every other kind."""
    name = draw(st.sampled_from(kinds))
    kind, places = PLACES.get(name, ("skeleton", st.just([])))
    shapes = draw(keyframes(kind, places))
    elements = []
    if name == "skeleton":
        for label in range(11, 11 + draw(st.integers(1, 3))):
            sub_kind, sub_places = PLACES[draw(st.sampled_from(sorted(PLACES)))]
            parts = draw(keyframes(sub_kind, sub_places))
            first = min(part.frame for part in parts)
            elements.append(SubTrack(frame=first, label_id=label, shapes=parts))
    return Track(
        frame=min(shape.frame for shape in shapes), label_id=1, shapes=shapes, elements=elements
    )
