"""Projects, tasks, jobs and labels as the API shows them.

What is not known yet is left out, because the clients refuse null in many fields.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.accounts import users
from chalicelib.accounts.users import BasicUser
from chalicelib.platform import keys
from chalicelib.projects.models import (
    Attribute,
    Job,
    JobType,
    LabelType,
    Project,
    Stage,
    State,
    Status,
    Storage,
    Sublabel,
    Task,
)
from chalicelib.projects.models import Label as StoredLabel


class JobsSummary(msgspec.Struct):
    count: int
    completed: int
    validation: int
    url: str


class LabelsSummary(msgspec.Struct):
    url: str


class TasksSummary(msgspec.Struct):
    count: int
    url: str


class IssuesSummary(msgspec.Struct):
    url: str


class ProjectRead(msgspec.Struct, kw_only=True):
    url: str
    id: int
    name: str
    owner: BasicUser | None
    assignee: BasicUser | None
    assignee_updated_date: str | None
    guide_id: int | None = None
    bug_tracker: str
    task_subsets: list[str]
    created_date: str
    updated_date: str
    status: Status
    dimension: str | None
    organization: int | None
    organization_id: int | None
    target_storage: Storage
    source_storage: Storage
    tasks: TasksSummary
    labels: LabelsSummary


class TaskRead(msgspec.Struct, kw_only=True):
    url: str
    id: int
    name: str
    project_id: int | None
    project_name: str | None
    mode: str
    owner: BasicUser | None
    assignee: BasicUser | None
    assignee_updated_date: str | None
    bug_tracker: str
    created_date: str
    updated_date: str
    overlap: int | None
    segment_size: int
    initial_replicas: int = 0
    status: Status
    subset: str
    dimension: str | UnsetType
    media_type: str | UnsetType
    size: int
    image_quality: int | UnsetType
    data: int | UnsetType
    data_chunk_size: int | UnsetType
    data_original_chunk_type: str | UnsetType
    data_compressed_chunk_type: str | UnsetType
    data_cloud_storage_id: int | None
    data_warning: str | UnsetType
    guide_id: int | None = None
    validation_mode: str | None = None
    organization: int | None
    organization_id: int | None
    target_storage: Storage
    source_storage: Storage
    jobs: JobsSummary
    labels: LabelsSummary


class JobRead(msgspec.Struct, kw_only=True):
    url: str
    id: int
    task_id: int
    task_name: str
    project_id: int | None
    project_name: str | None
    guide_id: int | None = None
    type: JobType
    status: Status
    stage: Stage
    state: State
    assignee: BasicUser | None
    assignee_updated_date: str | None
    bug_tracker: str
    dimension: str | UnsetType
    mode: str | UnsetType
    media_type: str | UnsetType
    start_frame: int
    stop_frame: int
    frame_count: int
    data_chunk_size: int | UnsetType
    data_original_chunk_type: str | UnsetType
    data_compressed_chunk_type: str | UnsetType
    created_date: str
    updated_date: str
    organization: int | None
    target_storage: Storage
    source_storage: Storage
    parent_job_id: int | None = None
    replicas_count: int = 0
    issues: IssuesSummary
    labels: LabelsSummary


class SublabelRead(msgspec.Struct, kw_only=True):
    id: int
    name: str
    color: str
    type: LabelType
    attributes: list[Attribute]
    has_parent: bool = True


class Label(msgspec.Struct, kw_only=True):
    id: int
    name: str
    color: str
    type: LabelType
    attributes: list[Attribute]
    svg: str | UnsetType = UNSET
    sublabels: list[SublabelRead] = []
    project_id: int | UnsetType = UNSET
    task_id: int | UnsetType = UNSET
    parent_id: int | None = None
    has_parent: bool = False


class RqStatus(msgspec.Struct, kw_only=True):
    """Legacy status of a task's media: `Queued`, `Started`, `Finished` or `Failed`."""

    state: str
    message: str = ""
    progress: float = 0.0


def show_project(project: Project, base_url: str) -> ProjectRead:
    """A project as the API shows it."""
    return ProjectRead(
        url=f"{base_url}/api/projects/{project.id}",
        id=project.id,
        name=project.name,
        owner=users.basic(project.owner_id, base_url),
        assignee=users.basic(project.assignee_id, base_url),
        assignee_updated_date=project.assignee_updated_date,
        bug_tracker=project.bug_tracker,
        task_subsets=sorted(name for name, count in project.subsets.items() if name and count > 0),
        created_date=project.created_date,
        updated_date=project.updated_date,
        status=project.status,
        dimension=project.dimension,
        organization=project.organization_id,
        organization_id=project.organization_id,
        target_storage=project.target_storage,
        source_storage=project.source_storage,
        tasks=TasksSummary(
            count=project.task_count, url=f"{base_url}/api/tasks?project_id={project.id}"
        ),
        labels=LabelsSummary(url=f"{base_url}/api/labels?project_id={project.id}"),
    )


def show_task(task: Task, project: Project | None, base_url: str) -> TaskRead:
    """A task as the API shows it; `project` is the one that it belongs to."""
    data = task.data
    return TaskRead(
        url=f"{base_url}/api/tasks/{task.id}",
        id=task.id,
        name=task.name,
        project_id=task.project_id,
        project_name=project.name if project else None,
        mode=data.mode if data else "",
        owner=users.basic(task.owner_id, base_url),
        assignee=users.basic(task.assignee_id, base_url),
        assignee_updated_date=task.assignee_updated_date,
        bug_tracker=task.bug_tracker,
        created_date=task.created_date,
        updated_date=task.updated_date,
        overlap=task.overlap,
        segment_size=task.segment_size,
        status=task.status,
        subset=task.subset,
        size=task.size,
        image_quality=data.image_quality if data else UNSET,
        data=task.id if data else UNSET,
        data_cloud_storage_id=data.cloud_storage_id if data else None,
        data_warning=data.warning if data and data.warning else UNSET,
        organization=task.organization_id,
        organization_id=task.organization_id,
        target_storage=task.target_storage,
        source_storage=task.source_storage,
        jobs=JobsSummary(
            count=task.jobs.count,
            completed=task.jobs.completed,
            validation=task.jobs.in_validation_stage,
            url=f"{base_url}/api/jobs?task_id={task.id}",
        ),
        labels=LabelsSummary(url=f"{base_url}/api/labels?task_id={task.id}"),
        **_media_fields(task),
    )


def show_job(job: Job, task: Task, project: Project | None, base_url: str) -> JobRead:
    """A job as the API shows it, with what it inherits from its task and project."""
    return JobRead(
        url=f"{base_url}/api/jobs/{job.id}",
        id=job.id,
        task_id=task.id,
        task_name=task.name,
        project_id=task.project_id,
        project_name=project.name if project else None,
        type=job.type,
        status=job.status,
        stage=job.stage,
        state=job.state,
        assignee=users.basic(job.assignee_id, base_url),
        assignee_updated_date=job.assignee_updated_date,
        bug_tracker=task.bug_tracker or (project.bug_tracker if project else ""),
        mode=task.data.mode if task.data else UNSET,
        start_frame=job.start_frame,
        stop_frame=job.stop_frame,
        frame_count=len(job.frames),
        created_date=job.created_date,
        updated_date=job.updated_date,
        organization=task.organization_id,
        target_storage=task.target_storage,
        source_storage=task.source_storage,
        issues=IssuesSummary(url=f"{base_url}/api/issues?job_id={job.id}"),
        labels=LabelsSummary(url=f"{base_url}/api/labels?job_id={job.id}"),
        **_media_fields(task),
    )


def show_label(label: StoredLabel, parent: str) -> Label:
    """A label as the API shows it; `parent` is the `pk` of its project or task."""
    return Label(
        id=label.id,
        name=label.name,
        color=label.color,
        type=label.type,
        attributes=label.attributes,
        svg=label.svg if label.type == "skeleton" else UNSET,
        sublabels=[show_sublabel(sublabel) for sublabel in label.sublabels],
        **_parent_fields(parent),
    )


def show_sublabel(sublabel: Sublabel) -> SublabelRead:
    """A sublabel within its skeleton."""
    return SublabelRead(
        id=sublabel.id,
        name=sublabel.name,
        color=sublabel.color,
        type=sublabel.type,
        attributes=sublabel.attributes,
    )


def show_lone_sublabel(sublabel: Sublabel, skeleton: StoredLabel, parent: str) -> Label:
    """A sublabel asked for by its own id."""
    return Label(
        id=sublabel.id,
        name=sublabel.name,
        color=sublabel.color,
        type=sublabel.type,
        attributes=sublabel.attributes,
        parent_id=skeleton.id,
        has_parent=True,
        **_parent_fields(parent),
    )


def _media_fields(task: Task) -> dict[str, Any]:
    data = task.data
    return {
        "dimension": data.dimension if data else UNSET,
        "media_type": data.media_type if data else UNSET,
        "data_chunk_size": data.chunk_size if data else UNSET,
        "data_original_chunk_type": data.original_chunk_type if data else UNSET,
        "data_compressed_chunk_type": data.compressed_chunk_type if data else UNSET,
    }


def _parent_fields(parent: str) -> dict[str, Any]:
    kind, _, number = parent.partition("#")
    return {"project_id" if kind == keys.project(0).partition("#")[0] else "task_id": int(number)}
