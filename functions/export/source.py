"""What is stored of a task, job or project, as exporters want it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from chalicelib.accounts import users
from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.model.document import Shape, Track
from chalicelib.annotations.streaming import tasks as streaming
from chalicelib.annotations.streaming.pinned import Pinned, pin
from chalicelib.annotations.streaming.snapshots import OnFrame
from chalicelib.annotations.tasks import spans_of
from chalicelib.formats.exporting.contents import FrameObjects, contents_of
from chalicelib.formats.exporting.requested import ExportInputs, Target, tasks_of_project
from chalicelib.formats.exporting.source import (
    ContextImage,
    Frame,
    Person,
    ProjectMeta,
    SegmentMeta,
    Source,
    TaskMeta,
)
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.stored import StoredFrames, frames_of, label_specs
from chalicelib.media.frame_list import load as load_manifest
from chalicelib.platform.clock import iso
from chalicelib.projects import store
from chalicelib.projects.models import Job, Project, Task, TaskData

D = TypeVar("D", Shape, Track)

#: Tasks that are looked at at a time.
AT_ONCE = 16


class Gone(Exception):
    """What was to be exported is not there any more. The text is for the user."""


class StoredPart(msgspec.Struct, frozen=True):
    """A task, or one of its jobs, as it was when the export began.

    Its frames and annotations are read when asked for.

    Attributes:
        labels: ids of the labels that there are, sublabels included.
        jobs: annotations of the jobs that make it up.
    """

    meta: TaskMeta
    task: Task
    job: Job | None
    labels: frozenset[int]
    jobs: list[Pinned]

    def frames(self) -> Sequence[Frame]:
        return frames_of(self.task, _data(self.task), self.job)

    def contents(self, frames: Sequence[Frame], *, tracked: bool = True) -> Iterator[FrameObjects]:
        if not frames:
            return iter(())
        numbers = _numbers(frames)
        found = streaming.frames_of(self.jobs, numbers[0], numbers[-1])
        return contents_of(
            map(self._labelled, found),
            self.tracks() if tracked else (),
            numbers,
            self.meta.stop,
            self.meta.deleted,
        )

    def tracks(self) -> Iterator[Track]:
        found = streaming.tracks_of(self.jobs)
        return (self._whole(track) for track in found if track.label_id in self.labels)

    def images(self, frames: Sequence[Frame]) -> Iterator[tuple[Frame, bytes]]:
        # Reading media takes a while to load, and most exports are of annotations alone.
        from functions.export.frames import original_frames

        return original_frames(self.task.id, _data(self.task).revision, frames)

    def context_images(self, frame: Frame) -> Sequence[ContextImage]:
        listed = load_manifest(self.task.id, _data(self.task).revision)
        if not listed.related:
            return ()
        from functions.export.frames import context_files

        return context_files(listed.related[frame.number])

    def _labelled(self, found: OnFrame) -> OnFrame:
        """Without what a save that ran beside the deletion of a label has left without one."""
        labels = self.labels
        return OnFrame(
            found.frame,
            [tag for tag in found.tags if tag.label_id in labels],
            [self._whole(shape) for shape in found.shapes if shape.label_id in labels],
        )

    def _whole(self, drawn: D) -> D:
        """Without points of a skeleton whose sublabels are gone."""
        labels = self.labels
        if not drawn.elements or all(one.label_id in labels for one in drawn.elements):
            return drawn
        kept: Any = [one for one in drawn.elements if one.label_id in labels]
        return replace(drawn, elements=kept)


class StoredSource(msgspec.Struct, frozen=True):
    """A `Source` of stored parts; in bytes it takes as much as its tasks' records."""

    kind: Target
    labels: tuple[LabelSpec, ...]
    parts: list[StoredPart]
    save_images: bool
    now: str
    project: ProjectMeta | None = None

    def opened(self) -> Source:
        """The same, as formats see it."""
        return Source(
            self.kind, self.labels, self.parts, self.save_images, self.now, self.project
        )  # fmt: skip


def open_source(inputs: ExportInputs) -> StoredSource:
    """What the inputs of a request name. Raises Gone."""
    now = iso()
    if inputs.target == "project":
        project = store.load_project(inputs.target_id)
        if project is None:
            raise Gone("The project has been deleted.")
        tasks = tasks_of_project(project.id)
        labels = label_specs(store.labels_of_project(project.id))
        return StoredSource(
            kind="project",
            labels=labels,
            parts=_parts(tasks, labels, inputs.base_url),
            save_images=inputs.save_images,
            now=now,
            project=_project_meta(project),
        )
    job = store.load_job(inputs.target_id) if inputs.target == "job" else None
    if inputs.target == "job" and job is None:
        raise Gone("The job has been deleted.")
    task = store.load_task(job.task_id if job else inputs.target_id)
    if task is None:
        raise Gone("The task has been deleted.")
    labels = label_specs(store.labels_of_task(task))
    return StoredSource(
        kind=inputs.target,
        labels=labels,
        parts=[_part(task, job, labels, inputs.base_url)],
        save_images=inputs.save_images,
        now=now,
    )


def _parts(tasks: Sequence[Task], labels: Sequence[LabelSpec], base_url: str) -> list[StoredPart]:
    """All tasks of a project: there may be thousands, each of which takes several requests."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda task: _part(task, None, labels, base_url), tasks))


def _part(task: Task, job: Job | None, labels: Sequence[LabelSpec], base_url: str) -> StoredPart:
    data = _data(task)
    jobs = [job] if job else store.task_jobs(task.id)
    shown = [job] if job else [one for one in jobs if one.type == "annotation"]
    spans = [Span(job.id, job.start_frame, job.stop_frame)] if job else spans_of(jobs)
    return StoredPart(
        _task_meta(task, data, job, shown, base_url),
        task,
        job,
        frozenset(one.id for label in labels for one in (label, *label.sublabels)),
        pin(spans),
    )


def _numbers(frames: Sequence[Frame]) -> Sequence[int]:
    # Frames need not be made only to be counted.
    return frames.numbers if isinstance(frames, StoredFrames) else [one.number for one in frames]


def _data(task: Task) -> TaskData:
    if task.data is None:
        raise Gone("The task has no data.")
    return task.data


def _task_meta(
    task: Task, data: TaskData, job: Job | None, jobs: Sequence[Job], base_url: str
) -> TaskMeta:
    first, last = (job.start_frame, job.stop_frame) if job else (0, data.size - 1)
    video = load_manifest(task.id, data.revision).video
    return TaskMeta(
        id=job.id if job else task.id,
        name=task.name,
        size=last - first + 1,
        mode=data.mode,
        overlap=task.overlap or 0,
        bug_tracker=task.bug_tracker,
        created=task.created_date,
        updated=job.updated_date if job else task.updated_date,
        subset=task.subset,
        start_frame=data.start_frame + first * data.step,
        stop_frame=data.start_frame + last * data.step,
        step=data.step,
        start=first,
        stop=last,
        frame_filter=data.frame_filter,
        segments=tuple(
            SegmentMeta(one.id, one.start_frame, one.stop_frame, f"{base_url}/api/jobs/{one.id}")
            for one in jobs
        ),
        owner=_person(task.owner_id),
        assignee=_person(job.assignee_id if job else task.assignee_id),
        original_size=(video.width, video.height) if video else None,
        source=video.file.name if video else "",
        deleted=frozenset(data.deleted_frames),
        dimension=data.dimension,
    )


def _project_meta(project: Project) -> ProjectMeta:
    return ProjectMeta(
        id=project.id,
        name=project.name,
        bug_tracker=project.bug_tracker,
        created=project.created_date,
        updated=project.updated_date,
        owner=_person(project.owner_id),
        assignee=_person(project.assignee_id),
    )


def _person(user_id: int | None) -> Person | None:
    user = None if user_id is None else users.get(user_id)
    return None if user is None else Person(user.username, user.email)
