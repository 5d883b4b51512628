"""`task.json` and `project.json`: what a backup says of a task and of a project.

The layout is CVAT's, version "1.0" since its first release: newer ones add fields. Frame numbers of
jobs are relative to the task, those of the data absolute. Fields that CVAT has not are `stage` and
`state` of jobs, and `skylabel` of the data; it passes over them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from chalicelib.projects.bodies import Count, Name, Tracker
from chalicelib.projects.models import Stage, State

VERSION = "1.0"
TASK, PROJECT, ANNOTATIONS = "task.json", "project.json", "annotations.json"
DATA, MANIFEST, GUIDE, ASSETS = "data/", "data/manifest.jsonl", "annotation_guide.md", "assets/"

Frame = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Text = Annotated[str, Meta(max_length=1024)]


class JobEntry(msgspec.Struct, kw_only=True):
    """A job; `start_frame` and `stop_frame` are inclusive.

    Attributes:
        type: `annotation`, `ground_truth` or `consensus_replica`; backups older than the second
            do not say.
        files: names of its frames, if the jobs' sizes follow no rule.
    """

    start_frame: Frame
    stop_frame: Frame
    status: Text | None = "annotation"
    type: Text | None = "annotation"
    files: list[Text] | None = None
    stage: Stage | None = None
    state: State | None = None


class Selected(msgspec.Struct, kw_only=True):
    """Which frames of the media the task had, where the backup has only these. Absolute."""

    start_frame: Frame = 0
    stop_frame: Frame
    frame_filter: Text = ""


class Own(msgspec.Struct, kw_only=True):
    """What CVAT has no field for.

    Attributes:
        cloud_storage_id: where the media was left; `cloud_storage`: a digest that tells whether
            the storage of this id is the same one.
    """

    selected: Selected | None = None
    cloud_storage_id: int | None = None
    cloud_storage: Text = ""


class DataEntry(msgspec.Struct, kw_only=True):
    """What is known of the media.

    Attributes:
        storage: where it is: `local` is the backup itself.
        validation_layout: of a task some of whose frames were used to check annotators.
    """

    chunk_size: Count | None = None
    image_quality: Annotated[int, Meta(ge=0, le=100)] | None = 70
    start_frame: Frame | None = 0
    stop_frame: Frame | None = None
    frame_filter: Text | None = ""
    chunk_type: Text | None = "imageset"
    storage_method: Text | None = "cache"
    storage: Literal["local", "share", "cloud_storage"] | None = "local"
    sorting_method: Text | None = "lexicographical"
    deleted_frames: list[Frame] | None = None
    validation_layout: dict[str, Any] | None = None
    skylabel: Own | None = None


class TaskDocument(msgspec.Struct, kw_only=True):
    """A task. `labels` are read by `label_entries`."""

    version: str
    name: Name
    bug_tracker: Tracker | None = ""
    subset: Annotated[str, Meta(max_length=64)] | None = ""
    labels: list[dict[str, Any]] = []
    data: DataEntry
    jobs: list[JobEntry]
    consensus_replicas: int | None = 0


class ProjectDocument(msgspec.Struct, kw_only=True):
    """A project. Its tasks are in the folders `task_<number>/`."""

    version: str
    name: Name
    bug_tracker: Tracker | None = ""
    labels: list[dict[str, Any]] = []
