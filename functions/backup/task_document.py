"""What a backup says of a task and of a project, as JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from chalicelib.backups import label_entries
from chalicelib.backups.documents import VERSION
from chalicelib.media.frame_list import FrameList
from chalicelib.media.storages import store as storages
from chalicelib.projects.models import Job, Label, Project, Task, TaskData


def of_project(project: Project, labels: Sequence[Label]) -> bytes:
    """`project.json`."""
    return msgspec.json.encode(
        {
            "name": project.name,
            "bug_tracker": project.bug_tracker,
            "status": project.status,
            "labels": label_entries.written(labels),
            "version": VERSION,
        }
    )


def of_task(
    task: Task,
    data: TaskData,
    labels: Sequence[Label],
    jobs: Sequence[Job],
    listed: FrameList,
    *,
    elsewhere: bool,
) -> bytes:
    """`task.json`.

    Args:
        jobs: in the order of their frames.
        elsewhere: whether the media stays where it is.
    """
    custom = task.segment_size == 0 and listed.video is None
    return msgspec.json.encode(
        {
            "name": task.name,
            "bug_tracker": task.bug_tracker,
            "status": task.status,
            "subset": task.subset,
            "labels": label_entries.written(labels),
            "version": VERSION,
            "data": {
                **_data(data, listed, elsewhere=elsewhere),
                **({"custom_segments": True} if custom else {}),
            },
            "jobs": [_job(job, listed if custom else None) for job in jobs],
        }
    )


def digest_of_storage(storage_id: int | None) -> str:
    """What tells a cloud storage from others, without saying where it is; empty if it is gone."""
    storage = storages.load(storage_id) if storage_id is not None else None
    if storage is None:
        return ""
    facts = (storage.provider_type, storage.resource, storage.specific_attributes)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def _job(job: Job, listed: FrameList | None) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "start_frame": job.start_frame,
        "stop_frame": job.stop_frame,
        "status": job.status,
        "type": job.type,
        "stage": job.stage,
        "state": job.state,
    }
    if listed is not None:
        entry["files"] = [listed.images[frame].name for frame in job.frames]
    return entry


def _data(data: TaskData, listed: FrameList, *, elsewhere: bool) -> dict[str, Any]:
    own: dict[str, Any] = {}
    entry: dict[str, Any] = {
        "chunk_size": data.chunk_size,
        "image_quality": data.image_quality,
        "chunk_type": data.compressed_chunk_type,
        "storage_method": data.storage_method,
        "storage": data.storage if elsewhere else "local",
        "sorting_method": data.sorting_method,
        "deleted_frames": data.deleted_frames,
    }
    selection = {
        "start_frame": data.start_frame,
        "stop_frame": data.stop_frame,
        **({"frame_filter": data.frame_filter} if data.frame_filter else {}),
    }
    if listed.video is not None or (data.start_frame == 0 and data.step == 1):
        entry |= selection
    else:
        # Of pictures, only those that are frames are there: nothing is left to be selected.
        own["selected"] = selection
    if elsewhere and data.cloud_storage_id is not None:
        own["cloud_storage_id"] = data.cloud_storage_id
        own["cloud_storage"] = digest_of_storage(data.cloud_storage_id)
    return {**entry, **({"skylabel": own} if own else {})}
