"""Answers to requests for the trash."""

from __future__ import annotations

from typing import Any, cast

from chalicelib.accounts import permissions
from chalicelib.platform.errors import NotFound
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import json_answer
from chalicelib.projects import access, store
from chalicelib.projects.models import Project, Task
from chalicelib.projects.trash import deleting, entries
from chalicelib.projects.trash.bodies import Kind, Restored


def restore(request: Request, kind: str, thing_id: int) -> Any:
    """Restore a deleted project or task: 202 while some of it is still on its way."""
    named = _kind(kind)
    there = _live(named, thing_id)
    _require(request, there or _deleted(named, thing_id))
    finished = there is not None or deleting.bring_back(named, thing_id)
    url = f"{request.base_url}/api/{named}s/{thing_id}"
    answer = Restored(kind=named, id=thing_id, url=url, finished=finished)
    return answer if finished else json_answer(answer, 202)


def destroy(request: Request, kind: str, thing_id: int) -> None:
    """Remove a deleted project or task for good."""
    named = _kind(kind)
    _require(request, _deleted(named, thing_id))
    deleting.remove(named, thing_id)


def _kind(text: str) -> Kind:
    if text not in {"project", "task"}:
        raise NotFound
    return cast(Kind, text)


def _live(kind: Kind, thing_id: int) -> Project | Task | None:
    """What was restored before: a repeated request is answered as the first one."""
    load = store.load_project if kind == "project" else store.load_task
    return load(thing_id)


def _deleted(kind: Kind, thing_id: int) -> Project | Task:
    entry = entries.load(kind, thing_id)
    if entry is None or not entry.visible:
        raise NotFound
    return entry.item()


def _require(request: Request, item: Project | Task) -> None:
    """Who may delete something may have it back. Raises Forbidden."""
    me = request.principal
    if isinstance(item, Project):
        relations = access.project_relations(item, me.id)
        permissions.require(me, "projects", "delete", relations)
        return
    number = item.project_id
    parent = None if number is None else store.load_project(number) or entries.project(number)
    permissions.require(me, "tasks", "delete", access.task_relations(item, parent, me.id))
