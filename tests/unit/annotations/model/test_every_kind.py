"""Every kind of object is stored as it is, and answered with the fields that CVAT answers with."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.api import Api
from tests.unit.annotations.conftest import (
    BENT,
    CAR,
    COLOR,
    FINGER,
    HAND,
    LENGTH,
    NOTE,
    PARKED,
    PERSON,
    SIDE,
    THUMB,
    Annotated,
)

#: A mask of 3 × 2 pixels, of which all but the first are set.
MASK = [1.0, 5.0, 7.0, 8.0, 9.0, 9.0]
#: A box of a point cloud: x, y, z, turns, extents.
BOX_3D = [-3.5, 2.0, 0.25, 0.0, 0.0, 1.57, 4.0, 1.5, 1.25, *[0.0] * 7]
POINTS: dict[str, list[float]] = {
    "rectangle": [1.5, 2, 30, 40],
    "polygon": [0, 0, 10, 0, 10, 10.25],
    "polyline": [0, 0, 10, 5],
    "points": [3, 4, 5, 6, 7, 8],
    "ellipse": [50, 40, 60, 35],
    "cuboid": [float(number) for number in range(16)],
    "mask": MASK,
}

#: What clients may leave out of a shape on one frame, and what it is then.
GEOMETRY: dict[str, Any] = {
    "occluded": False,
    "outside": False,
    "z_order": 0,
    "rotation": 0.0,
    "attributes": [],
}
OBJECT: dict[str, Any] = {"group": 0, "source": "manual"}
TAG = {"attributes": [], **OBJECT}
SHAPE = {**GEOMETRY, **OBJECT, "score": 1.0, "elements": []}
ELEMENT = {**GEOMETRY, **OBJECT, "score": 1.0}
TRACK = {"attributes": [], "elements": [], **OBJECT}
SUBTRACK = {"attributes": [], **OBJECT}


def _shape(kind: str, frame: int, points: list[float], **fields: Any) -> dict[str, Any]:
    return {"type": kind, "frame": frame, "points": points, **fields}


def _value(spec_id: int, value: str) -> dict[str, Any]:
    return {"spec_id": spec_id, "value": value}


#: Shapes with nothing but what they need, and with everything that they can have.
BARE: list[dict[str, Any]] = [
    *(_shape(kind, 0, points, label_id=PERSON) for kind, points in POINTS.items()),
    _shape("cuboid", 0, BOX_3D, label_id=PERSON),
    _shape("rectangle", 0, [1, 2, 3, 4], label_id=CAR),
    _shape(
        "skeleton", 0, [], label_id=HAND,
        elements=[_shape("points", 0, [9, 9], label_id=part) for part in (THUMB, FINGER)],
    ),
]  # fmt: skip
FULL_CAR = [
    _value(COLOR, "blue"), _value(PARKED, "true"), _value(LENGTH, "7"), _value(NOTE, "né\nà 日本"),
]  # fmt: skip
FULL = {
    "occluded": True, "outside": True, "z_order": -3, "rotation": 271.5, "group": 4,
    "source": "semi-auto", "score": 0.25,
}  # fmt: skip
RICH: list[dict[str, Any]] = [
    _shape("rectangle", 1, POINTS["rectangle"], label_id=CAR, attributes=FULL_CAR, **FULL),
    _shape(
        "skeleton", 1, [], label_id=HAND, **FULL,
        elements=[
            _shape(
                "points", 1, [1, 2], label_id=THUMB, **FULL,
                attributes=[_value(BENT, "true"), _value(SIDE, "left")],
            ),
            _shape("points", 1, [3, 4], label_id=FINGER, **FULL),
        ],
    ),
]  # fmt: skip
TAGS: list[dict[str, Any]] = [
    {"frame": 0, "label_id": PERSON},
    {"frame": 1, "label_id": CAR, "group": 4, "source": "auto", "attributes": FULL_CAR},
]


def _moving(kind: str, points: list[float]) -> dict[str, Any]:
    """Seen on frames 0 to 4, gone, and back on frame 8."""
    shapes = [
        _shape(kind, 0, points),
        _shape(kind, 5, points, outside=True),
        _shape(kind, 8, points, occluded=True, z_order=2, rotation=12.5),
    ]
    return {"frame": 0, "label_id": PERSON, "shapes": shapes}


TRACKS: list[dict[str, Any]] = [
    *(_moving(kind, points) for kind, points in POINTS.items()),
    _moving("cuboid", BOX_3D),
    {
        "frame": 2, "label_id": CAR, "group": 3, "source": "file",
        "attributes": [_value(COLOR, "blue")],
        "shapes": [
            _shape("rectangle", 2, [1, 2, 3, 4], attributes=[_value(PARKED, "true")]),
            _shape("rectangle", 6, [5, 6, 7, 8]),
        ],
    },
    {
        "frame": 0, "label_id": HAND,
        "shapes": [_shape("skeleton", 0, [])],
        "elements": [
            {
                "frame": 0, "label_id": THUMB, "attributes": [_value(SIDE, "right")],
                "shapes": [
                    _shape("points", 0, [1, 2], attributes=[_value(BENT, "true")]),
                    _shape("points", 7, [3, 4], outside=True),
                ],
            },
            {"frame": 0, "label_id": FINGER, "shapes": [_shape("points", 0, [5, 6])]},
        ],
    },
]  # fmt: skip
DOCUMENT: dict[str, list[dict[str, Any]]] = {
    "tags": TAGS, "shapes": [*BARE, *RICH], "tracks": TRACKS,
}  # fmt: skip

#: Values that an object gets for what it does not mention, by label.
DEFAULTS = {
    CAR: {COLOR: "red", PARKED: "false", LENGTH: "4", NOTE: ""},
    THUMB: {BENT: "false", SIDE: ""},
}
MUTABLE = {PARKED, NOTE, BENT}


def _expected() -> dict[str, list[dict[str, Any]]]:
    """The document as it must be answered, worked out without the code under test."""
    wanted = copy.deepcopy(DOCUMENT)
    wanted["tags"] = [{**TAG, **tag} for tag in wanted["tags"]]
    wanted["shapes"] = [{**SHAPE, **shape} for shape in wanted["shapes"]]
    wanted["tracks"] = [{**TRACK, **track} for track in wanted["tracks"]]
    for item in [*wanted["tags"], *wanted["shapes"]]:
        item["attributes"] = _values(item, item["label_id"])
    for shape in wanted["shapes"]:
        shape["elements"] = [{**ELEMENT, **part} for part in shape["elements"]]
        for part in shape["elements"]:
            part["attributes"] = _values(part, part["label_id"])
    for track in wanted["tracks"]:
        track["elements"] = [{**SUBTRACK, **part} for part in track["elements"]]
        for part in (track, *track["elements"]):
            part["attributes"] = _values(part, part["label_id"], mutable=False)
            part["shapes"] = [{**GEOMETRY, **shape} for shape in part["shapes"]]
            before: dict[int, str] = {}
            for shape in part["shapes"]:
                shape["attributes"] = _values(shape, part["label_id"], mutable=True, held=before)
                before = {value["spec_id"]: value["value"] for value in shape["attributes"]}
    return wanted


def _values(
    item: dict[str, Any],
    label_id: int,
    mutable: bool | None = None,
    held: dict[int, str] | None = None,
) -> list[dict[str, Any]]:
    defaults = DEFAULTS.get(label_id, {}) | (held or {})
    given = {value["spec_id"]: value["value"] for value in item["attributes"]}
    return [
        _value(spec_id, given.get(spec_id, default))
        for spec_id, default in defaults.items()
        if mutable is None or (spec_id in MUTABLE) is mutable
    ]


def _plain(value: Any) -> Any:
    """Without ids, and with attributes in order: theirs means nothing."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _plain(item) for name, item in value.items() if name != "id"}
    if "attributes" in kept:
        kept["attributes"].sort(key=lambda given: given["spec_id"])
    return kept


def _ids(value: Any) -> list[int]:
    """Ids of objects, elements and keyframes."""
    if isinstance(value, list):
        return [number for item in value for number in _ids(item)]
    if not isinstance(value, dict):
        return []
    own = [value["id"]] if "id" in value else []
    return own + [number for item in value.values() for number in _ids(item)]


def _put(api: Api, url: str) -> None:
    assert api.put(url, DOCUMENT).status == 200


def _create(api: Api, url: str) -> None:
    assert api.patch(url, DOCUMENT, action="create").status == 200


def _change(api: Api, url: str) -> None:
    new = [
        {**item, "kind": kind.removesuffix("s"), "client_id": f"{kind} {at}"}
        for kind, items in DOCUMENT.items()
        for at, item in enumerate(items)
    ]
    assert api.post(f"{url}/changes", {"create": new}).status == 200


@pytest.mark.parametrize("save", [_put, _create, _change])
def test_a_job_keeps_all_of_it(api: Api, task: Annotated, save: Callable[[Api, str], None]) -> None:
    save(api, task.job_urls[0])
    for url in (task.job_urls[0], task.url):
        read = api.get(url).json
        assert set(read) == {"version", "tags", "shapes", "tracks", "intervals"}
        assert (read["version"], read["intervals"]) == (1, [])
        assert _plain({kind: read[kind] for kind in DOCUMENT}) == _plain(_expected())


@pytest.mark.parametrize("save", [_put, _create])
def test_a_task_keeps_all_of_it(
    api: Api, task: Annotated, save: Callable[[Api, str], None]
) -> None:
    save(api, task.url)
    read = api.get(task.url).json
    assert _plain({kind: read[kind] for kind in DOCUMENT}) == _plain(_expected())


def test_every_object_element_and_keyframe_has_an_id_of_its_own(api: Api, task: Annotated) -> None:
    stored = api.put(task.job_urls[0], DOCUMENT).json
    ids = _ids(stored)
    parts = sum(len(shape.get("elements", [])) for shape in DOCUMENT["shapes"])
    for track in TRACKS:
        for member in (track, *track.get("elements", [])):
            parts += len(member["shapes"])
        parts += len(track.get("elements", []))
    assert len(ids) == len(set(ids)) == parts + sum(map(len, DOCUMENT.values()))
    assert sorted(_ids(api.get(task.job_urls[0]).json)) == sorted(ids)


def test_what_was_read_can_be_saved_again(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    api.put(url, DOCUMENT)
    first = api.get(url).json
    assert api.patch(url, {**first, "version": 0}, action="update").status == 200
    assert api.get(url).json == {**first, "version": 2}
    assert api.put(url, {kind: [_new(item) for item in first[kind]] for kind in DOCUMENT}).status
    assert _plain(api.get(url).json) == _plain({**first, "version": 3})


def _new(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != "id"}


def test_no_group_is_null_or_zero(api: Api, task: Annotated) -> None:
    """CVAT's clients send either and understand either."""
    url = task.job_urls[0]
    api.put(url, {"shapes": [{**BARE[0], "group": None}, {**BARE[0], "group": 0}]})
    assert [shape["group"] for shape in api.get(url).json["shapes"]] == [None, 0]
