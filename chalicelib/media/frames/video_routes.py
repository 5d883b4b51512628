"""What a player needs to decode a video itself: its sample table, and ranges of its file.

Who may see a task's media gets a link to the file. Who may see one job of it gets links to those
ranges alone that hold the job's frames.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec
from chalice.app import Response

from chalicelib.accounts import permissions
from chalicelib.media import frame_list
from chalicelib.media.frame_list import FrameList
from chalicelib.media.frames import orders, serving
from chalicelib.media.router import routes
from chalicelib.media.sources.places import OWN
from chalicelib.platform import bucket
from chalicelib.platform.errors import Invalid, NotFound
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import redirect
from chalicelib.projects import access
from chalicelib.projects.access import JobContext
from chalicelib.projects.models import Job, Task

SCOPE = "view:data"


class VideoSource(msgspec.Struct):
    """What a player needs to decode a task's video itself.

    Attributes:
        codec: RFC 6381 string for WebCodecs; empty if browsers cannot decode it.
        width, height: of a frame as shown, in pixels.
        start, step, size: frame `n` of the task is frame `start + n * step` of the video.
        video_url: the file as uploaded; ranges may be asked for. Empty if it stands elsewhere, or
            among others in an archive, or if only a part of it may be seen.
        ranges_url: redirects to bytes `first`…`last` (inclusive) of the file, if they hold frames
            of the job; the request needs the same `Range` header. Empty if there is a `video_url`,
            or neither: then chunks are all there is.
        samples_url: the sample table, gzip; see `chalicelib/media/video/samples.py`.
    """

    codec: str
    container: str
    width: int
    height: int
    frames: int
    start: int
    step: int
    size: int
    video_url: str
    ranges_url: str
    samples_url: str


@routes.get("/api/tasks/{id}/data/index", response=VideoSource)
def video_source(request: Request, task_id: int) -> VideoSource:
    """The video of a task and its sample table, for players that decode it themselves"""
    return _source(request, access.task(request, task_id, SCOPE).task, None)


@routes.get("/api/jobs/{id}/data/index", response=VideoSource)
def job_video_source(request: Request, job_id: int) -> VideoSource:
    """The video of a job's task and its sample table, for players that decode it themselves"""
    context = access.job(request, job_id, SCOPE)
    return _source(request, context.task, None if _sees_all(request, context) else context.job)


@routes.get("/api/jobs/{id}/data/range", query=("first", "last"), status=302)
def job_video_range(request: Request, job_id: int) -> Response:
    """Bytes of the video's file that hold frames of a job, by redirect"""
    context = access.job(request, job_id, SCOPE)
    first, last = request.query_int("first"), request.query_int("last")
    listed = _frames(context.task)
    if listed.video is None or not _readable(listed):
        raise NotFound("The task has no video whose file can be read in parts.")
    if first is None or last is None:
        raise Invalid("Say the first and the last byte.")
    job = context.job
    low, high = _bytes_of(job.task_id, _revision(context.task), job.start_frame, job.stop_frame)
    if not low <= first <= last < high:
        raise Invalid(f"Bytes {first}…{last} do not belong to this job.")
    return redirect(bucket.range_link(listed.video.file.key, request.base_url, first, last))


def _source(request: Request, task: Task, job: Job | None) -> VideoSource:
    """Args: job: the only one that may be seen; None if all of the media may."""
    listed = _frames(task)
    if listed.video is None or task.data is None:
        raise NotFound("The task has no video.")
    video, order = listed.video, orders.samples(task.id, task.data)
    serving.ensure(order)
    video_url = ranges_url = ""
    if _readable(listed):
        if job is None:
            content_type = orders.content_type(video.file.format)
            video_url = bucket.download_link(
                video.file.key, request.base_url, content_type=content_type
            )
        else:
            ranges_url = f"{request.base_url}/api/jobs/{job.id}/data/range"
    return VideoSource(
        codec=video.codec_string,
        container=video.file.format,
        width=video.width,
        height=video.height,
        frames=video.frames,
        start=listed.start,
        step=listed.step,
        size=listed.size,
        video_url=video_url,
        ranges_url=ranges_url,
        samples_url=bucket.download_link(order.key, request.base_url),
    )


def _sees_all(request: Request, context: JobContext) -> bool:
    task, project = context.task, context.project
    relations = access.task_relations(task, project, request.principal.id)
    return permissions.allowed(request.principal, "tasks", SCOPE, relations)


def _frames(task: Task) -> FrameList:
    return frame_list.load(task.id, _revision(task))


def _revision(task: Task) -> int:
    if task.data is None:
        raise NotFound("The task has no data yet.")
    return task.data.revision


def _readable(listed: FrameList) -> bool:
    """Whether the video is an object of the media bucket from its first byte."""
    return (
        listed.video is not None and listed.video.file.place == OWN and not listed.video.file.offset
    )


@lru_cache(maxsize=64)
def _bytes_of(task_id: int, revision: int, first: int, last: int) -> tuple[int, int]:
    """Bytes `start…stop` (exclusive) that must be read for frames `first..last` of the task."""
    # The parsers of containers are for the workers; the API needs them for nothing else.
    from chalicelib.media.video import videos

    listed, index = frame_list.load(task_id, revision), videos.load(task_id, revision)
    numbers = range(listed.start + first * listed.step, listed.start + last * listed.step + 1)
    start = min(index.entry(number) for number in (numbers[0], numbers[-1]))
    stop = max(index.frames[numbers.start : numbers.stop]) + 1
    return (
        min(index.offsets[start:stop]),
        max(map(int.__add__, index.offsets[start:stop], index.sizes[start:stop])),
    )
