"""What is stored although it looks like a mistake, and what is said of it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model import validation
from chalicelib.annotations.model.document import Objects
from chalicelib.annotations.model.odd_geometry import Size, odd_geometry, odd_shapes
from chalicelib.annotations.model.oddities import oddities
from chalicelib.annotations.model.vocabulary import vocabulary_of
from chalicelib.projects.models import Label
from tests.unit.annotations.conftest import (
    BENT,
    CAR,
    COLOR,
    FINGER,
    HAND,
    LABELS,
    LENGTH,
    NOTE,
    PARKED,
    PERSON,
    THUMB,
    rectangle,
    track,
)

SIGN = 99
VOCABULARY = vocabulary_of([*LABELS, Label(id=SIGN, name="sign", type="polygon")])
FRAMES = range(10)


def _objects(**kinds: Any) -> Objects:
    objects = msgspec.convert(kinds, Objects)
    validation.check(objects, VOCABULARY)
    return objects


def _shape(kind: str, *points: float, **fields: Any) -> dict[str, Any]:
    return {"type": kind, "frame": 0, "label_id": PERSON, "points": points, **fields}


def _valued(*values: tuple[int, str]) -> dict[str, Any]:
    return {"attributes": [{"spec_id": spec, "value": value} for spec, value in values]}


def _hand(**element: Any) -> dict[str, Any]:
    parts = [_shape("points", 5, 6, label_id=THUMB), _shape("points", 5, 6, label_id=FINGER)]
    parts[1] |= element
    return _shape("skeleton", label_id=HAND, elements=parts)


def _moving(*shapes: dict[str, Any], **fields: Any) -> dict[str, Any]:
    skeleton = {"type": "skeleton", "frame": 0, "points": []}
    element = {"frame": 0, "label_id": THUMB, "shapes": list(shapes), **fields}
    return {"frame": 0, "label_id": HAND, "shapes": [skeleton], "elements": [element]}


def _point(frame: int, **fields: Any) -> dict[str, Any]:
    return {"type": "points", "frame": frame, "points": [1, 2], **fields}


NO_AREA, NOT_SEEN = "it has no area.", "it is outside the picture."
#: What is odd: kind, object, and the text behind its place.
ODD: list[tuple[str, dict[str, Any], str]] = [
    ("tags", {"frame": 10, "label_id": PERSON}, ": frame 10 is none of 0 to 9."),
    ("shapes", rectangle(100_000), ": frame 100000 is none of 0 to 9."),
    ("tracks", track((10, {})), ": frame 10 is none of 0 to 9."),
    ("tracks", track((0, {}), (12, {})), ".shapes[1]: frame 12 is none of 0 to 9."),
    ("tracks", track((0, {}), (5, {}), (5, {})), ".shapes[2]: there are two keyframes on frame 5;"),
    ("tracks", track((0, {"outside": True})), ": it is outside the picture on all its keyframes."),
    ("tracks", track((0, {}), (3, {"points": [5, 5, 5, 9]})), f".shapes[1]: {NO_AREA}"),
    ("shapes", rectangle(points=[5, 5, 5, 9]), f": {NO_AREA}"),
    ("shapes", rectangle(points=[5, 9, 15, 9]), f": {NO_AREA}"),
    ("shapes", rectangle(points=[0, 9, 0, 9]), f": {NO_AREA}"),
    ("shapes", _shape("ellipse", 50, 40, 50, 30), f": {NO_AREA}"),
    ("shapes", _shape("ellipse", 50, 40, 60, 40), f": {NO_AREA}"),
    ("shapes", _shape("polygon", 5, 1, 5, 2, 5, 3), f": {NO_AREA}"),
    ("shapes", _shape("mask", 4, 0, 0, 1, 1), ": no pixel of this mask is set."),
    ("shapes", _shape("mask", 2, 0, 2, 0, 0, 1, 1), ": no pixel of this mask is set."),
    ("shapes", rectangle(points=[-9, 1, -2, 5]), f": {NOT_SEEN}"),
    ("shapes", _shape("polyline", 1, -5, 9, -1), f": {NOT_SEEN}"),
    ("shapes", _shape("points", -1, 5), f": {NOT_SEEN}"),
    ("shapes", _shape("ellipse", -50, 40, -40, 30), f": {NOT_SEEN}"),
    ("shapes", rectangle(points=[641, 1, 650, 5]), f": {NOT_SEEN}"),
    ("shapes", rectangle(points=[1, 481, 5, 490]), f": {NOT_SEEN}"),
    ("shapes", _shape("polygon", 641, 1, 650, 5, 700, 9), f": {NOT_SEEN}"),
    ("tracks", track((0, {}), (3, {"points": [641, 1, 650, 5]})), f".shapes[1]: {NOT_SEEN}"),
    ("shapes", _shape("mask", 1, 3, 640, 500, 641, 501), f": {NOT_SEEN}"),
    ("shapes", _hand(points=[641, 5]), f".elements[1]: {NOT_SEEN}"),
    ("shapes", _shape("mask", 0, 4, 640, 500, 641, 501), f": {NOT_SEEN}"),
    ("shapes", _hand(points=[-5, 5]), f".elements[1]: {NOT_SEEN}"),
    ("shapes", _hand(frame=3), ".elements[1]: its frame is 3, not 0."),
    ("shapes", rectangle(source="model 7"), ": source 'model 7' is none of manual, auto, "),
    ("tags", {"frame": 0, "label_id": PERSON, "source": "x"}, ": source 'x' is none of"),
    ("shapes", rectangle(label_id=HAND), ": a rectangle of label 'hand', which is for skeleton."),
    ("tags", {"frame": 0, "label_id": SIGN}, ": a tag of label 'sign', which is for polygon."),
    ("tracks", track((0, {}), label_id=SIGN), ": a rectangle of label 'sign', which is for"),
    (
        "shapes", rectangle(label_id=CAR, **_valued((PARKED, "true"), (COLOR, "green"))),
        ".attributes[1]: 'color' does not offer 'green'.",
    ),
    (
        "tags", {"frame": 0, "label_id": CAR, **_valued((PARKED, "maybe"))},
        ".attributes[0]: 'parked' does not offer 'maybe'.",
    ),
    ("shapes", rectangle(label_id=CAR, **_valued((LENGTH, "21"))), "'length' does not offer '21'."),
    ("shapes", rectangle(label_id=CAR, **_valued((LENGTH, "x"))), "'length' does not offer 'x'."),
    ("shapes", rectangle(label_id=CAR, **_valued((LENGTH, "nan"))), "'length' does not offer"),
    (
        "tracks", track((0, {}), (1, _valued((PARKED, "?"))), label_id=CAR),
        ".shapes[1].attributes[0]: 'parked' does not offer '?'.",
    ),
    (
        "tracks", track((0, {}), label_id=CAR, **_valued((COLOR, "?"))),
        ".attributes[0]: 'color' does not offer '?'.",
    ),
    (
        "tracks", _moving(_point(0, **_valued((BENT, "?")))),
        ".elements[0].shapes[0].attributes[0]: 'bent' does not offer '?'.",
    ),
    ("tracks", _moving(_point(11), frame=0), ".elements[0].shapes[0]: frame 11 is none of"),
    (
        "tracks", _moving(_point(0)) | {"elements": []}, ": this skeleton has no elements.",
    ),
]  # fmt: skip
FINE: list[tuple[str, dict[str, Any]]] = [
    ("tags", {"frame": 9, "label_id": PERSON, "source": "consensus"}),
    ("shapes", rectangle(0, points=[0, 0, 640, 480])),
    ("shapes", rectangle(0, points=[-5, -5, 5, 5])),
    ("shapes", rectangle(0, points=[50, 50, 10, 10])),
    ("shapes", _shape("polygon", 5, 1, 5, 2, 6, 3)),
    ("shapes", _shape("polyline", 5, 1, 5, 9)),
    ("shapes", _shape("points", 0, 0)),
    ("shapes", _shape("points", 7, 7, 7, 7)),
    ("shapes", _shape("ellipse", -5, 40, 10, 30)),
    ("shapes", _shape("mask", 0, 4, 0, 0, 1, 1)),
    ("shapes", _shape("mask", 3, 1, 0, 0, 1, 1)),
    ("shapes", _shape("cuboid", *([-5.0] * 9), *([0.0] * 7))),
    ("shapes", _hand()),
    ("shapes", _shape("polygon", 1, 2, 3, 4, 5, 1, label_id=SIGN)),
    (
        "shapes",
        rectangle(
            label_id=CAR,
            **_valued((COLOR, "blue"), (PARKED, "True"), (LENGTH, "4.5"), (NOTE, "any")),
        ),
    ),
    ("tracks", track((0, {}), (9, {"outside": True, "points": [-9, -9, -5, -5]}))),
    ("tracks", _moving(_point(0), _point(3))),
]
SIZE = (640, 480)


@pytest.mark.parametrize(("kind", "item", "text"), ODD)
def test_it_is_said_where_it_is(kind: str, item: dict[str, Any], text: str) -> None:
    good = {
        "tags": {"frame": 0, "label_id": PERSON},
        "shapes": rectangle(),
        "tracks": track((0, {})),
    }
    said = oddities(_objects(**{kind: [good[kind], item]}), FRAMES, SIZE, VOCABULARY)
    assert len(said) == 1
    assert said[0].startswith(f"{kind}[1]")
    assert text in said[0]


@pytest.mark.parametrize(("kind", "item"), FINE)
def test_what_is_well_is_not_mentioned(kind: str, item: dict[str, Any]) -> None:
    assert oddities(_objects(**{kind: [item]}), FRAMES, SIZE, VOCABULARY) == []


def test_what_is_not_known_is_not_held_against_anybody() -> None:
    objects = _objects(
        shapes=[
            rectangle(500),
            rectangle(points=[9000, 1, 9100, 5]),
            rectangle(label_id=CAR, **_valued((COLOR, "green"))),
        ]
    )
    assert oddities(objects, None, None) == []


@given(st.integers(0, 60))
def test_twenty_are_named_and_the_rest_counted(count: int) -> None:
    said = oddities(_objects(shapes=[rectangle(77)] * count), FRAMES, None)
    assert len(said) == min(count, 21)
    if count > 20:
        assert said[-1] == f"and {count - 20} more"


numbers = st.floats(-1e9, 1e9) | st.integers(-3, 3).map(float)
kinds = {"rectangle": 4, "ellipse": 4, "polygon": 6, "polyline": 4, "points": 2, "cuboid": 16}


@st.composite
def shapes(draw: st.DrawFn) -> dict[str, Any]:
    kind, count = draw(st.sampled_from(list(kinds.items())))
    points = draw(st.lists(numbers, min_size=count, max_size=count).filter(_near))
    return _shape(kind, *points, frame=draw(st.integers(0, 20)))


def _near(points: list[float]) -> bool:
    return max(map(abs, points)) <= 1e9


@given(st.lists(shapes(), max_size=5), st.sampled_from([None, (640, 480), (2, 1)]))
def test_a_glance_overlooks_nothing(drawn: list[dict[str, Any]], size: Size) -> None:
    """Only what looks odd at first is looked at closely."""
    shapes = _objects(shapes=drawn).shapes
    closely = [(i, "", odd_geometry(shape, size)) for i, shape in enumerate(shapes)]
    assert list(odd_shapes(shapes, size)) == [odd for odd in closely if odd[2]]
