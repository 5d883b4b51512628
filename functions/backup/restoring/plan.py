"""What a backup makes, as its documents say: decided before anything is made."""

from __future__ import annotations

import msgspec

from chalicelib.backups.documents import TaskDocument
from chalicelib.backups.drafts import JobState
from chalicelib.projects.bodies import PatchedLabelRequest
from chalicelib.projects.segments import Segment


class Media(msgspec.Struct, kw_only=True):
    """The files of a task.

    Attributes:
        frames: names of pictures or point clouds in the order of the task; empty if one file makes
            it.
        related: names of the pictures beside each.
        alone: name of the video, archive or document that makes the task.
        members: names of the members of the backup that are copied, by the names of their files;
            empty if the files are elsewhere.
        place: where they are then: "share", or "cloud/7".
    """

    frames: list[str] = []
    related: dict[str, list[str]] = {}
    alone: str = ""
    members: dict[str, str] = {}
    place: str = ""


class JobPlan(msgspec.Struct, kw_only=True):
    """An entry of `jobs`, and of `annotations.json`, that becomes a job."""

    entry: int
    segment: Segment
    state: JobState


class TaskPlan(msgspec.Struct, kw_only=True):
    """A task.

    Attributes:
        folder: of the backup; empty, or with a slash at its end.
        jobs: in the order of their frames.
        custom: whether their sizes follow no rule, so that files are given to jobs by name.
        moved: new numbers of frames by those of the backup, where some are left out; empty: all
            frames are as they were.
    """

    folder: str
    document: TaskDocument
    labels: list[PatchedLabelRequest]
    media: Media
    jobs: list[JobPlan]
    custom: bool
    segment_size: int
    overlap: int
    moved: dict[int, int] = {}

    @property
    def size(self) -> int:
        """Frames, as the jobs say."""
        return self.jobs[-1].segment.stop + 1


class ProjectPlan(msgspec.Struct, kw_only=True):
    """A project, or a task alone (`name` is empty)."""

    name: str = ""
    bug_tracker: str = ""
    labels: list[PatchedLabelRequest] = []
    tasks: list[TaskPlan] = []
