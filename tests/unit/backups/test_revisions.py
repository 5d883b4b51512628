"""What a job had is one revision of the job that is made of it, however much it is."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from chalicelib.annotations.revisions import log
from chalicelib.platform import keys
from chalicelib.platform.table import Record
from functions.backup.restoring import annotating
from tests.unit.backups.conftest import World, packed
from tests.unit.backups.test_bad_backups import good
from tests.unit.backups.test_cvat_layouts import job, key, shape

#: More than 4 MB of JSON.
MANY, CORNERS = 1500, 200


def outline(number: int) -> dict[str, Any]:
    points = [float((number * 7 + corner * 13) % 100) + 0.125 for corner in range(2 * CORNERS)]
    return shape(number % 5, type="polygon", points=points, attributes=[])


def jobs_of(world: World, task_id: int) -> list[Any]:
    listed = world.json("/api/jobs", task_id=task_id, page_size="all")["results"]
    ids = sorted(one["id"] for one in listed)
    return [world.json(f"/api/jobs/{job_id}/annotations") for job_id in ids]


def revisions(world: World, task_id: int) -> list[tuple[int, int, int, int]]:
    """Revision of each job, and how many tags, shapes and tracks it has."""
    found = (
        (one["version"], *(len(one[kind]) for kind in ("tags", "shapes", "tracks")))
        for one in jobs_of(world, task_id)
    )
    return [(version, tags, shapes, tracks) for version, tags, shapes, tracks in found]


def test_megabytes_of_a_job_are_one_revision(world: World) -> None:
    track = {
        "frame": 0, "label": "car", "group": 0, "source": "manual", "attributes": [],
        "shapes": [key(0), key(4)],
    }  # fmt: skip
    first = job(shapes=[outline(number) for number in range(MANY)], tracks=[track])
    assert len(msgspec.json.encode(first)) > 4 << 20
    # The second job also has an object of a frame that it does not have, as overlapping ones do.
    second = job(shapes=[shape(3), shape(4), shape(0)])
    body = packed(good(annotations__json=[first, second]))
    task_id = world.restored("task", body)
    assert revisions(world, task_id) == [(1, 0, MANY, 1), (1, 0, 3, 0)]
    kept = jobs_of(world, task_id)[0]["shapes"]
    wanted = sorted(first["shapes"], key=lambda one: one["frame"])
    assert [(one["frame"], one["points"]) for one in kept] == [
        (one["frame"], one["points"]) for one in wanted
    ]


def test_the_history_says_where_a_revision_comes_from(world: World) -> None:
    task_id = world.restored(
        "task", packed(good(annotations__json=[job(shapes=[shape(0)]), job()]))
    )
    first = world.json("/api/jobs", task_id=task_id, page_size="all")["results"]
    record = Record.get(keys.annotations(min(one["id"] for one in first)), log.revision_key(1))
    meta = record.read(log.RevisionMeta)
    assert (meta.client, meta.message) == ("restore", "Restored from a backup")


def test_a_job_without_annotations_has_no_revision(world: World) -> None:
    task_id = world.restored("task", packed(good(annotations__json=[job(), job()])))
    assert revisions(world, task_id) == [(0, 0, 0, 0), (0, 0, 0, 0)]


@pytest.mark.parametrize("batch", [1, 400, 1 << 20])
def test_what_cannot_be_stored_keeps_nothing_else_out(
    world: World, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(annotating, "BATCH", batch)
    shapes = [shape(0), shape(1, points=[1.0]), shape(2), shape(0, points=[1e300] * 4)]
    body = packed(good(annotations__json=[job(shapes=shapes), job(shapes=[shape(4)])]))
    request = world.restore("task", body)
    assert request.status == "finished", request.message
    assert request.result_id is not None
    found = revisions(world, request.result_id)
    assert [version for version, *_ in found] == [1, 1]
    stored = sum(shapes for _, _, shapes, _ in found)
    assert request.message.startswith(f"Restored a task with {stored} objects.")
    assert f"{5 - stored} × {annotating.WRONG}" in request.message
