"""Creating and changing projects."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from chalicelib.accounts import permissions
from chalicelib.platform import clock, ids, keys
from chalicelib.platform.requests import Request
from chalicelib.platform.table import Create, Record
from chalicelib.projects import access, changes, fields, labels, people, store
from chalicelib.projects.bodies import PatchedProjectWriteRequest, ProjectWriteRequest
from chalicelib.projects.indexing import index_project, project_record
from chalicelib.projects.models import Project

#: Which right each field of a PATCH needs.
SCOPES = {
    "name": "update:desc",
    "labels": "update:desc",
    "bug_tracker": "update:desc",
    "owner_id": "update:owner",
    "assignee_id": "update:assignee",
    "target_storage": "update:associated_storage",
    "source_storage": "update:associated_storage",
}


def create(request: Request, body: ProjectWriteRequest) -> Project:
    """Store a new project with its labels. Raises Forbidden, Invalid."""
    principal = request.principal
    permissions.require(principal, "projects", "create")
    if isinstance(body.owner_id, int) and body.owner_id != principal.id:
        permissions.require(principal, "projects", "update:owner", frozenset({"Owner"}))
    people.check(principal, owner_id=body.owner_id, assignee_id=body.assignee_id)
    moment = clock.iso()
    project = Project(
        id=0,
        name=fields.text("name", body.name),
        owner_id=body.owner_id if isinstance(body.owner_id, int) else principal.id,
        bug_tracker=body.bug_tracker,
        source_storage=fields.storage("source_storage", body.source_storage),
        target_storage=fields.storage("target_storage", body.target_storage),
        created_date=moment,
        updated_date=moment,
    )
    people.assign(project, body.assignee_id)
    (project.id,) = ids.allocate("project")
    change = labels.create(keys.project(project.id), body.labels)
    change.commit_with(Create(project_record(project)))
    return project


def update(request: Request, project_id: int, body: PatchedProjectWriteRequest) -> Project:
    """Change a project and its labels. Raises NotFound, Forbidden, Invalid."""
    given = {field for field in body.__struct_fields__ if getattr(body, field) is not UNSET}
    scopes = {SCOPES[field] for field in given if field in SCOPES}
    access.project(request, project_id, *sorted(scopes or {"view"}))
    fields.check_organization(body.organization_id)
    people.check(request.principal, owner_id=body.owner_id, assignee_id=body.assignee_id)

    def edit(project: Project, record: Record) -> labels.Change:
        _edit(project, body)
        index_project(record, project)
        if isinstance(body.labels, UnsetType) or not body.labels:
            return labels.Change()
        return labels.change(keys.project(project_id), body.labels, request.principal.id)

    return changes.apply(store.project_key(project_id), Project, edit)


def _edit(project: Project, body: PatchedProjectWriteRequest) -> None:
    if not isinstance(body.name, UnsetType):
        project.name = fields.text("name", body.name)
    if not isinstance(body.bug_tracker, UnsetType):
        project.bug_tracker = body.bug_tracker
    if not isinstance(body.owner_id, UnsetType):
        project.owner_id = body.owner_id
    if not isinstance(body.source_storage, UnsetType):
        project.source_storage = fields.storage("source_storage", body.source_storage)
    if not isinstance(body.target_storage, UnsetType):
        project.target_storage = fields.storage("target_storage", body.target_storage)
    people.assign(project, body.assignee_id)
