"""Documents that a format can hold, for hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from chalicelib.annotations.model.document import (
    AttributeValue,
    Document,
    Shape,
    ShapeType,
    Tag,
    Track,
    TrackedShape,
)
from tests.unit.formats.datasets import CAT, DOG

#: What XML and JSON can both hold; a lone carriage return is not among it.
text = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufffe\uffff"),
    max_size=8,
)
hundredths = st.integers(0, 48000).map(lambda value: value / 100)
frames = st.integers(0, 2)


def pairs(least: int, most: int = 6) -> st.SearchStrategy[list[float]]:
    return st.lists(st.tuples(hundredths, hundredths), min_size=least, max_size=most).map(
        lambda points: [value for point in points for value in point]
    )


@st.composite
def boxes(draw: st.DrawFn) -> list[float]:
    xs, ys = (sorted(draw(st.tuples(hundredths, hundredths))) for _ in "xy")
    return [xs[0], ys[0], round(xs[1] + 0.25, 2), round(ys[1] + 0.25, 2)]


@st.composite
def ellipses(draw: st.DrawFn) -> list[float]:
    cx, cy, rx, ry = draw(st.tuples(hundredths, hundredths, hundredths, hundredths))
    return [cx, cy, round(cx + rx, 2), round(cy - ry, 2)]


@st.composite
def masks(draw: st.DrawFn) -> list[float]:
    width, height = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    left, top = draw(st.integers(0, 640 - width)), draw(st.integers(0, 480 - height))
    bits = draw(st.lists(st.booleans(), min_size=width * height, max_size=width * height))
    # A mask's box fits it, so its corners are set.
    bits[0] = bits[-1] = True
    runs, value = [0], False
    for bit in bits:
        if bit != value:
            runs.append(0)
            value = bit
        runs[-1] += 1
    return [float(number) for number in (*runs, left, top, left + width - 1, top + height - 1)]


POINTS: dict[ShapeType, st.SearchStrategy[list[float]]] = {
    "rectangle": boxes(),
    "polygon": pairs(3),
    "polyline": pairs(2),
    "points": pairs(1),
    "ellipse": ellipses(),
    "mask": masks(),
    "cuboid": pairs(8, 8),
}


@st.composite
def values(draw: st.DrawFn, label_id: int, *, mutable: bool | None = None) -> list[AttributeValue]:
    label = {CAT.id: CAT, DOG.id: DOG}[label_id]
    given: dict[int, st.SearchStrategy[str]] = {
        100: st.sampled_from(["true", "false"]),
        101: st.integers(0, 30).map(str),
        102: text,
    }
    return [
        AttributeValue(spec.id, draw(given[spec.id]))
        for spec in label.attributes
        if mutable is None or spec.mutable == mutable
    ]


@st.composite
def geometry(draw: st.DrawFn, kind: ShapeType, *, z_order: bool) -> dict[str, Any]:
    turned = kind in ("rectangle", "ellipse")
    degrees = st.integers(0, 35999).map(lambda value: value / 100)
    return {
        "type": kind,
        "points": draw(POINTS[kind]),
        "rotation": draw(degrees) if turned else 0.0,
        "occluded": draw(st.booleans()),
        "z_order": draw(st.integers(-3, 3)) if z_order else 0,
    }


@st.composite
def shapes(
    draw: st.DrawFn, kinds: Sequence[ShapeType], *, z_order: bool = True, group: bool = True
) -> Shape:
    label_id = draw(st.sampled_from([CAT.id, DOG.id]))
    return Shape(
        **draw(geometry(draw(st.sampled_from(kinds)), z_order=z_order)),
        frame=draw(frames),
        label_id=label_id,
        group=draw(st.integers(0, 4)) if group else 0,
        source="file",
        attributes=draw(values(label_id)),
    )


@st.composite
def tags(draw: st.DrawFn) -> Tag:
    label_id = draw(st.sampled_from([CAT.id, DOG.id]))
    return Tag(
        frame=draw(frames),
        label_id=label_id,
        group=draw(st.integers(0, 4)),
        source="file",
        attributes=draw(values(label_id)),
    )


@st.composite
def tracks(draw: st.DrawFn, kinds: Sequence[ShapeType], last: int) -> Track:
    """A track whose first keyframe is visible."""
    label_id = draw(st.sampled_from([CAT.id, DOG.id]))
    kind = draw(st.sampled_from(kinds))
    keyframes = sorted(draw(st.sets(st.integers(0, last), min_size=1, max_size=4)))
    return Track(
        frame=keyframes[0],
        label_id=label_id,
        group=draw(st.integers(0, 4)),
        source="file",
        attributes=draw(values(label_id, mutable=False)),
        shapes=[
            TrackedShape(
                **draw(geometry(kind, z_order=True)),
                frame=frame,
                outside=draw(st.booleans()) if at else False,
                attributes=draw(values(label_id, mutable=True)),
            )
            for at, frame in enumerate(keyframes)
        ],
    )


def documents(shape: st.SearchStrategy[Shape]) -> st.SearchStrategy[Document]:
    return st.builds(Document, shapes=st.lists(shape, max_size=6))
