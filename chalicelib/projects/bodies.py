"""Bodies of requests. What a client leaves out is `UNSET`; unknown fields are ignored."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.platform.bodies import PRINTABLE
from chalicelib.projects.models import InputType, JobType, LabelType, Location, Stage, State

Name = Annotated[str, Meta(min_length=1, max_length=256, pattern=PRINTABLE)]
LabelName = Annotated[str, Meta(min_length=1, max_length=64, pattern=PRINTABLE)]
Tracker = Annotated[str, Meta(max_length=2000)]
Subset = Annotated[str, Meta(max_length=64, pattern=PRINTABLE)]
Count = Annotated[int, Meta(ge=0, le=2147483647)]
#: A value of an attribute. Numbers are taken as their text.
Value = Annotated[str, Meta(max_length=200)] | int | float


class AttributeRequest(msgspec.Struct, kw_only=True):
    """An attribute to add, or with an `id` or a known name, to change."""

    name: LabelName
    id: int | UnsetType | None = UNSET
    mutable: bool | UnsetType = UNSET
    input_type: InputType | UnsetType = UNSET
    default_value: Annotated[str, Meta(max_length=128)] | int | float | UnsetType = UNSET
    values: list[Value] | UnsetType = UNSET
    deleted: bool = False


class SublabelRequest(msgspec.Struct, kw_only=True):
    """The label of an element of a skeleton."""

    id: int | UnsetType | None = UNSET
    name: LabelName | UnsetType = UNSET
    color: str | UnsetType = UNSET
    type: LabelType | UnsetType = UNSET
    attributes: list[AttributeRequest] | UnsetType = UNSET


class PatchedLabelRequest(SublabelRequest, kw_only=True):
    """A label to add; with an `id`, to change; with `deleted`, to remove."""

    svg: str | UnsetType = UNSET
    sublabels: list[SublabelRequest] | UnsetType = UNSET
    deleted: bool = False


class StorageRequest(msgspec.Struct, kw_only=True):
    """Where datasets go to or come from."""

    location: Location = "local"
    cloud_storage_id: int | None = None


class ProjectWriteRequest(msgspec.Struct, kw_only=True):
    """A new project."""

    name: Name
    labels: list[PatchedLabelRequest] = []
    owner_id: int | UnsetType | None = UNSET
    assignee_id: int | UnsetType | None = UNSET
    bug_tracker: Tracker = ""
    target_storage: StorageRequest | None = None
    source_storage: StorageRequest | None = None


class PatchedProjectWriteRequest(msgspec.Struct, kw_only=True):
    """Changes of a project."""

    name: Name | UnsetType = UNSET
    labels: list[PatchedLabelRequest] | UnsetType = UNSET
    owner_id: int | UnsetType | None = UNSET
    assignee_id: int | UnsetType | None = UNSET
    bug_tracker: Tracker | UnsetType = UNSET
    target_storage: StorageRequest | UnsetType | None = UNSET
    source_storage: StorageRequest | UnsetType | None = UNSET
    organization_id: int | UnsetType | None = UNSET


class TaskWriteRequest(msgspec.Struct, kw_only=True):
    """A new task."""

    name: Name
    project_id: int | None = None
    owner_id: int | UnsetType | None = UNSET
    assignee_id: int | UnsetType | None = UNSET
    bug_tracker: Tracker = ""
    overlap: Count | None = None
    segment_size: Count = 0
    labels: list[PatchedLabelRequest] = []
    subset: Subset = ""
    target_storage: StorageRequest | None = None
    source_storage: StorageRequest | None = None
    initial_replicas: Count = 0
    consensus_replicas: Count = 0


class PatchedTaskWriteRequest(msgspec.Struct, kw_only=True):
    """Changes of a task."""

    name: Name | UnsetType = UNSET
    project_id: int | UnsetType | None = UNSET
    owner_id: int | UnsetType | None = UNSET
    assignee_id: int | UnsetType | None = UNSET
    bug_tracker: Tracker | UnsetType = UNSET
    labels: list[PatchedLabelRequest] | UnsetType = UNSET
    subset: Subset | UnsetType = UNSET
    target_storage: StorageRequest | UnsetType | None = UNSET
    source_storage: StorageRequest | UnsetType | None = UNSET
    organization_id: int | UnsetType | None = UNSET


class JobWriteRequest(msgspec.Struct, kw_only=True):
    """A new job besides those that the segments make."""

    type: JobType
    task_id: int


class PatchedJobWriteRequest(msgspec.Struct, kw_only=True):
    """Changes of a job. `assignee` is a user's id."""

    assignee: int | UnsetType | None = UNSET
    stage: Stage | UnsetType = UNSET
    state: State | UnsetType = UNSET
