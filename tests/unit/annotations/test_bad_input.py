from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api
from tests.unit.annotations.conftest import (
    BODY,
    CAR,
    COLOR,
    HEAD,
    LENGTH,
    PARKED,
    PERSON,
    Annotated,
    rectangle,
    track,
)


def _value(spec_id: int, value: Any) -> dict[str, Any]:
    return {"attributes": [{"spec_id": spec_id, "value": value}]}


def _shape(kind: str, count: int) -> dict[str, Any]:
    return {"type": kind, "frame": 0, "label_id": PERSON, "points": [1.0] * count}


#: Name → (kind, object, what the message says).
BAD: dict[str, tuple[str, dict[str, Any], str]] = {
    "no frame": ("tags", {"label_id": PERSON}, "[0].frame: This field is required."),
    "frame below zero": ("shapes", rectangle(-1), "[0].frame: Ensure this value is greater"),
    "frame as text": ("shapes", rectangle() | {"frame": "1"}, "[0].frame: Expected `int`"),
    "frame of 20 digits": ("shapes", rectangle(10**19), "[0].frame"),
    "type unknown": ("shapes", rectangle() | {"type": "blob"}, "[0].type"),
    "points as text": ("shapes", rectangle(points=["1", 2, 3, 4]), "[0].points[0]"),
    "points as null": ("shapes", rectangle(points=None), "[0].points"),
    "three numbers": ("shapes", rectangle(points=[1, 2, 3]), "[0].points: A rectangle has exactly"),
    "five numbers": ("shapes", rectangle(points=[1] * 5), "[0].points"),
    "no numbers": ("shapes", rectangle(points=[]), "[0].points"),
    "ellipse of 2": ("shapes", _shape("ellipse", 2), "[0].points"),
    "polygon of 4": ("shapes", _shape("polygon", 4), "at least 6 numbers, two a point, not 4."),
    "polygon of 7": ("shapes", _shape("polygon", 7), "[0].points"),
    "polyline of 2": ("shapes", _shape("polyline", 2), "[0].points"),
    "points of 0": ("shapes", _shape("points", 0), "[0].points"),
    "cuboid of 8": ("shapes", _shape("cuboid", 8), "[0].points"),
    "mask of 4": ("shapes", _shape("mask", 4), "[0].points"),
    "skeleton without elements": ("shapes", _shape("skeleton", 0), "[0].elements"),
    "rectangle with elements": (
        "shapes",
        rectangle(
            label_id=BODY,
            elements=[{"type": "points", "frame": 0, "label_id": HEAD, "points": [1, 2]}],
        ),
        "[0].elements",
    ),
    "element of another label": (
        "shapes",
        _shape("skeleton", 0)
        | {"elements": [{"type": "points", "frame": 0, "label_id": HEAD, "points": [1, 2]}]},
        "[0].elements[0].label_id",
    ),
    "rotation below zero": ("shapes", rectangle(rotation=-1), "[0].rotation"),
    "rotation above 360": ("shapes", rectangle(rotation=360.5), "[0].rotation"),
    "score above 1": ("shapes", rectangle(score=1.5), "[0].score"),
    "empty source": ("shapes", rectangle(source=""), "[0].source"),
    "group below zero": ("tags", {"frame": 0, "label_id": PERSON, "group": -1}, "[0].group"),
    "label unknown": ("shapes", rectangle(label_id=999), "[0].label_id: There is no label 999"),
    "label of a tag": ("tags", {"frame": 0, "label_id": 999}, "[0].label_id"),
    "label of an element": ("shapes", rectangle(label_id=HEAD), "[0].label_id"),
    "attribute of another label": ("shapes", rectangle(**_value(COLOR, "red")), "[0].attributes"),
    "attribute unknown": (
        "shapes", rectangle(label_id=CAR, **_value(999, "x")), "[0].attributes[0].spec_id",
    ),
    "value not offered": (
        "shapes", rectangle(label_id=CAR, **_value(COLOR, "green")), "[0].attributes[0].value",
    ),
    "neither true nor false": (
        "shapes", rectangle(label_id=CAR, **_value(PARKED, "maybe")), "[0].attributes[0].value",
    ),
    "number too large": (
        "shapes", rectangle(label_id=CAR, **_value(LENGTH, "21")), "[0].attributes[0].value",
    ),
    "no number": (
        "shapes", rectangle(label_id=CAR, **_value(LENGTH, "nan")), "[0].attributes[0].value",
    ),
    "value as number": (
        "shapes", rectangle(label_id=CAR, **_value(LENGTH, 5)), "[0].attributes[0].value",
    ),
    "value of 5000 letters": (
        "shapes", rectangle(label_id=CAR, **_value(COLOR, "x" * 5000)), "[0].attributes[0].value",
    ),
    "mutable attribute of a track": (
        "tracks", track((0, {}), label_id=CAR, **_value(PARKED, "true")), "[0].attributes[0]",
    ),
    "immutable attribute of a keyframe": (
        "tracks", track((0, _value(COLOR, "red")), label_id=CAR), "[0].shapes[0].attributes[0]",
    ),
    "track without keyframes": ("tracks", track((0, {})) | {"shapes": []}, "[0].shapes"),
    "keyframe of three numbers": ("tracks", track((0, {"points": [1, 2, 3]})), "[0].shapes[0]"),
    "keyframes of two types": (
        "tracks", track((0, {}), (1, {"type": "ellipse"})), "[0].shapes[1].type",
    ),
    "an id": ("shapes", rectangle(id=5), "[0].id"),
    "an interval": ("intervals", {"start": 0, "stop": 1, "label_id": PERSON}, "Expected `array`"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_it_is_named_and_changes_nothing(api: Api, task: Annotated, name: str) -> None:
    kind, bad, message = BAD[name]
    url = task.job_urls[0]
    api.put(url, {"shapes": [rectangle()]})
    before = api.get(url).json
    for answer in (
        api.put(url, {kind: [bad]}),
        api.patch(url, {"shapes": [], kind: [bad]}, action="create"),
        api.put(task.url, {kind: [bad]}),
        api.patch(task.url, {kind: [bad]}, action="create"),
    ):
        assert answer.status == 400
        [text] = answer.json[kind]
        assert message in text
    assert api.get(url).json == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'{"shapes": [{"points": [NaN]}]}', "JSON parse error"),
        (b'{"shapes": [{"points": [1e999]}]}', "out of range"),
        (b'{"shapes": [{"points": [-Infinity]}]}', "JSON parse error"),
        (b'{"shapes": [', "JSON parse error"),
        (b"\xff\xfe", "JSON parse error"),
        (b"[]", "Expected `object`"),
        (b'{"shapes": {}}', "Expected `array`"),
        (b'{"version": -1}', "greater than or equal to 0"),
        (b'{"version": 99}', "There is no revision 99"),
    ],
)
def test_bodies_that_are_no_annotations(api: Api, task: Annotated, text: bytes, said: str) -> None:
    for url in (task.url, task.job_urls[0]):
        for answer in (api.put(url, text), api.patch(url, text, action="create")):
            assert answer.status == 400
            assert said in answer.body.decode()
        assert api.get(url).json["version"] == 0


@pytest.mark.parametrize("query", [{}, {"action": ""}, {"action": "remove"}])
def test_a_patch_says_what_it_does(api: Api, task: Annotated, query: dict[str, str]) -> None:
    for url in (task.url, task.job_urls[0]):
        answer = api.patch(url, {"shapes": [rectangle()]}, **query)
        assert answer.status == 400
        assert "action" in answer.json


@pytest.mark.parametrize("action", ["update", "delete"])
def test_updates_and_deletions_need_ids(api: Api, task: Annotated, action: str) -> None:
    for url in (task.url, task.job_urls[0]):
        answer = api.patch(url, {"shapes": [rectangle()]}, action=action)
        assert (answer.status, answer.json) == (
            400,
            {"shapes": ["[0].id: This field is required."]},
        )


def test_what_clients_rely_on_is_tolerated(api: Api, task: Annotated) -> None:
    odd = [
        rectangle(100_000),
        rectangle(points=[-500.0, 9000.0, -500.0, 9000.0]),
        rectangle(group=None, id=None),
        rectangle(label_id=CAR, attributes=[{"spec_id": PARKED, "value": "True"}]),
    ]
    answer = api.put(task.job_urls[0], {"shapes": odd})
    assert answer.status == 200
    assert len(api.get(task.job_urls[0]).json["shapes"]) == 4
