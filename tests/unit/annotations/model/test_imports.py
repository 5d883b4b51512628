"""Objects from files are held to the same ranges as those from requests."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.annotations import tasks
from chalicelib.annotations.model.document import (
    AttributeValue,
    Document,
    Objects,
    Shape,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.platform.errors import Invalid
from tests.support.api import Api
from tests.unit.annotations.conftest import CAR, NOTE, PERSON, Annotated


def _shape(**fields: Any) -> Objects:
    given: dict[str, Any] = {"type": "rectangle", "frame": 0, "points": [1, 2, 3, 4]}
    good = Shape(**given, label_id=PERSON)
    return Objects(shapes=[good, Shape(**{**given, "label_id": PERSON, **fields})])


def _keyframe(**fields: Any) -> Objects:
    shape = TrackedShape(type="points", frame=0, points=[1, 2], **fields)
    return Objects(tracks=[Track(frame=0, label_id=PERSON, shapes=[shape])])


@pytest.mark.parametrize(
    ("objects", "kind", "said"),
    [
        (_shape(rotation=1000.0), "shapes", "[1].rotation: Ensure this value is less than"),
        (_shape(z_order=10**30), "shapes", "[1].z_order: Ensure this value is less than"),
        (_shape(frame=-1), "shapes", "[1].frame: Ensure this value is greater than"),
        (_shape(source="x" * 65), "shapes", "[1].source: Ensure this field has no more than 64"),
        (
            _shape(label_id=CAR, attributes=[AttributeValue(NOTE, "x" * 5000)]),
            "shapes", "[1].attributes[0].value: Ensure this field has no more than 4096",
        ),
        (_shape(points=[1, 2, 3, float("nan")]), "shapes", "[1].points: Coordinates must be"),
        (_shape(points=[1, 2, 3, float("inf")]), "shapes", "[1].points: Coordinates must be"),
        (_shape(type="mask", points=[0, 3, 0, 0, 1, 1]), "shapes", "[1].points: The runs of"),
        (_keyframe(rotation=-3.0), "tracks", "[0].shapes[0].rotation: Ensure this value"),
        (Objects(tags=[Tag(frame=0, label_id=PERSON, group=-1)]), "tags", "[0].group: Ensure"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("target", ["task", "job"])
def test_what_is_wrong_is_named_and_nothing_is_stored(
    api: Api, task: Annotated, target: Any, objects: Objects, kind: str, said: str
) -> None:
    number = task.id if target == "task" else task.jobs[0]
    with pytest.raises(Invalid) as refused:
        tasks.import_document(target, number, objects, "replace")
    assert said in refused.value.body[kind][0]
    assert api.get(task.url).json["version"] == 0


def test_masks_of_integers_are_masks(api: Api, task: Annotated) -> None:
    mask = Shape(type="mask", frame=0, points=[0, 2, 3, 1, 5, 7, 7, 8], label_id=PERSON)
    tasks.import_document("job", task.jobs[0], Document(shapes=[mask]), "append")
    [stored] = api.get(task.url).json["shapes"]
    assert stored["points"] == [0, 2, 3, 1, 5, 7, 7, 8]
