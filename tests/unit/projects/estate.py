"""A picture of everything that is stored, to compare with after it was deleted and restored."""

from __future__ import annotations

from typing import Any

import msgspec

from chalicelib.annotations import store as annotation_store
from chalicelib.annotations.model.document import Objects, Tag
from chalicelib.annotations.revisions.changes import Change
from chalicelib.platform import bucket
from chalicelib.platform.table import Record
from tests.unit.projects.conftest import Member

LABELS = [{"name": "cat"}, {"name": "dog"}]
#: What people and the server itself leave in the table.
ASIDE = ("USER", "EMAIL", "SESSION", "COUNTER")


def fill(member: Member, task: dict[str, Any]) -> None:
    """Media for a task, and annotations with a history for each of its jobs."""
    bucket.put(f"tasks/{task['id']}/raw/a.jpg", b"...")
    labels = member.api.get("/api/labels", task_id=task["id"], sort="id").json["results"]
    for job in member.api.get("/api/jobs", task_id=task["id"]).json["results"]:
        for label in labels[:2]:
            tag = Tag(frame=job["start_frame"], label_id=label["id"])
            change = Change(create=Objects(tags=[tag]))
            annotation_store.save(annotation_store.Save(job_id=job["id"], change=change))


def left() -> list[str]:
    """What the table still holds, apart from people, their sessions, and counters."""
    return sorted(f"{r.pk}/{r.sk}" for r in Record.scan() if not r.pk.startswith(ASIDE))


def stored() -> dict[str, Any]:
    """Every record with its document and index entries, and every object with its size.

    Versions of records are left out, and when a project was last updated: they go on.
    """
    records = {
        f"{record.pk}/{record.sk}": {
            "num": record.num, "doc": _document(record), "blob": record.blob,
            "expires": record.expires,
            "indexes": (record.by_kind, record.by_owner, record.by_assignee, record.by_parent),
        }
        for record in Record.scan()
        if not record.pk.startswith(ASIDE)
    }  # fmt: skip
    return {"records": records, "objects": dict(bucket.listing(""))}


def seen(member: Member) -> dict[str, Any]:
    """What somebody sees in lists."""
    return {
        kind: member.api.get(f"/api/{kind}", page_size=100).json
        for kind in ("projects", "tasks", "jobs", "labels")
    }


def _document(record: Record) -> Any:
    document = msgspec.json.decode(record.doc) if record.doc else None
    if record.pk.startswith("PROJECT") and document:
        document.pop("updated_date", None)
    return document
