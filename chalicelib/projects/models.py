"""What the table keeps of projects, tasks, jobs and labels.

Times are ISO 8601 with milliseconds and `Z`. Frame numbers are relative to the task, 0…size-1,
unless a field says otherwise.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Stage = Literal["annotation", "validation", "acceptance"]
State = Literal["new", "in progress", "completed", "rejected"]
Status = Literal["annotation", "validation", "completed"]
JobType = Literal["annotation", "ground_truth", "replica"]
Location = Literal["local", "cloud_storage"]
InputType = Literal["checkbox", "radio", "select", "number", "text"]
LabelType = Literal[
    "any", "cuboid", "ellipse", "mask", "points", "polygon", "polyline", "rectangle", "skeleton",
    "interval", "tag",
]  # fmt: skip


class Storage(msgspec.Struct, frozen=True, kw_only=True):
    """Where datasets are taken from or put to by default."""

    location: Location = "local"
    cloud_storage_id: int | None = None


class Attribute(msgspec.Struct, kw_only=True):
    """A property that objects of a label have.

    Attributes:
        mutable: whether it may change along a track.
        values: choices of `radio` and `select`; minimum, maximum and step of `number`.
    """

    id: int
    name: str
    mutable: bool = False
    input_type: InputType = "text"
    default_value: str = ""
    values: list[str] = []


class Sublabel(msgspec.Struct, kw_only=True):
    """The label of one element of a skeleton. Its id is of the same series as labels' ids."""

    id: int
    name: str
    color: str = ""
    type: LabelType = "points"
    attributes: list[Attribute] = []


class Label(Sublabel, kw_only=True):
    """A class of objects. `svg` draws the skeleton whose elements are the sublabels."""

    type: LabelType = "any"
    svg: str = ""
    sublabels: list[Sublabel] = []


class Labels(msgspec.Struct, kw_only=True):
    """Every label of a project, or of a task without one, in the order of their ids."""

    labels: list[Label] = []


class LabelPointer(msgspec.Struct, frozen=True):
    """Where the label of an id is kept: the `pk` of its project or task."""

    parent: str


class JobPointer(msgspec.Struct, frozen=True):
    """Which task a job belongs to; never changes."""

    task_id: int


class Project(msgspec.Struct, kw_only=True):
    """A set of tasks with the same labels.

    Attributes:
        task_count: tasks in it.
        subsets: how many of them there are by subset.
        dimension: of its tasks; None while it has none with data.
    """

    id: int
    name: str
    owner_id: int | None = None
    assignee_id: int | None = None
    assignee_updated_date: str | None = None
    organization_id: int | None = None
    bug_tracker: str = ""
    status: Status = "annotation"
    dimension: str | None = None
    source_storage: Storage = Storage()
    target_storage: Storage = Storage()
    task_count: int = 0
    subsets: dict[str, int] = {}
    created_date: str
    updated_date: str

    def enter_subset(self, subset: str) -> None:
        """Count one task more."""
        self.subsets[subset] = self.subsets.get(subset, 0) + 1

    def leave_subset(self, subset: str) -> None:
        """Count one task less."""
        self.subsets[subset] = self.subsets.get(subset, 0) - 1
        if self.subsets[subset] <= 0:
            del self.subsets[subset]


class TaskData(msgspec.Struct, kw_only=True):
    """What is known of a task's media once it is indexed.

    Attributes:
        size: frames of the task.
        mode: `interpolation` for a video, else `annotation`.
        start_frame, stop_frame: the selected range of the media, absolute and inclusive.
        frame_filter: `step=N` or empty.
        image_quality: JPEG quality of compressed frames, 1 to 100.
        chunk_size: frames in a chunk.
        deleted_frames: frames that annotators removed, ascending.
        chunks_updated_date: when what is served last changed.
        revision: grows with each ingest; names the frame index in the bucket.
        media_bytes: size of the media as uploaded.
        warning: what of the media was lost, a sentence for the user; empty if all is well.
        largest: width and height, in pixels as shown, that no frame exceeds; zeros: not known,
            as of point clouds.
    """

    size: int
    mode: Literal["annotation", "interpolation"]
    media_type: Literal["image", "video"] = "image"
    dimension: Literal["2d", "3d"] = "2d"
    start_frame: int = 0
    stop_frame: int
    frame_filter: str = ""
    image_quality: int = 70
    chunk_size: int
    original_chunk_type: Literal["video", "imageset"] = "imageset"
    compressed_chunk_type: Literal["video", "imageset"] = "imageset"
    storage: Literal["local", "share", "cloud_storage"] = "local"
    storage_method: Literal["cache", "file_system"] = "cache"
    sorting_method: Literal["lexicographical", "natural", "predefined", "random"] = (
        "lexicographical"
    )
    cloud_storage_id: int | None = None
    deleted_frames: list[int] = []
    chunks_updated_date: str
    revision: int = 1
    media_bytes: int = 0
    warning: str = ""
    largest: tuple[int, int] = (0, 0)

    @property
    def step(self) -> int:
        """Distance between selected frames of the media."""
        return int(self.frame_filter.partition("=")[2] or 1)


class JobCounts(msgspec.Struct, kw_only=True):
    """Jobs of a task, in all, by derived status, and those in stage validation."""

    count: int = 0
    annotation: int = 0
    validation: int = 0
    completed: int = 0
    in_validation_stage: int = 0


class Task(msgspec.Struct, kw_only=True):
    """A set of frames to annotate. `data` is None until the media is indexed.

    Attributes:
        overlap, segment_size: as asked for at creation; as applied once there is data.
        first_job_id: first of the ids that its jobs use, reserved before they are written, so
            that creating them can be repeated.
    """

    id: int
    name: str
    project_id: int | None = None
    owner_id: int | None = None
    assignee_id: int | None = None
    assignee_updated_date: str | None = None
    organization_id: int | None = None
    bug_tracker: str = ""
    subset: str = ""
    status: Status = "annotation"
    overlap: int | None = None
    segment_size: int = 0
    source_storage: Storage = Storage()
    target_storage: Storage = Storage()
    data: TaskData | None = None
    jobs: JobCounts = msgspec.field(default_factory=JobCounts)
    first_job_id: int | None = None
    created_date: str
    updated_date: str

    @property
    def size(self) -> int:
        """Number of frames."""
        return self.data.size if self.data else 0


class Job(msgspec.Struct, kw_only=True):
    """A segment of a task given to one annotator. `start_frame` and `stop_frame` are inclusive."""

    id: int
    task_id: int
    type: JobType = "annotation"
    stage: Stage = "annotation"
    state: State = "new"
    assignee_id: int | None = None
    assignee_updated_date: str | None = None
    start_frame: int
    stop_frame: int
    created_date: str
    updated_date: str

    @property
    def status(self) -> Status:
        """The one word that older clients read."""
        if self.stage == "annotation":
            return "annotation"
        if self.stage == "acceptance" and self.state == "completed":
            return "completed"
        return "validation"

    @property
    def frames(self) -> range:
        return range(self.start_frame, self.stop_frame + 1)
