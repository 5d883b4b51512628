"""What may not be stored: named in the answer, whichever way it comes, with nothing stored."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.api import Answer, Api
from tests.unit.annotations.conftest import (
    BENT,
    BODY,
    CAR,
    COLOR,
    FINGER,
    HAND,
    HEAD,
    PARKED,
    PERSON,
    SIDE,
    THUMB,
    Annotated,
    rectangle,
    track,
)


def _value(spec_id: int, value: Any, *more: Any) -> dict[str, Any]:
    return {"attributes": [{"spec_id": spec_id, "value": v} for v in (value, *more)]}


def _shape(kind: str, count: int, **fields: Any) -> dict[str, Any]:
    return {"type": kind, "frame": 0, "label_id": PERSON, "points": [1.0] * count, **fields}


def _mask(*points: float) -> dict[str, Any]:
    return {"type": "mask", "frame": 0, "label_id": PERSON, "points": points}


def _part(label_id: int, **fields: Any) -> dict[str, Any]:
    return {"type": "points", "frame": 0, "label_id": label_id, "points": [1, 2], **fields}


def _skeleton(*parts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return _shape("skeleton", 0, label_id=HAND, elements=list(parts), **fields)


def _subtrack(label_id: int, *shapes: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"frame": 0, "label_id": label_id, "shapes": list(shapes), **fields}


def _point(**fields: Any) -> dict[str, Any]:
    return {"type": "points", "frame": 0, "points": [1, 2], **fields}


def _moving(*parts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The track of a skeleton."""
    shape = {"type": "skeleton", "frame": 0, "points": []}
    return {"frame": 0, "label_id": HAND, "shapes": [shape], "elements": list(parts), **fields}


NO_LABEL = "There is no label 999 in this task."
#: Name → (kind, object, what the message says).
BAD: dict[str, tuple[str, dict[str, Any], str]] = {
    "no frame": ("tags", {"label_id": PERSON}, "[0].frame: This field is required."),
    "no label": ("shapes", _shape("points", 2) | {"label_id": None}, "[0].label_id: This field"),
    "no type": ("shapes", {"frame": 0, "label_id": PERSON}, "[0].type: This field is required."),
    "frame below zero": ("shapes", rectangle(-1), "[0].frame: Ensure this value is greater"),
    "frame as text": ("shapes", rectangle() | {"frame": "1"}, "[0].frame: Expected `int`"),
    "frame of half": ("shapes", rectangle() | {"frame": 0.5}, "[0].frame: Expected `int`"),
    "frame as flag": ("shapes", rectangle() | {"frame": True}, "[0].frame: Expected `int`"),
    "frame of 10 digits": ("shapes", rectangle(2**31), "[0].frame: Ensure this value is less"),
    "frame of 20 digits": ("shapes", rectangle(10**19), "[0].frame"),
    "frame of 400 digits": ("shapes", rectangle(10**400), "[0].frame"),
    "z-order of 10 digits": ("shapes", rectangle(z_order=2**31), "[0].z_order: Ensure"),
    "z-order as text": ("shapes", rectangle(z_order="1"), "[0].z_order: Expected `int`"),
    "type unknown": ("shapes", rectangle() | {"type": "blob"}, "[0].type"),
    "points as text": ("shapes", rectangle(points=["1", 2, 3, 4]), "[0].points[0]"),
    "points in pairs": ("shapes", rectangle(points=[[1, 2], [3, 4]]), "[0].points[0]"),
    "points as null": ("shapes", rectangle(points=None), "[0].points"),
    "null among the points": ("shapes", rectangle(points=[1, None, 3, 4]), "[0].points[1]"),
    "coordinate of 400 digits": ("shapes", rectangle(points=[10**400, 1, 2, 3]), "out of range"),
    "coordinate of a billion": (
        "shapes", rectangle(points=[1, 2, 3, 1.1e9]),
        "[0].points: Coordinates must lie within ±1000000000.",
    ),
    "coordinates that add up to nothing": (
        "shapes", rectangle(points=[1e300, 2, -1e300, 3]), "[0].points: Coordinates must lie",
    ),
    "coordinate of a keyframe": (
        "tracks", track((0, {"points": [0, 0, 0, 1e10]})), "[0].shapes[0].points: Coordinates",
    ),
    "three numbers": ("shapes", rectangle(points=[1, 2, 3]), "[0].points: A rectangle has exactly"),
    "five numbers": ("shapes", rectangle(points=[1] * 5), "exactly 4 numbers, not 5."),
    "no numbers": ("shapes", rectangle(points=[]), "[0].points"),
    "ellipse of 2": ("shapes", _shape("ellipse", 2), "[0].points"),
    "polygon of 4": ("shapes", _shape("polygon", 4), "at least 6 numbers, two a point, not 4."),
    "polygon of 7": ("shapes", _shape("polygon", 7), "[0].points"),
    "polyline of 2": ("shapes", _shape("polyline", 2), "[0].points: A polyline has at least 4"),
    "points of 0": ("shapes", _shape("points", 0), "[0].points: A points has at least 2"),
    "points of 3": ("shapes", _shape("points", 3), "two a point, not 3."),
    "cuboid of 8": ("shapes", _shape("cuboid", 8), "[0].points: A cuboid has exactly 16 numbers"),
    "mask of 4": ("shapes", _shape("mask", 4), "[0].points: A mask has at least 5 numbers, not 4."),
    "mask of half a run": ("shapes", _mask(0.5, 3.5, 0, 0, 1, 1), "A mask has whole numbers"),
    "mask of a run below zero": ("shapes", _mask(-1, 5, 0, 0, 1, 1), "none below 0."),
    "mask left of the picture": ("shapes", _mask(0, 4, -1, 0, 0, 1), "none below 0."),
    "mask upside down": ("shapes", _mask(0, 4, 0, 1, 1, 0), "[0].points: The box of a mask"),
    "mask of a turned box": ("shapes", _mask(0, 4, 5, 0, 1, 1), "[0].points: The box of a mask"),
    "mask too short": ("shapes", _mask(0, 3, 0, 0, 1, 1), "fill its box of 4 pixels."),
    "mask too long": ("shapes", _mask(0, 5, 0, 0, 1, 1), "fill its box of 4 pixels."),
    "mask of a billion pixels": (
        "shapes", _mask(0, 1e9, 0, 0, 9999, 99_999), "at most 268435456 pixels.",
    ),
    "mask keyframe too short": (
        "tracks", track((0, {"type": "mask", "points": [0, 3, 0, 0, 1, 1]})),
        "[0].shapes[0].points: The runs of a mask",
    ),
    "skeleton without elements": ("shapes", _shape("skeleton", 0), "[0].elements: A skeleton has"),
    "skeleton with points": (
        "shapes", _skeleton(_part(THUMB)) | {"points": [1, 2]}, "A skeleton has exactly 0 numbers",
    ),
    "rectangle with elements": (
        "shapes", rectangle(label_id=BODY, elements=[_part(HEAD)]), "[0].elements: A skeleton has",
    ),
    "element of another label": (
        "shapes", _shape("skeleton", 0, elements=[_part(HEAD)]),
        f"[0].elements[0].label_id: {HEAD} is no sublabel of 'person'.",
    ),
    "element of another skeleton": (
        "shapes", _skeleton(_part(THUMB), _part(HEAD)), "[0].elements[1].label_id: 14 is no sub",
    ),
    "element that is a label": (
        "shapes", _skeleton(_part(PERSON)), "[0].elements[0].label_id: 12 is no sublabel of 'hand'",
    ),
    "element twice": (
        "shapes", _skeleton(_part(THUMB), _part(THUMB)),
        "[0].elements[1].label_id: 16 is given twice",
    ),
    "element that is a skeleton": (
        "shapes", _skeleton(_part(THUMB, type="skeleton", points=[])), "[0].elements[0].type: An",
    ),
    "element of 3 numbers": (
        "shapes", _skeleton(_part(FINGER, points=[1, 2, 3])), "[0].elements[0].points: A points",
    ),
    "elements as number": (
        "shapes", _shape("skeleton", 0, elements=5), "[0].elements: Expected `array`",
    ),
    "attribute of another element": (
        "shapes", _skeleton(_part(FINGER, **_value(SIDE, "left"))),
        "[0].elements[0].attributes[0].spec_id: 26 is no attribute",
    ),
    "score of an element": (
        "shapes", _skeleton(_part(FINGER, score=2)), "[0].elements[0].score: Ensure",
    ),
    "rotation below zero": ("shapes", rectangle(rotation=-1), "[0].rotation"),
    "rotation above 360": ("shapes", rectangle(rotation=360.5), "[0].rotation"),
    "rotation as null": ("shapes", rectangle(rotation=None), "[0].rotation: This field may not be"),
    "score above 1": ("shapes", rectangle(score=1.5), "[0].score"),
    "score below 0": ("shapes", rectangle(score=-0.1), "[0].score"),
    "occluded as text": ("shapes", rectangle(occluded="yes"), "[0].occluded: Expected `bool`"),
    "outside as null": ("shapes", rectangle(outside=None), "[0].outside: This field may not be"),
    "empty source": ("shapes", rectangle(source=""), "[0].source: This field may not be blank."),
    "source of 65 letters": ("shapes", rectangle(source="x" * 65), "[0].source: Ensure this field"),
    "group below zero": ("tags", {"frame": 0, "label_id": PERSON, "group": -1}, "[0].group"),
    "group as text": ("shapes", rectangle(group="a"), "[0].group: Expected `int | null`"),
    "label unknown": ("shapes", rectangle(label_id=999), f"[0].label_id: {NO_LABEL}"),
    "label of a tag": ("tags", {"frame": 0, "label_id": 999}, f"[0].label_id: {NO_LABEL}"),
    "label of a track": ("tracks", track((0, {}), label_id=999), f"[0].label_id: {NO_LABEL}"),
    "label of an element": ("shapes", rectangle(label_id=HEAD), "[0].label_id: There is no label"),
    "attribute of another label": ("shapes", rectangle(**_value(COLOR, "red")), "[0].attributes"),
    "attribute of a tag's other label": (
        "tags", {"frame": 0, "label_id": PERSON, **_value(COLOR, "red")}, "[0].attributes[0]",
    ),
    "attribute unknown": (
        "shapes", rectangle(label_id=CAR, **_value(999, "x")),
        "[0].attributes[0].spec_id: 999 is no attribute of this label.",
    ),
    "attribute twice": (
        "shapes", rectangle(label_id=CAR, **_value(COLOR, "red", "blue")),
        "[0].attributes[1].spec_id: 'color' is given twice.",
    ),
    "attribute of a keyframe twice": (
        "tracks", track((0, _value(PARKED, "true", "false")), label_id=CAR),
        "[0].shapes[0].attributes[1].spec_id: 'parked' is given twice.",
    ),
    "value missing": (
        "shapes", rectangle(label_id=CAR, attributes=[{"spec_id": COLOR}]),
        "[0].attributes[0].value: This field is required.",
    ),
    "value as number": (
        "shapes", rectangle(label_id=CAR, **_value(COLOR, 5)), "[0].attributes[0].value: Expected",
    ),
    "value of 5000 letters": (
        "shapes", rectangle(label_id=CAR, **_value(COLOR, "x" * 5000)), "[0].attributes[0].value",
    ),
    "mutable attribute of a track": (
        "tracks", track((0, {}), label_id=CAR, **_value(PARKED, "true")),
        "[0].attributes[0].spec_id: 'parked' is an attribute of its keyframes.",
    ),
    "immutable attribute of a keyframe": (
        "tracks", track((0, _value(COLOR, "red")), label_id=CAR),
        "[0].shapes[0].attributes[0].spec_id: 'color' is an attribute of the track itself.",
    ),
    "immutable attribute of an element's keyframe": (
        "tracks", _moving(_subtrack(THUMB, _point(**_value(SIDE, "left")))),
        "[0].elements[0].shapes[0].attributes[0].spec_id: 'side' is an attribute of the track",
    ),
    "mutable attribute of an element's track": (
        "tracks", _moving(_subtrack(THUMB, _point(), **_value(BENT, "true"))),
        "[0].elements[0].attributes[0].spec_id: 'bent' is an attribute of its keyframes.",
    ),
    "track without keyframes": ("tracks", track((0, {})) | {"shapes": []}, "[0].shapes: A track"),
    "track of no keyframes": ("tracks", {"frame": 0, "label_id": PERSON}, "[0].shapes: This field"),
    "keyframe without a frame": (
        "tracks", {"frame": 0, "label_id": PERSON, "shapes": [{"type": "points"}]},
        "[0].shapes[0].frame: This field is required.",
    ),
    "keyframe of three numbers": (
        "tracks", track((0, {}), (1, {"points": [1, 2, 3]})), "[0].shapes[1].points: A rectangle",
    ),
    "keyframes of two types": (
        "tracks", track((0, {}), (1, {"type": "ellipse"})), "[0].shapes[1].type: All keyframes",
    ),
    "keyframe turned too far": ("tracks", track((0, {"rotation": 361})), "[0].shapes[0].rotation"),
    "track of a rectangle with elements": (
        "tracks", track((0, {}), label_id=HAND, elements=[_subtrack(THUMB, _point())]),
        "[0].elements: Only a track of a skeleton has elements.",
    ),
    "subtrack of another skeleton": (
        "tracks", _moving(_subtrack(HEAD, _point())), "[0].elements[0].label_id: 14 is no sublabel",
    ),
    "subtrack twice": (
        "tracks", _moving(_subtrack(THUMB, _point()), _subtrack(THUMB, _point())),
        "[0].elements[1].label_id: 16 is given twice; a skeleton has one element of each.",
    ),
    "subtrack of a skeleton": (
        "tracks", _moving(_subtrack(THUMB, _point(type="skeleton", points=[]))),
        "[0].elements[0].shapes[0].type: An element of a skeleton is no skeleton itself.",
    ),
    "subtrack of two types": (
        "tracks", _moving(_subtrack(THUMB, _point(), _point(type="rectangle", points=[1] * 4))),
        "[0].elements[0].shapes[1].type: All keyframes of a track have the same type.",
    ),
    "keyframe of a subtrack of 3 numbers": (
        "tracks", _moving(_subtrack(THUMB, _point(points=[1, 2, 3]))),
        "[0].elements[0].shapes[0].points: A points has at least 2 numbers",
    ),
}  # fmt: skip

GOOD: dict[str, dict[str, Any]] = {
    "tags": {"frame": 0, "label_id": PERSON},
    "shapes": rectangle(),
    "tracks": track((0, {})),
}
#: How a body reaches a job or a task; "update" names an object that there is.
WAYS = ("PUT", "create", "update", "changes create", "changes update")


class Place:
    """A job of three objects, one of each kind, or its task."""

    def __init__(self, api: Api, url: str) -> None:
        self.api, self.url = api, url
        stored = api.put(url, {kind: [good] for kind, good in GOOD.items()})
        self.ids = {kind: stored.json[kind][0]["id"] for kind in GOOD}
        self.before = api.get(url).json

    def send(self, way: str, kind: str, *items: dict[str, Any]) -> Answer:
        """A good object and then these."""
        if way.endswith("update"):
            items = tuple({**item, "id": self.ids[kind]} for item in items)
        if way.startswith("changes "):
            named = [
                {**item, "kind": kind.removesuffix("s"), "client_id": f"c{at}"}
                for at, item in enumerate(items)
            ]
            return self.api.post(f"{self.url}/changes", {way.removeprefix("changes "): named})
        if way == "PUT":
            return self.api.put(self.url, {kind: items})
        return self.api.patch(self.url, {kind: items}, action=way)

    def is_unchanged(self) -> bool:
        return bool(self.api.get(self.url).json == self.before)


@pytest.fixture
def place(api: Api, task: Annotated) -> Callable[[str], Place]:
    return lambda way: Place(api, task.url if way.startswith("task") else task.job_urls[0])


@pytest.mark.parametrize("way", [*WAYS, "task PUT", "task create", "task update"])
def test_whatever_is_wrong_is_named_and_nothing_is_stored(
    place: Callable[[str], Place], way: str
) -> None:
    there = place(way)
    for name, (kind, bad, message) in BAD.items():
        answer = there.send(way.removeprefix("task "), kind, bad)
        assert answer.status == 400, name
        assert message in _said(answer, way, kind), name
        assert there.is_unchanged(), name


def _said(answer: Answer, way: str, kind: str) -> str:
    """The one message, found below the field that is wrong."""
    if not way.startswith("changes"):
        [field], [messages] = zip(*answer.json.items(), strict=True)
        # A number that no computer takes ends the reading of the body.
        assert field in {kind, "non_field_errors"}
        return str(messages[0])
    [said] = answer.json[way.removeprefix("changes ")]
    return str(said[kind][0]) if isinstance(said, dict) else str(said)


@pytest.mark.parametrize("way", [*WAYS, "task PUT", "task create", "task update"])
def test_the_place_of_what_is_wrong_is_counted_from_zero(
    place: Callable[[str], Place], way: str
) -> None:
    there = place(way)
    for kind, good in GOOD.items():
        answer = there.send(way.removeprefix("task "), kind, good, good, {**good, "label_id": 999})
        assert answer.status == 400
        assert f"[2].label_id: {NO_LABEL}" in _said(answer, way, kind)
        assert there.is_unchanged()


@pytest.mark.parametrize("way", ["PUT", "create", "task PUT", "task create"])
def test_new_objects_have_no_ids(place: Callable[[str], Place], way: str) -> None:
    there = place(way)
    for kind, good in GOOD.items():
        answer = there.send(way.removeprefix("task "), kind, {**good, "id": there.ids[kind]})
        assert answer.json == {kind: ["[0].id: New objects have no ids."]}
    assert there.is_unchanged()


def test_intervals_are_of_audio(api: Api, task: Annotated) -> None:
    for url in (task.job_urls[0], task.url):
        answer = api.put(url, {"intervals": [{"start": 0, "stop": 1, "label_id": PERSON}]})
        assert answer.status == 400
        assert list(answer.json) == ["intervals"]


#: Bodies that cannot be read, and a word of the answer.
UNREADABLE: list[tuple[bytes, str]] = [
    (b'{"shapes": [{"points": [NaN]}]}', "JSON parse error"),
    (b'{"shapes": [{"points": [1e400]}]}', "out of range"),
    (b'{"shapes": [{"points": [-Infinity]}]}', "JSON parse error"),
    (b'{"shapes": [', "JSON parse error"),
    (b"\xff\xfe", "JSON parse error"),
    ('{"shapes": []}'.encode("utf-16"), "JSON parse error"),
    ('{"shapes": []}'.encode("utf-32"), "JSON parse error"),
    (b"\xef\xbb\xbf" + b'{"shapes": []}', "JSON parse error"),
    (gzip.compress(b'{"shapes": []}', mtime=0), "JSON parse error"),
    ('{"shapes": [{"source": "caf\xe9"}]}'.encode("latin-1"), "JSON parse error"),
    (b'{"shapes": [{"source": "\\ud800"}]}', "JSON parse error"),
    (b'{"shapes": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "Expected `object`, got `array`"),
    (b'{"unknown": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001, "JSON parse error"),
    (b"[]", "Expected `object`"),
    (b'"shapes"', "Expected `object`"),
    (b'{"shapes": {}}', "Expected `array`"),
    (b'{"shapes": null}', "This field may not be null."),
    (b'{"shapes": [[]]}', "Expected `object`"),
    (b'{"version": -1}', "greater than or equal to 0"),
    (b'{"version": "1"}', "Expected `int`"),
    (b'{"version": 1e300}', "Expected `int`"),
]


@pytest.mark.parametrize(("text", "said"), UNREADABLE)
def test_bodies_that_are_no_annotations(api: Api, task: Annotated, text: bytes, said: str) -> None:
    for answer in _writes(api, task, text):
        assert answer.status == 400
        assert said in answer.body.decode()
    assert api.get(task.url).json["version"] == 0


def test_a_revision_that_never_was(api: Api, task: Annotated) -> None:
    for answer in _writes(api, task, b'{"version": 99}'):
        assert answer.status == 400
        assert "There is no revision 99" in answer.body.decode()
    assert api.get(task.url).json["version"] == 0


def _writes(api: Api, task: Annotated, text: bytes) -> Iterator[Answer]:
    for url in (task.url, task.job_urls[0]):
        yield api.put(url, text)
        for action in ("create", "update", "delete"):
            yield api.patch(url, text, action=action)


@pytest.mark.parametrize("query", [{}, {"action": ""}, {"action": "remove"}])
def test_a_patch_says_what_it_does(api: Api, task: Annotated, query: dict[str, str]) -> None:
    for url in (task.url, task.job_urls[0]):
        answer = api.patch(url, {"shapes": [rectangle()]}, **query)
        assert answer.status == 400
        assert "action" in answer.json


@pytest.mark.parametrize("action", ["update", "delete"])
def test_updates_and_deletions_need_ids(api: Api, task: Annotated, action: str) -> None:
    for url in (task.url, task.job_urls[0]):
        for kind, good in GOOD.items():
            answer = api.patch(url, {kind: [good]}, action=action)
            assert answer.status == 400
            assert answer.json == {kind: ["[0].id: This field is required."]}
            for wrong in (-1, 2**53, "5", 1.5):
                answer = api.patch(url, {kind: [{**good, "id": wrong}]}, action=action)
                assert answer.status == 400
                assert answer.json[kind][0].startswith("[0].id: ")


def test_a_change_names_ids_that_are_none(api: Api, task: Annotated) -> None:
    url = f"{task.job_urls[0]}/changes"
    for wrong in (-1, 2**53, "5", None):
        answer = api.post(url, {"delete": [wrong]})
        assert answer.status == 400
        assert answer.json["delete"][0].startswith("[0]: ")


def test_an_object_named_twice_counts_once(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    shape = api.put(url, {"shapes": [rectangle()]}).json["shapes"][0]
    twice = [{**shape, "z_order": 1}, {**shape, "z_order": 2}]
    api.patch(url, {"shapes": twice}, action="update")
    [read] = api.get(url).json["shapes"]
    assert (read["id"], read["z_order"]) == (shape["id"], 2)
    gone = api.patch(url, {"shapes": [shape, shape]}, action="delete")
    assert gone.status == 200
    assert api.get(url).json["shapes"] == []
    assert api.post(f"{url}/changes", {"delete": [shape["id"]] * 3}).status == 200


def test_objects_of_another_job_are_left_alone(
    api: Api, make_task: Callable[..., Annotated]
) -> None:
    ours, theirs = make_task((0, 9)), make_task((0, 9))
    body = {kind: [good] for kind, good in GOOD.items()}
    stored = api.put(theirs.job_urls[0], body).json
    before = api.get(theirs.job_urls[0]).json
    moved = {**stored, "shapes": [{**stored["shapes"][0], "z_order": 5}], "version": 0}
    for url in (ours.job_urls[0], ours.url):
        for action in ("update", "delete"):
            answer = api.patch(url, moved, action=action)
            assert answer.status == 200
            assert not any(answer.json[kind] for kind in GOOD)
    change = {
        "update": [{**moved["shapes"][0], "kind": "shape"}],
        "delete": [stored["tags"][0]["id"], stored["tracks"][0]["id"]],
    }
    assert api.post(f"{ours.job_urls[0]}/changes", change).status == 200
    assert api.get(theirs.job_urls[0]).json == before
    read = api.get(ours.job_urls[0]).json
    assert not any(read[kind] for kind in GOOD)


def test_what_clients_rely_on_is_tolerated(api: Api, task: Annotated) -> None:
    odd = [
        rectangle(100_000),
        rectangle(points=[-500.0, 9000.0, -500.0, 9000.0]),
        rectangle(group=None, id=None),
        rectangle(label_id=CAR, attributes=[{"spec_id": PARKED, "value": "True"}]),
        rectangle(label_id=CAR, attributes=[{"spec_id": COLOR, "value": "green"}]),
        rectangle(source="model 7"),
        rectangle(something={"unknown": [1]}),
        rectangle(label_id=BODY),
    ]
    answer = api.put(task.job_urls[0], {"shapes": odd})
    assert answer.status == 200
    assert len(api.get(task.job_urls[0]).json["shapes"]) == len(odd)
    again = json.loads(api.get(task.job_urls[0]).body)
    for shape in again["shapes"]:
        del shape["id"]
    assert api.put(task.job_urls[0], again).status == 200
