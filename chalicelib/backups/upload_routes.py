"""Sending backups by TUS."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.backups.restore_routes import endpoint, require
from chalicelib.backups.router import routes
from chalicelib.media.uploads import tus
from chalicelib.platform.requests import Request


@routes.options("/api/tasks/backup")
def discover_task_backups(request: Request) -> Response:
    """What the server speaks of the TUS protocol"""
    return tus.discover()


@routes.options("/api/projects/backup")
def discover_project_backups(request: Request) -> Response:
    """What the server speaks of the TUS protocol"""
    return tus.discover()


@routes.patch("/api/tasks/backup/{file_id}", status=204)
def append_task_backup(request: Request, file_id: str) -> Response:
    """Send the next piece of a task's backup"""
    require(request, "task")
    return tus.append(request, endpoint("task"), file_id, tus.keep_file)


@routes.patch("/api/projects/backup/{file_id}", status=204)
def append_project_backup(request: Request, file_id: str) -> Response:
    """Send the next piece of a project's backup"""
    require(request, "project")
    return tus.append(request, endpoint("project"), file_id, tus.keep_file)


@routes.head("/api/tasks/backup/{file_id}")
def report_task_backup(request: Request, file_id: str) -> Response:
    """How much of a task's backup is stored"""
    require(request, "task")
    return tus.report(request, endpoint("task"), file_id, tus.keep_file)


@routes.head("/api/projects/backup/{file_id}")
def report_project_backup(request: Request, file_id: str) -> Response:
    """How much of a project's backup is stored"""
    require(request, "project")
    return tus.report(request, endpoint("project"), file_id, tus.keep_file)
