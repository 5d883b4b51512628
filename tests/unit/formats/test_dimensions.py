"""Formats of pictures and of point clouds are kept apart when somebody asks for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.projects import store
from tests.unit.formats.conftest import Person

COCO, SLY = "COCO 1.0", "Sly Point Cloud Format 1.0"
OF_PICTURES = {"format": [f'"{COCO}" is for pictures (2D), not for point clouds (3D)']}
OF_CLOUDS = {"format": [f'"{SLY}" is for point clouds (3D), not for pictures (2D)']}


def ask(person: Person, path: str, name: str) -> Any:
    return person.api.with_headers(upload_start="").post(path, format=name)


@pytest.mark.parametrize(
    ("dimension", "good", "bad", "told"),
    [("2d", COCO, SLY, OF_CLOUDS), ("3d", SLY, COCO, OF_PICTURES)],
)
def test_formats_for_other_data_are_refused(
    ann: Person,
    make_task: Callable[..., dict[str, Any]],
    dimension: str,
    good: str,
    bad: str,
    told: dict[str, list[str]],
) -> None:
    project = ann.api.post("/api/projects", {"name": "p", "labels": [{"name": "cat"}]}).json["id"]
    empty = f"/api/projects/{project}/dataset"
    assert [ask(ann, empty, name).status for name in (good, bad)] == [202, 202]
    task = make_task(dimension=dimension, project_id=project)["id"]
    job = store.task_jobs(task)[0].id
    for target in (f"tasks/{task}", f"jobs/{job}", f"projects/{project}"):
        imported = "dataset" if target.startswith("projects") else "annotations"
        for path in (f"/api/{target}/dataset/export", f"/api/{target}/{imported}"):
            assert ask(ann, path, good).status == 202
            answer = ask(ann, path, bad)
            assert (answer.status, answer.json) == (400, told)
