"""Creating and changing tasks."""

from __future__ import annotations

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from chalicelib.accounts import permissions
from chalicelib.platform import clock, ids, keys, table
from chalicelib.platform.errors import Invalid, NotFound
from chalicelib.platform.requests import Principal, Request
from chalicelib.platform.table import Create, Lost, Record, Update, Write
from chalicelib.projects import access, changes, fields, following, labels, moving, people, store
from chalicelib.projects.attributes import BadLabel
from chalicelib.projects.bodies import PatchedTaskWriteRequest, TaskWriteRequest
from chalicelib.projects.indexing import index_task, task_record
from chalicelib.projects.models import Project, Task

#: Which right each field of a PATCH needs.
SCOPES = {
    "name": "update:desc",
    "labels": "update:desc",
    "bug_tracker": "update:desc",
    "subset": "update:desc",
    "owner_id": "update:owner",
    "assignee_id": "update:assignee",
    "project_id": "update:project",
    "target_storage": "update:associated_storage",
    "source_storage": "update:associated_storage",
}


def create(request: Request, body: TaskWriteRequest) -> tuple[Task, Project | None]:
    """Store a new task with its labels. Raises Forbidden, Invalid."""
    principal = request.principal
    _check_creation(principal, body)
    moment = clock.iso()
    task = Task(
        id=0,
        name=fields.text("name", body.name),
        project_id=body.project_id,
        owner_id=body.owner_id if isinstance(body.owner_id, int) else principal.id,
        bug_tracker=body.bug_tracker,
        subset=body.subset.strip(),
        overlap=body.overlap,
        segment_size=body.segment_size,
        source_storage=fields.storage("source_storage", body.source_storage),
        target_storage=fields.storage("target_storage", body.target_storage),
        created_date=moment,
        updated_date=moment,
    )
    people.assign(task, body.assignee_id)
    (task.id,) = ids.allocate("task")
    change = labels.create(keys.task(task.id), body.labels)
    for _ in changes.attempts():
        joined = join_project(task)
        try:
            change.commit_with(Create(task_record(task)), *joined[1])
        except Lost:
            continue
        return task, joined[0]
    raise AssertionError("attempts() raises at its end")


def update(request: Request, task_id: int, body: PatchedTaskWriteRequest) -> Task:
    """Change a task and its labels. Raises NotFound, Forbidden, Invalid."""
    given = {field for field in body.__struct_fields__ if getattr(body, field) is not UNSET}
    scopes = {SCOPES[field] for field in given if field in SCOPES}
    context = access.task(request, task_id, *sorted(scopes or {"view"}))
    fields.check_organization(body.organization_id)
    people.check(request.principal, owner_id=body.owner_id, assignee_id=body.assignee_id)
    if isinstance(body.project_id, int) and body.project_id != context.task.project_id:
        _project_in_reach(request.principal, body.project_id, "projects", "view")

    def edit(task: Task, record: Record) -> labels.Change:
        before = replace(task)
        _edit(task, body)
        change = _related(before, task, body, request.principal.id)
        index_task(record, task)
        return change

    return changes.apply(store.task_key(task_id), Task, edit)


def join_project(task: Task) -> tuple[Project | None, list[Write]]:
    """The project of a task that enters it, and the write that counts it there. Raises Invalid."""
    if task.project_id is None:
        return None, []
    record = table.load(*store.project_key(task.project_id))
    if record is None:
        raise _no_project(task.project_id)
    project = record.read(Project)
    project.task_count += 1
    project.enter_subset(task.subset)
    if task.data is not None:
        project.dimension = project.dimension or task.data.dimension
    project.updated_date = clock.iso()
    return project, [Update(record.write(project))]


def _check_creation(principal: Principal, body: TaskWriteRequest) -> None:
    if body.project_id is None:
        permissions.require(principal, "tasks", "create")
    else:
        _project_in_reach(principal, body.project_id, "tasks", "create@project")
        if body.labels:
            raise Invalid("Give either project_id or labels: a task uses its project's labels.")
    if isinstance(body.owner_id, int) and body.owner_id != principal.id:
        permissions.require(principal, "tasks", "update:owner", frozenset({"Owner"}))
    people.check(principal, owner_id=body.owner_id, assignee_id=body.assignee_id)
    for field in ("consensus_replicas", "initial_replicas"):
        if getattr(body, field):
            raise Invalid(**{field: "Replicas of jobs are not supported yet; give 0."})


def _project_in_reach(principal: Principal, project_id: int, resource: str, scope: str) -> None:
    project = store.load_project(project_id)
    if project is None:
        raise _no_project(project_id)
    relations = access.project_relations(project, principal.id)
    if resource == "tasks":
        relations = frozenset(f"Project:{word.lower()}" for word in relations)
    permissions.require(principal, resource, scope, relations)


def _no_project(project_id: int) -> Invalid:
    return Invalid(project_id=f'Invalid pk "{project_id}" - object does not exist.')


def _edit(task: Task, body: PatchedTaskWriteRequest) -> None:
    if not isinstance(body.name, UnsetType):
        task.name = fields.text("name", body.name)
    if not isinstance(body.bug_tracker, UnsetType):
        task.bug_tracker = body.bug_tracker
    if not isinstance(body.subset, UnsetType):
        task.subset = body.subset.strip()
    if not isinstance(body.owner_id, UnsetType):
        task.owner_id = body.owner_id
    if not isinstance(body.source_storage, UnsetType):
        task.source_storage = fields.storage("source_storage", body.source_storage)
    if not isinstance(body.target_storage, UnsetType):
        task.target_storage = fields.storage("target_storage", body.target_storage)
    people.assign(task, body.assignee_id)


def _related(
    before: Task, task: Task, body: PatchedTaskWriteRequest, author: int | None
) -> labels.Change:
    """What else must be written for a change of the task: labels, project, notes."""
    change = labels.Change()
    if body.labels:
        if before.project_id is not None:
            raise Invalid(labels="This task uses its project's labels; change them there.")
        change = labels.change(keys.task(task.id), body.labels, author)
    if not isinstance(body.project_id, UnsetType) and body.project_id != before.project_id:
        _move(task, body.project_id, change, author)
    elif task.project_id is not None and task.subset != before.subset:
        change.writes.append(_change_subset(task.project_id, before.subset, task.subset))
    if task.owner_id != before.owner_id:
        change.notes.append(following.owner_changed(task.id))
    return change


def _move(task: Task, project_id: int | None, change: labels.Change, author: int | None) -> None:
    if task.project_id is not None or project_id is None:
        raise Invalid(project_id="Only a task without project can be moved into one.")
    if change.writes:
        raise Invalid(labels="Change the labels before or after moving the task.")
    task.project_id = project_id
    project, writes = join_project(task)
    if project and task.data and project.dimension != task.data.dimension:
        raise Invalid(project_id="The project has tasks of another dimension.")
    try:
        mapping = moving.mapping(
            store.labels_at(keys.task(task.id)), store.labels_of_project(project_id)
        )
    except BadLabel as error:
        raise Invalid(project_id=str(error)) from None
    change.writes += writes
    message = f'Moved to project "{project.name}"' if project else ""
    change.notes.append(following.task_moved(task.id, mapping, author, message))


def _change_subset(project_id: int, old: str, new: str) -> Update:
    record = table.load(*store.project_key(project_id))
    if record is None:
        raise NotFound
    project = record.read(Project)
    project.leave_subset(old)
    project.enter_subset(new)
    return Update(record.write(project))
