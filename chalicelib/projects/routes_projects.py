"""/api/projects"""

from __future__ import annotations

from typing import Any

from chalicelib.platform.http import Router
from chalicelib.platform.paging import Page
from chalicelib.platform.requests import Request
from chalicelib.projects import access, lists, projects, rows, visibility
from chalicelib.projects.bodies import PatchedProjectWriteRequest, ProjectWriteRequest
from chalicelib.projects.views import ProjectRead, show_project

routes = Router(__name__, tag="projects")


@routes.get(
    "/api/projects", response=Page[ProjectRead], query=(*lists.PAGING, *lists.PROJECTS.simple)
)
def list_projects(request: Request) -> Any:
    """List projects"""
    return lists.page(
        request,
        visibility.projects(request),
        rows.load_projects,
        lists.PROJECTS,
        lambda project: show_project(project, request.base_url),
    )


@routes.post("/api/projects", body=ProjectWriteRequest, response=ProjectRead, status=201)
def create(request: Request, body: ProjectWriteRequest) -> Any:
    """Create a project"""
    return show_project(projects.create(request, body), request.base_url)


@routes.get("/api/projects/{id}", response=ProjectRead)
def retrieve(request: Request, project_id: int) -> Any:
    """Get a project"""
    return show_project(access.project(request, project_id, "view").project, request.base_url)


@routes.patch("/api/projects/{id}", body=PatchedProjectWriteRequest, response=ProjectRead)
def partial_update(request: Request, project_id: int, body: PatchedProjectWriteRequest) -> Any:
    """Change a project"""
    return show_project(projects.update(request, project_id, body), request.base_url)


@routes.delete("/api/projects/{id}")
def destroy(request: Request, project_id: int) -> Any:
    """Put a project with its tasks into the trash"""
    # Imported when first needed: most API processes never delete anything.
    from chalicelib.projects.trash import deleting

    access.project(request, project_id, "delete")
    deleting.delete_project(project_id, request.principal.id)
