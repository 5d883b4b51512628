"""/api/tasks"""

from __future__ import annotations

from typing import Any

from chalicelib.activity import request_ids
from chalicelib.activity import store as activity
from chalicelib.platform.http import Router
from chalicelib.platform.paging import Page
from chalicelib.platform.requests import Request
from chalicelib.projects import access, lists, rows, task_changes, visibility
from chalicelib.projects.bodies import PatchedTaskWriteRequest, TaskWriteRequest
from chalicelib.projects.views import RqStatus, TaskRead, show_task

routes = Router(__name__, tag="tasks")


@routes.get("/api/tasks", response=Page[TaskRead], query=(*lists.PAGING, *lists.TASKS.simple))
def list_tasks(request: Request) -> Any:
    """List tasks"""
    return lists.page(
        request,
        visibility.tasks(request),
        rows.load_tasks,
        lists.TASKS,
        lambda row: show_task(row.task, row.project, request.base_url),
        settled=("project_id",),
    )


@routes.post("/api/tasks", body=TaskWriteRequest, response=TaskRead, status=201)
def create(request: Request, body: TaskWriteRequest) -> Any:
    """Create a task"""
    task, project = task_changes.create(request, body)
    return show_task(task, project, request.base_url)


@routes.get("/api/tasks/{id}", response=TaskRead)
def retrieve(request: Request, task_id: int) -> Any:
    """Get a task"""
    context = access.task(request, task_id, "view")
    return show_task(context.task, context.project, request.base_url)


@routes.patch("/api/tasks/{id}", body=PatchedTaskWriteRequest, response=TaskRead)
def partial_update(request: Request, task_id: int, body: PatchedTaskWriteRequest) -> Any:
    """Change a task"""
    task = task_changes.update(request, task_id, body)
    return show_task(task, access.parent_of(task), request.base_url)


@routes.delete("/api/tasks/{id}")
def destroy(request: Request, task_id: int) -> Any:
    """Put a task with its jobs, annotations and media into the trash"""
    # Imported when first needed: most API processes never delete anything.
    from chalicelib.projects.trash import deleting

    access.task(request, task_id, "delete")
    deleting.delete_task(task_id, request.principal.id)


@routes.get("/api/tasks/{id}/status", response=RqStatus)
def retrieve_status(request: Request, task_id: int) -> Any:
    """Get the state of a task's media (older clients; others read /api/requests)"""
    context = access.task(request, task_id, "view")
    work = activity.load(request_ids.create(task_id))
    if context.task.data is not None or work is None:
        return RqStatus(state="Finished")
    state = "Queued" if work.status == "queued" else work.status.capitalize()
    return RqStatus(state=state, message=work.message, progress=work.progress or 0.0)
