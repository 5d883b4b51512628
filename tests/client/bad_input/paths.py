"""Every route of the application, and the ids that an owner would put into its path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import app
from chalicelib.platform.http import ROUTES, Route

if TYPE_CHECKING:
    from tests.client.bad_input.estate import Estate

__all__ = ["ROUTES", "ids_of", "named"]

assert app.app.routes  # importing the application fills ROUTES


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def ids_of(route: Route, estate: Estate) -> dict[str, Any]:
    """The owner's id for each parameter of a path."""
    kind = route.path.split("/")[2]
    found: dict[str, Any] = {}
    for name in re.findall(r"\{(\w+)\}", route.path):
        if name == "upload_id":
            found |= {"id": estate.open_task_id, name: estate.browser_upload_id}
        elif name == "revision":
            found[name] = 1
        elif name == "file_id" and "/annotations/" in route.path:
            jobs = kind == "jobs"
            found[name] = estate.job_import_upload_id if jobs else estate.import_upload_id
        elif name == "file_id" and "/dataset/" in route.path:
            found |= {"id": estate.project_id, name: estate.dataset_upload_id}
        elif name == "file_id" and "/backup/" in route.path:
            found[name] = estate.backup_upload_ids[kind]
        elif name == "file_id":
            found |= {"id": estate.open_task_id, name: estate.data_upload_id}
        elif kind == "trash":
            found |= {"kind": "task", "id": estate.deleted_task_id}
        else:
            owned = {
                "auth": estate.token_id,
                "users": estate.owner.id,
                "requests": quote(estate.create_id, safe=""),
                "jobs": estate.job_id,
                "tasks": estate.task_id,
                "projects": estate.project_id,
                "labels": estate.label_id,
                "cloudstorages": estate.storage_id,
            }
            assert kind in owned, f"{named(route)}: say here whose ids it takes"
            found[name] = owned[kind]
    return found
