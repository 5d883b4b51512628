"""Labels through the unmodified SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cvat_sdk.api_client import exceptions
from cvat_sdk.models import PatchedLabelRequest, SublabelRequest, TaskWriteRequest

from tests.client.people import newcomer

if TYPE_CHECKING:
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
