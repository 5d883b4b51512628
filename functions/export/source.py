"""What is stored of a task, job or project, as exporters want it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from chalicelib.accounts import users
from chalicelib.annotations.model.document import Document, Track
from chalicelib.annotations.store import read_job
from chalicelib.annotations.tasks import read_task
from chalicelib.formats.exporting.contents import FrameObjects, objects_by_frame
from chalicelib.formats.exporting.requested import ExportInputs, tasks_of_project
from chalicelib.formats.exporting.source import (
    ContextImage,
    Frame,
    Part,
    Person,
    ProjectMeta,
    SegmentMeta,
    Source,
    TaskMeta,
)
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.stored import frames_of, label_specs
from chalicelib.media.frame_list import load as load_manifest
from chalicelib.platform.clock import iso
from chalicelib.projects import store
from chalicelib.projects.models import Job, Project, Task, TaskData


class Gone(Exception):
    """What was to be exported is not there any more. The text is for the user."""


class StoredPart(msgspec.Struct):
    """A task, or one of its jobs, whose frames and annotations are read when asked for.

    `labels`: ids of the labels that there are.
    """

    meta: TaskMeta
    task: Task
    data: TaskData
    job: Job | None
    labels: frozenset[int]

    def frames(self) -> Sequence[Frame]:
        return frames_of(self.task, self.data, self.job)

    def contents(self, frames: Sequence[Frame], *, tracked: bool = True) -> Iterator[FrameObjects]:
        document = self._document()
        if not tracked:
            document.tracks = []
        numbers = [frame.number for frame in frames]
        return objects_by_frame(document, numbers, self.meta.stop, self.meta.deleted)

    def tracks(self) -> Iterator[Track]:
        return iter(self._document().tracks)

    def images(self, frames: Sequence[Frame]) -> Iterator[tuple[Frame, bytes]]:
        # Decoders take a second to load, and most exports are of annotations alone.
        from functions.export.frames import original_frames

        return original_frames(self.task.id, self.data.revision, frames)

    def context_images(self, frame: Frame) -> Sequence[ContextImage]:
        listed = load_manifest(self.task.id, self.data.revision)
        if not listed.related:
            return ()
        from functions.export.frames import context_files

        return context_files(listed.related[frame.number])

    def _document(self) -> Document:
        found = read_task(self.task.id) if self.job is None else read_job(self.job.id)
        # A save that ran beside the deletion of a label may have left objects without one.
        found.tags = [tag for tag in found.tags if tag.label_id in self.labels]
        found.shapes = [shape for shape in found.shapes if shape.label_id in self.labels]
        found.tracks = [track for track in found.tracks if track.label_id in self.labels]
        found.tracks.sort(key=lambda track: (track.frame, track.id))
        return found


def open_source(inputs: ExportInputs) -> Source:
    """What the inputs of a request name. Raises Gone."""
    now = iso()
    if inputs.target == "project":
        project = store.load_project(inputs.target_id)
        if project is None:
            raise Gone("The project has been deleted.")
        tasks = tasks_of_project(project.id)
        labels = label_specs(store.labels_of_project(project.id))
        parts: list[Part] = [_part(task, None, labels, inputs.base_url) for task in tasks]
        return Source(
            kind="project",
            labels=labels,
            parts=parts,
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
    return Source(
        kind=inputs.target,
        labels=labels,
        parts=[_part(task, job, labels, inputs.base_url)],
        save_images=inputs.save_images,
        now=now,
    )


def _part(task: Task, job: Job | None, labels: Sequence[LabelSpec], base_url: str) -> StoredPart:
    data = task.data
    if data is None:
        raise Gone("The task has no data.")
    known = frozenset(label.id for label in labels)
    return StoredPart(_task_meta(task, data, job, base_url), task, data, job, known)


def _task_meta(task: Task, data: TaskData, job: Job | None, base_url: str) -> TaskMeta:
    first, last = (job.start_frame, job.stop_frame) if job else (0, data.size - 1)
    jobs = [job] if job else [one for one in store.task_jobs(task.id) if one.type == "annotation"]
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
