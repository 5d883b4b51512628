"""Lists of frames of tasks and jobs, and frames that annotators removed."""

from __future__ import annotations

import hashlib
from typing import Annotated

import msgspec
from chalice.app import Response

from chalicelib.media import frame_list
from chalicelib.media.frames import freshness, moving
from chalicelib.media.frames.removal import delete_frames
from chalicelib.media.router import routes
from chalicelib.platform import bucket
from chalicelib.platform.bodies import encode_json
from chalicelib.platform.config import settings
from chalicelib.platform.errors import Invalid, NotFound
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import JSON, json_answer
from chalicelib.projects import access
from chalicelib.projects.models import Job, Task, TaskData

#: Lambda returns 6 MB at most; headers and JSON escapes of the answer need some of it.
LARGEST = 5_500_000


class FrameMeta(msgspec.Struct):
    """A frame, or a video. Sizes in pixels as shown; `related_files` counts context images."""

    name: str
    width: int
    height: int
    related_files: int = 0
    has_related_context: bool = False


class DataMeta(msgspec.Struct):
    """CVAT's `DataMetaRead`. `start_frame` and `stop_frame` are absolute, the rest relative.

    `warning` is Skylabel's own: what of the media was lost; empty if all is well.
    """

    chunks_updated_date: str
    chunk_size: int
    size: int
    image_quality: int
    start_frame: int
    stop_frame: int
    frame_filter: str
    frames: list[FrameMeta]
    deleted_frames: list[int]
    storage: str
    storage_method: str
    included_frames: list[int] | None = None
    cloud_storage_id: int | None = None
    chapters: list[str] | None = None
    warning: str = ""


class MetaChange(msgspec.Struct):
    """What may be changed of it: `cloud_storage_id` of tasks only, as CVAT does."""

    deleted_frames: list[Annotated[int, msgspec.Meta(ge=0)]] | msgspec.UnsetType = msgspec.UNSET
    cloud_storage_id: int | None = None


@routes.get("/api/tasks/{id}/data/meta", response=DataMeta)
def task_meta(request: Request, task_id: int) -> Response:
    """Names and sizes of a task's frames"""
    return _answer(request, access.task(request, task_id, "view:metadata").task)


@routes.get("/api/jobs/{id}/data/meta", response=DataMeta)
def job_meta(request: Request, job_id: int) -> Response:
    """Names and sizes of a job's frames"""
    context = access.job(request, job_id, "view:metadata")
    return _answer(request, context.task, context.job)


@routes.patch("/api/tasks/{id}/data/meta", body=MetaChange, response=DataMeta)
def change_task_meta(request: Request, task_id: int, body: MetaChange) -> Response:
    """Remove frames of a task or restore them, or say which cloud storage holds its files"""
    task = access.task(request, task_id, "update:metadata").task
    if body.cloud_storage_id is not None:
        task = moving.to_storage(request, task, body.cloud_storage_id)
    changed = _remove(task, body, range(_data(task).size))
    return _sized(request, _meta(changed), 303, {})


@routes.patch("/api/jobs/{id}/data/meta", body=MetaChange, response=DataMeta)
def change_job_meta(request: Request, job_id: int, body: MetaChange) -> Response:
    """Remove frames of a job, or restore them"""
    context = access.job(request, job_id, "update:metadata")
    changed = _remove(context.task, body, context.job.frames)
    return _sized(request, _meta(changed, context.job), 303, {})


def _remove(task: Task, change: MetaChange, own: range) -> Task:
    """Replace the removed frames among `own`."""
    if isinstance(change.deleted_frames, msgspec.UnsetType):
        return task
    wanted = change.deleted_frames
    if len(set(wanted)) != len(wanted):
        raise Invalid(deleted_frames="Frames must not be repeated.")
    outside = [number for number in wanted if number not in range(_data(task).size)]
    if outside:
        raise Invalid(deleted_frames=f"The task has no frame {outside[0]}.")
    changed = delete_frames(task.id, own, [n for n in wanted if n in own])
    if changed is None:
        raise NotFound
    return changed


def _answer(request: Request, task: Task, job: Job | None = None) -> Response:
    """The list, or that the client has it: long lists are asked for often and change seldom."""
    data = _data(task)
    frames = range(data.size) if job is None else job.frames
    # Deleted frames of other jobs change nothing here.
    deleted = [number for number in data.deleted_frames if number in frames]
    etag = freshness.tag_of(task.id, frames, msgspec.structs.replace(data, deleted_frames=deleted))
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": freshness.VARY}
    known = freshness.unchanged(request, etag, headers)
    return known or _sized(request, _meta(task, job), 302, headers)


def _sized(request: Request, meta: DataMeta, elsewhere: int, headers: dict[str, str]) -> Response:
    """The list, or a redirect to it if it is too large for Lambda."""
    body = encode_json(meta)
    if not settings().lambda_limits or len(body) <= LARGEST:
        return json_answer(body, headers=headers)
    key = f"exports/frames-{hashlib.sha256(body).hexdigest()[:32]}/meta.json"
    bucket.put(key, body, JSON)
    url = bucket.download_link(key, request.base_url, content_type=JSON)
    # Not kept: the link in it does not live for as long as the list.
    return Response(
        body="", status_code=elsewhere, headers={"Location": url, "Cache-Control": "no-store"}
    )


def _meta(task: Task, job: Job | None = None) -> DataMeta:
    data = _data(task)
    frames = range(data.size) if job is None else job.frames
    first = data.start_frame + frames.start * data.step
    return DataMeta(
        chunks_updated_date=data.chunks_updated_date,
        chunk_size=data.chunk_size,
        size=len(frames),
        image_quality=data.image_quality,
        start_frame=first,
        stop_frame=data.stop_frame if job is None else first + (len(frames) - 1) * data.step,
        frame_filter=data.frame_filter,
        frames=_frames(task.id, data, frames),
        deleted_frames=[number for number in data.deleted_frames if number in frames],
        storage=data.storage,
        storage_method=data.storage_method,
        cloud_storage_id=data.cloud_storage_id,
        warning=data.warning,
    )


def _frames(task_id: int, data: TaskData, frames: range) -> list[FrameMeta]:
    """A line for each frame; one for all of a video, unless clients read its chunks as pictures."""
    listed = frame_list.load(task_id, data.revision)
    if listed.video is not None and data.original_chunk_type == "video":
        return [FrameMeta(listed.video.file.name, listed.video.width, listed.video.height)]
    related = listed.related
    counts = [len(related[n]) if related else 0 for n in frames]
    return [
        FrameMeta(listed.name_of(n), *listed.size_of(n), count, count > 0)
        for n, count in zip(frames, counts, strict=True)
    ]


def _data(task: Task) -> TaskData:
    if task.data is None:
        raise NotFound("The task has no data yet.")
    return task.data
