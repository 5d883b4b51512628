"""`conv_mask_to_poly`: masks become polygons unless somebody says that they stay."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.annotations.tasks import read_task
from tests.unit.formats.conftest import Person
from tests.unit.formats.importing.test_import_steps import finish, run, upload

BODY = json.dumps(
    {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 640, "height": 480}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [
            {
                "id": 1, "image_id": 1, "category_id": 1, "iscrowd": 1,
                # 20 columns of 30 pixels, from (10, 10) on.
                "segmentation": {
                    "size": [480, 640],
                    "counts": [4810, *[30, 450] * 19, 30, 640 * 480 - 4810 - 20 * 480 + 450],
                },
            }
        ],
    }
).encode()  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ({}, "polygon"),
        ({"conv_mask_to_poly": "true"}, "polygon"),
        ({"conv_mask_to_poly": "True"}, "polygon"),
        ({"conv_mask_to_poly": "false"}, "mask"),
        ({"conv_mask_to_poly": "False"}, "mask"),
    ],
    ids=str,
)
def test_masks(ann: Person, task: dict[str, Any], asked: dict[str, str], kind: str) -> None:
    path = f"/api/tasks/{task['id']}/annotations"
    file = upload(ann, path, BODY)
    answer = finish(ann, path, file, format="COCO 1.0", **asked)
    assert answer.status == 202, answer
    assert run(answer.json["rq_id"])[0] == "finished"
    (shape,) = read_task(task["id"]).shapes
    assert shape.type == kind
    xs, ys = (shape.points[-4:-1:2], shape.points[-3::2]) if kind == "mask" else (
        shape.points[::2], shape.points[1::2]
    )  # fmt: skip
    assert (min(xs), min(ys), max(xs), max(ys)) == (10, 10, 29, 39)


def test_what_is_neither_is_refused(ann: Person, task: dict[str, Any]) -> None:
    path = f"/api/tasks/{task['id']}/annotations"
    answer = finish(ann, path, upload(ann, path, BODY), format="COCO 1.0", conv_mask_to_poly="so")
    assert (answer.status, list(answer.json)) == (400, ["conv_mask_to_poly"])
    assert read_task(task["id"]).shapes == []
