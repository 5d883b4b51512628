"""Ids of background requests, which say what is done to what: `action=export&target=task&…`.

Clients send them back percent-encoded and read nothing in them; lists filter by their parts.
"""

from __future__ import annotations

from typing import Literal

Target = Literal["project", "task", "job"]
Subresource = Literal["dataset", "annotations", "backup"]


def create(task_id: int) -> str:
    """Making a task from its media."""
    return _joined(action="create", target="task", target_id=task_id)


def export(
    target: Target, target_id: int, user_id: int, subresource: Subresource, format_name: str = ""
) -> str:
    """Writing a dataset, annotations or a backup for one user."""
    parts = {
        "action": "export",
        "target": target,
        "target_id": target_id,
        "user_id": user_id,
        "subresource": subresource,
    }
    if format_name:
        parts["format"] = format_name.replace(" ", "_").replace(".", "~")
    return _joined(**parts)


def import_(target: Target, target_id: int, subresource: Subresource) -> str:
    """Reading annotations or a dataset into an object."""
    return _joined(action="import", target=target, target_id=target_id, subresource=subresource)


def restore(target: Target, unique: str) -> str:
    """Making a project or task from a backup; there is no id yet, so `unique` stands for it."""
    return _joined(action="import", target=target, id=unique, subresource="backup")


def parts(request_id: str) -> dict[str, str]:
    """The parts of an id; empty for an id of another form."""
    pairs = (part.partition("=") for part in request_id.split("&"))
    return {name: value for name, equals, value in pairs if equals}


def _joined(**parts: str | int) -> str:
    return "&".join(f"{name}={value}" for name, value in parts.items())
