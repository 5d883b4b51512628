"""Frames and chunks of tasks and jobs, exact by number.

`chunk_type=imageset` is Skylabel's own: it asks for a zip of pictures where a video task's chunks
are videos, so that a browser can show frames without a demuxer.
"""

from __future__ import annotations

from typing import cast

from chalice.app import Response

from chalicelib.media import frame_list
from chalicelib.media.frames import chunks, orders, serving
from chalicelib.media.frames.orders import Quality
from chalicelib.media.frames.previews import deliver_preview
from chalicelib.media.router import routes
from chalicelib.platform.errors import Invalid, NotFound
from chalicelib.platform.requests import Request
from chalicelib.projects import access
from chalicelib.projects.models import Job, Task, TaskData

SCOPE = "view:data"
TYPES = ("chunk", "frame", "preview", "context_image")
QUALITIES = ("original", "compressed")


@routes.get("/api/tasks/{id}/data", query=("type", "number", "quality", "chunk_type"), status=302)
def task_data(request: Request, task_id: int) -> Response:
    """A chunk, a frame, its context images or the preview of a task, by redirect"""
    task = access.task(request, task_id, SCOPE).task
    kind, quality = _kind(request), _quality(request)
    data = _data(task)
    if kind == "preview":
        return deliver_preview(request, task, 0)
    number = _number(request, "number")
    if kind == "chunk":
        frames = chunks.task_chunk(number, data.chunk_size, data.size)
        return _chunk(request, task, frames, quality)
    return _single(request, task, kind, number, range(data.size), quality)


@routes.get(
    "/api/jobs/{id}/data", query=("type", "number", "index", "quality", "chunk_type"), status=302
)
def job_data(request: Request, job_id: int) -> Response:
    """A chunk, a frame, its context images or the preview of a job, by redirect"""
    context = access.job(request, job_id, SCOPE)
    job, task = context.job, context.task
    kind, quality = _kind(request), _quality(request)
    data = _data(task)
    if kind == "preview":
        return deliver_preview(request, task, job.start_frame)
    if kind == "chunk":
        return _chunk(request, task, _job_chunk(request, job, data), quality)
    number = _number(request, "number")
    return _single(request, task, kind, number, job.frames, quality)


@routes.get("/api/tasks/{id}/data/manifest", status=302)
def manifest(request: Request, task_id: int) -> Response:
    """The manifest of a task's media, as CVAT writes it, by redirect"""
    task = access.task(request, task_id, SCOPE).task
    data = _data(task)
    return serving.deliver(request, orders.manifest(task_id, data), data)


def _chunk(request: Request, task: Task, frames: range | None, quality: Quality) -> Response:
    if frames is None:
        raise Invalid(number="There is no chunk of this number.")
    data = _data(task)
    wanted = request.query("chunk_type")
    if wanted not in {None, "", "imageset"}:
        raise Invalid(chunk_type="Must be imageset, or absent for the task's own type.")
    order = orders.chunk(task.id, data, frames, quality, pictures=wanted == "imageset")
    return serving.deliver(request, order, data)


def _job_chunk(request: Request, job: Job, data: TaskData) -> range | None:
    """`index` counts the job's own chunks, `number` the task's, cut to what the job holds."""
    by_index, by_number = request.query("index") is not None, request.query("number") is not None
    if by_index == by_number:
        raise Invalid("Chunks of a job need exactly one of 'index' and 'number'.")
    if by_index:
        index = _number(request, "index")
        return chunks.job_chunk(index, data.chunk_size, job.start_frame, job.stop_frame)
    frames = chunks.task_chunk(_number(request, "number"), data.chunk_size, data.size)
    return chunks.within(frames, job.start_frame, job.stop_frame)


def _single(
    request: Request, task: Task, kind: str, number: int, frames: range, quality: Quality
) -> Response:
    if number not in frames:
        raise Invalid(
            number=f"Frame {number} is not among the frames {frames.start}…{frames.stop - 1}."
        )
    data = _data(task)
    if kind == "context_image":
        return _context(request, task, data, number)
    if quality == "original" and data.media_type == "image" and data.dimension == "2d":
        answer = serving.deliver_original(request, task.id, data, number)
        if answer is not None:
            return answer
    return serving.deliver(request, orders.frame(task.id, data, number, quality), data)


def _context(request: Request, task: Task, data: TaskData, number: int) -> Response:
    related = frame_list.load(task.id, data.revision).related
    if not related or not related[number]:
        raise NotFound("There are no related images.")
    return serving.deliver(request, orders.context(task.id, data, number), data)


def _data(task: Task) -> TaskData:
    if task.data is None:
        raise NotFound("The task has no data yet.")
    return task.data


def _kind(request: Request) -> str:
    kind = request.query("type")
    if kind not in TYPES:
        raise Invalid(type=f"Must be one of {', '.join(TYPES)}.")
    return kind


def _quality(request: Request) -> Quality:
    quality = request.query("quality") or "compressed"
    if quality not in QUALITIES:
        raise Invalid(quality=f"Must be one of {', '.join(QUALITIES)}.")
    return cast(Quality, quality)


def _number(request: Request, name: str) -> int:
    number = request.query_int(name)
    if number is None:
        raise Invalid(**{name: "This field is required."})
    return number
