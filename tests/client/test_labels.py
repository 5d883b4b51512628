"""Labels through the unmodified SDK."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from cvat_sdk.api_client import exceptions
from cvat_sdk.models import (
    AttributeRequest,
    AttributeValRequest,
    LabeledDataRequest,
    LabeledImageRequest,
    LabeledShapeRequest,
    PatchedLabelRequest,
    PatchedProjectWriteRequest,
    PatchedTaskWriteRequest,
    ProjectWriteRequest,
    ShapeType,
    SubLabeledShapeRequest,
    SublabelRequest,
    TaskWriteRequest,
)

from tests.client.datasets import NAMES, PHOTOS
from tests.client.people import newcomer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cvat_sdk import Client
    from cvat_sdk.core.proxies.tasks import Task

    from tests.support.server import Server

DRAWING = (
    '<circle r="1.5" cx="10" cy="10" data-type="element node" data-element-id="1" '
    'data-node-id="1" data-label-name="head"></circle>'
)


def test_a_skeleton_keeps_its_elements(server: Server) -> None:
    with newcomer(server) as marie:
        body = PatchedLabelRequest(
            name="body",
            type="skeleton",
            svg=DRAWING,
            sublabels=[SublabelRequest(name="head", type="points", attributes=[])],
            attributes=[],
        )
        task = marie.tasks.create(TaskWriteRequest(name="people", labels=[body]))
        (label,) = task.get_labels()
        (head,) = label.sublabels
        assert (label.type, head.name, head.type) == ("skeleton", "head", "points")
        assert f'data-label-id="{head.id}"' in label.svg


def test_a_label_is_changed_and_deleted_by_its_id(server: Server) -> None:
    with newcomer(server) as marie:
        labels = [PatchedLabelRequest(name=name, attributes=[]) for name in ("a", "b")]
        task = marie.tasks.create(TaskWriteRequest(name="letters", labels=labels))
        a, b = task.get_labels()
        api = marie.api_client.labels_api
        changed, _ = api.partial_update(
            a.id, patched_label_request=PatchedLabelRequest(name="c", color="#010203")
        )
        assert (changed.name, changed.color) == ("c", "#010203")
        api.destroy(b.id)
        assert [label.name for label in task.get_labels()] == ["c"]
        with pytest.raises(exceptions.NotFoundException):
            api.retrieve(b.id)
        found, _ = api.list(task_id=task.id, name="c")
        assert found.count == 1


CAR_ATTRIBUTES = [
    AttributeRequest(
        name="colour", mutable=False, input_type="select", default_value="red",
        values=["red", "blue"],
    ),
]  # fmt: skip


def _car(**fields: Any) -> PatchedLabelRequest:
    return PatchedLabelRequest(**({"name": "car", "attributes": CAR_ATTRIBUTES} | fields))


def _body() -> PatchedLabelRequest:
    return PatchedLabelRequest(
        name="body",
        type="skeleton",
        svg=DRAWING,
        sublabels=[SublabelRequest(name="head", type="points", attributes=[])],
        attributes=[],
    )


LABELS = [_car(), PatchedLabelRequest(name="tree", attributes=[]), _body()]


@pytest.fixture(scope="module")
def marie(server: Server) -> Iterator[Client]:
    with newcomer(server) as client:
        client.config.status_check_period = 0.1
        yield client


@pytest.fixture
def task(marie: Client) -> Task:
    """Photographs with a blue car, a tagged tree and a body."""
    task = marie.tasks.create_from_data(
        TaskWriteRequest(name="street", labels=LABELS), [PHOTOS / name for name in NAMES]
    )
    car, tree, body = task.get_labels()
    blue = AttributeValRequest(spec_id=car.attributes[0].id, value="blue")
    head = SubLabeledShapeRequest(
        type=ShapeType("points"), frame=1, label_id=body.sublabels[0].id, points=[5.0, 6.0]
    )
    task.set_annotations(
        LabeledDataRequest(
            tags=[LabeledImageRequest(frame=0, label_id=tree.id)],
            shapes=[
                LabeledShapeRequest(
                    type=ShapeType("rectangle"), frame=0, label_id=car.id,
                    points=[1.0, 2.0, 30.0, 40.0], attributes=[blue],
                ),
                LabeledShapeRequest(
                    type=ShapeType("skeleton"), frame=1, label_id=body.id, elements=[head]
                ),
            ],
        )
    )  # fmt: skip
    return task


def _change(client: Client, label: Any, **fields: Any) -> Any:
    changed, _ = client.api_client.labels_api.partial_update(
        label.id, patched_label_request=PatchedLabelRequest(**fields)
    )
    return changed


def _attribute(spec: Any, **fields: Any) -> AttributeRequest:
    return AttributeRequest(**(spec.to_dict() | fields))


def _save_again(task: Task) -> None:
    """What a script does that reads annotations, changes some, and stores them all."""
    read = task.get_annotations().to_dict()
    for kind in ("tags", "shapes", "tracks"):
        for item in read[kind]:
            item.pop("id")
    task.api.update_annotations(
        task.id, labeled_data_request=LabeledDataRequest._from_openapi_data(**read)
    )


def _colours(task: Task) -> list[str]:
    return [
        shape.attributes[0].value for shape in task.get_annotations().shapes if shape.attributes
    ]


def test_a_label_in_use_takes_its_objects_along(marie: Client, task: Task) -> None:
    car, tree, body = task.get_labels()
    task.update(PatchedTaskWriteRequest(labels=[PatchedLabelRequest(id=car.id, deleted=True)]))
    kept = task.get_annotations()
    assert [shape.label_id for shape in kept.shapes] == [body.id]
    assert [tag.label_id for tag in kept.tags] == [tree.id]
    marie.api_client.labels_api.destroy(body.id)
    assert task.get_annotations().shapes == []
    [job] = task.get_jobs()
    newest, before, first = _history(marie, job.id)
    assert newest["message"] == 'Deleted label "body"'
    assert (before["message"], before["deleted"]) == ('Deleted label "car"', 1)
    assert before["owner"]["username"] == marie.users.retrieve_current_user().username
    assert first["created"] == 3


def _history(client: Client, job_id: int) -> list[dict[str, Any]]:
    url = f"{client.api_client.configuration.host}/api/jobs/{job_id}/annotations/history"
    headers = client.api_client.get_common_headers()
    answer = client.api_client.rest_client.GET(url, headers=headers)
    rows: list[dict[str, Any]] = json.loads(answer.data)["results"]
    return rows


def test_attributes_change_and_old_values_stay(marie: Client, task: Task) -> None:
    car = task.get_labels()[0]
    colour = car.attributes[0]
    for change in (
        {"name": "paint"},
        {"name": "paint", "values": ["green", "white"], "default_value": "white"},
        {"name": "paint", "input_type": "text", "values": []},
    ):
        _change(marie, car, attributes=[_attribute(colour, **change)])
        (seen,) = task.get_labels()[0].attributes
        assert (seen.id, seen.name) == (colour.id, "paint")
        assert _colours(task) == ["blue"]
        _save_again(task)
        assert _colours(task) == ["blue"]
    wet = AttributeRequest(
        name="wet", mutable=True, input_type="checkbox", default_value="true", values=[]
    )
    _change(marie, car, attributes=[wet])
    shape = task.get_annotations().shapes[0]
    assert sorted(value.value for value in shape.attributes) == ["blue", "true"]


def test_attributes_are_not_removed(marie: Client, task: Task) -> None:
    car = task.get_labels()[0]
    gone = _attribute(car.attributes[0], deleted=True)
    with pytest.raises(exceptions.ApiException, match="cannot be removed") as refused:
        _change(marie, car, attributes=[gone])
    assert refused.value.status == 400
    _change(marie, car, attributes=[])
    assert [a.name for a in task.get_labels()[0].attributes] == ["colour"]


def test_a_type_changes_but_never_from_or_to_a_skeleton(marie: Client, task: Task) -> None:
    car, tree, body = task.get_labels()
    assert _change(marie, car, type="polygon").type == "polygon"
    assert task.get_annotations().shapes[0].type == ShapeType("rectangle")
    _save_again(task)
    assert _change(marie, tree, type="skeleton").type == "any"
    assert _change(marie, body, type="points").type == "skeleton"


def test_names_are_unique(marie: Client, task: Task) -> None:
    car, tree, body = task.get_labels()
    before = [label.to_dict() for label in (car, tree, body)]
    refusals: list[Callable[[], Any]] = [
        lambda: _change(marie, tree, name="car"),
        lambda: _change(marie, tree, name=" car "),
        lambda: task.update(PatchedTaskWriteRequest(labels=[_car()])),
        lambda: _change(marie, body, sublabels=[SublabelRequest(name="head", id=0, attributes=[])]),
    ]
    for change in refusals:
        with pytest.raises(exceptions.ApiException) as refused:
            change()
        assert refused.value.status == 400
    assert [label.to_dict() for label in task.get_labels()] == before


def test_sublabels_are_changed_through_their_skeleton(marie: Client, task: Task) -> None:
    body = task.get_labels()[2]
    head = body.sublabels[0]
    api = marie.api_client.labels_api
    with pytest.raises(exceptions.ApiException) as refused:
        api.destroy(head.id)
    assert refused.value.status == 400
    with pytest.raises(exceptions.ApiException) as refused:
        _change(marie, head, name="nose")
    assert refused.value.status == 400
    tail = '<circle r="1" cx="9" cy="9" data-node-id="2" data-label-name="tail"></circle>'
    changed = _change(
        marie, body, svg=body.svg + tail,
        sublabels=[
            SublabelRequest(id=head.id, name="skull", attributes=[]),
            SublabelRequest(name="tail", type="points", attributes=[]),
        ],
    )  # fmt: skip
    skull, new = changed.sublabels
    assert (skull.id, skull.name, new.name) == (head.id, "skull", "tail")
    for part in (skull, new):
        assert f'data-label-id="{part.id}"' in changed.svg
    assert "data-label-name" not in changed.svg
    [skeleton] = [s for s in task.get_annotations().shapes if s.elements]
    assert skeleton.elements[0].label_id == head.id
    _save_again(task)


def test_colours_are_made_up_once(marie: Client) -> None:
    names = ("cat", "dog", "owl")
    labels = [PatchedLabelRequest(name=name, attributes=[]) for name in names]
    task = marie.tasks.create(TaskWriteRequest(name="pets", labels=labels))
    colours = [label.color for label in task.get_labels()]
    assert len(set(colours)) == 3
    _change(marie, task.get_labels()[0], name="lynx")
    assert [label.color for label in task.get_labels()] == colours


def test_a_task_moves_into_a_project_with_its_annotations(marie: Client, task: Task) -> None:
    project = marie.projects.create(ProjectWriteRequest(name="town", labels=LABELS[::-1]))
    labels = {label.name: label for label in project.get_labels()}
    before = task.get_annotations()
    task.update(PatchedTaskWriteRequest(project_id=project.id))
    moved = task.get_annotations()
    car, tree, body = (labels[name] for name in ("car", "tree", "body"))
    assert [shape.label_id for shape in moved.shapes] == [car.id, body.id]
    assert [tag.label_id for tag in moved.tags] == [tree.id]
    assert moved.shapes[0].attributes[0].to_dict() == {
        "spec_id": car.attributes[0].id, "value": "blue",
    }  # fmt: skip
    assert moved.shapes[1].elements[0].label_id == body.sublabels[0].id
    assert [shape.id for shape in moved.shapes] == [shape.id for shape in before.shapes]
    _save_again(task)
    [job] = task.get_jobs()
    assert _history(marie, job.id)[1]["message"] == 'Moved to project "town"'


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([LABELS[0], LABELS[1]], "no label 'body'"),
        ([PatchedLabelRequest(name="body", attributes=[]), *LABELS[:2]], "no label 'body'"),
        ([_car(attributes=[]), *LABELS[1:]], "no attribute 'colour'"),
        (
            [
                _car(
                    attributes=[
                        AttributeRequest(
                            name="colour", mutable=False, input_type="radio",
                            default_value="red", values=["red", "blue"],
                        )
                    ]
                ),
                *LABELS[1:],
            ],
            "no attribute 'colour'",
        ),
    ],
)  # fmt: skip
def test_a_task_stays_where_its_labels_are(
    marie: Client, task: Task, labels: list[PatchedLabelRequest], said: str
) -> None:
    project = marie.projects.create(ProjectWriteRequest(name="town", labels=labels))
    before = task.get_annotations().to_dict()
    with pytest.raises(exceptions.ApiException, match=said) as refused:
        task.update(PatchedTaskWriteRequest(project_id=project.id))
    assert refused.value.status == 400
    task.fetch()
    assert task.project_id is None
    assert task.get_annotations().to_dict() == before
    project.update(PatchedProjectWriteRequest(name="village"))
    assert project.fetch().tasks.count == 0
