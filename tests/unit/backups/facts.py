"""What must be equal of a task and of what its backup makes, whatever the ids."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from tests.unit.backups.conftest import World

#: What belongs to the copy alone.
_OWN = {
    "id", "url", "jobs", "labels", "created_date", "updated_date", "data", "task_id", "project_id",
    "issues", "owner", "assignee_updated_date", "task", "project", "chunks_updated_date",
    "has_parent", "parent_id", "guide_id",
}  # fmt: skip
_TASK = {
    "name", "mode", "bug_tracker", "overlap", "segment_size", "status", "data_chunk_size",
    "data_compressed_chunk_type", "data_original_chunk_type", "size", "image_quality", "subset",
    "dimension",
}  # fmt: skip


def of_task(world: World, task_id: int) -> dict[str, Any]:
    """Everything that people see of a task: facts, labels, jobs, frames' names, annotations."""
    task = world.json(f"/api/tasks/{task_id}")
    meta = world.json(f"/api/tasks/{task_id}/data/meta")
    jobs = sorted(world.json("/api/jobs", task_id=task_id, page_size="all")["results"],
                  key=lambda job: job["id"])  # fmt: skip
    labels = world.json("/api/labels", task_id=task_id, page_size="all")["results"]
    names = _names(labels)
    return {
        "task": {name: task[name] for name in _TASK},
        "meta": {k: v for k, v in meta.items() if k not in _OWN | {"storage", "cloud_storage_id"}},
        "labels": _labels(labels),
        "jobs": [
            {name: job[name] for name in ("start_frame", "stop_frame", "stage", "state", "type")}
            for job in jobs
        ],
        "annotations": [
            named(world.json(f"/api/jobs/{job['id']}/annotations"), names) for job in jobs
        ],
    }


def frames_of(world: World, task_id: int) -> list[str]:
    """Digests of every frame's bytes as clients get them, in the original quality."""
    size = world.json(f"/api/tasks/{task_id}")["size"]
    path = f"/api/tasks/{task_id}/data"
    bodies = (_picture(world, path, number) for number in range(size))
    return [hashlib.sha256(body).hexdigest() for body in bodies]


def _picture(world: World, path: str, number: int) -> bytes:
    answer = world.api.get(path, type="frame", number=number, quality="original")
    return world.stored(answer) if answer.status == 302 else answer.body


def named(value: Any, names: dict[tuple[str, int], str]) -> Any:
    """Annotations without ids, labels and attributes by their names."""
    if isinstance(value, list):
        return [named(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {k: named(v, names) for k, v in value.items() if k not in {"id", "version"}}
    for field in ("label_id", "spec_id"):
        if field in kept:
            kept[field] = names[field, kept[field]]
    if "attributes" in kept:
        kept["attributes"].sort(key=lambda one: str(one["spec_id"]))
    return kept


def _names(labels: list[Any]) -> dict[tuple[str, int], str]:
    found = {}
    for label in labels:
        for one in (label, *label["sublabels"]):
            found["label_id", one["id"]] = one["name"]
            found.update((("spec_id", spec["id"]), spec["name"]) for spec in one["attributes"])
    return found


def _labels(labels: list[Any]) -> list[Any]:
    return [_label(label) for label in sorted(labels, key=lambda label: str(label["name"]))]


def _label(label: dict[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in label.items() if k not in _OWN}
    names = {str(part["id"]): part["name"] for part in label.get("sublabels", ())}
    if "svg" in kept:
        kept["svg"] = re.sub(r'data-label-id="(\d+)"', lambda m: names[m[1]], kept["svg"])
    kept["sublabels"] = [_label(part) for part in label.get("sublabels", ())]
    kept["attributes"] = [
        {k: v for k, v in spec.items() if k != "id"} for spec in label["attributes"]
    ]
    return kept
