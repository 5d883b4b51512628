"""What is exported: a task, a job or a project, without where it is stored.

Frame numbers are relative to the task; `source_number` counts the frames of the media itself
(`start_frame + number * step`), which is what CVAT's files show.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol

import msgspec

from chalicelib.annotations.model.document import Track
from chalicelib.formats.exporting.contents import FrameObjects
from chalicelib.formats.labels import LabelSpec


class Frame(msgspec.Struct, frozen=True, gc=False):
    """One frame.

    Attributes:
        name: as annotations call it; frames of a video have no extension (`frame_000012`).
        file_name: as its file is called; relative, with forward slashes.
        width, height: pixels as shown; 0 for point clouds.
    """

    number: int
    source_number: int
    name: str
    file_name: str
    width: int
    height: int


class Person(msgspec.Struct, frozen=True):
    username: str
    email: str = ""


class SegmentMeta(msgspec.Struct, frozen=True):
    """A segment. `start` and `stop` are relative frame numbers, both inclusive."""

    id: int
    start: int
    stop: int
    url: str


class TaskMeta(msgspec.Struct, frozen=True, kw_only=True):
    """Facts of a task (or of one job of it), as CVAT's files carry them.

    Attributes:
        subset: as stored, "" if there is none.
        start_frame, stop_frame: source numbers of the first and the last frame.
        start, stop: relative numbers of the first and the last frame.
        created, updated: ISO 8601.
        source: file name of a video, "" for images.
        deleted: relative numbers of frames that annotators removed.
        dimension: "2d" or "3d".
    """

    id: int
    name: str = ""
    size: int
    mode: str = "annotation"
    overlap: int = 0
    bug_tracker: str = ""
    created: str = ""
    updated: str = ""
    subset: str = ""
    start_frame: int = 0
    stop_frame: int = 0
    step: int = 1
    start: int = 0
    stop: int
    frame_filter: str = ""
    segments: tuple[SegmentMeta, ...] = ()
    owner: Person | None = None
    assignee: Person | None = None
    original_size: tuple[int, int] | None = None
    source: str = ""
    deleted: frozenset[int] = frozenset()
    dimension: str = "2d"


class ProjectMeta(msgspec.Struct, frozen=True, kw_only=True):
    """Facts of a project."""

    id: int
    name: str
    bug_tracker: str = ""
    created: str = ""
    updated: str = ""
    owner: Person | None = None
    assignee: Person | None = None


class ContextImage(msgspec.Struct, frozen=True):
    """A picture that belongs to a frame. `body`: bytes of its file as stored."""

    name: str
    body: bytes


class Part(Protocol):
    """One task of what is exported. Everything is read when asked for and then let go of."""

    @property
    def meta(self) -> TaskMeta: ...

    def frames(self) -> Sequence[Frame]:
        """Frames in order, without deleted ones. Cheap to iterate and to slice, never a copy."""
        ...

    def contents(self, frames: Sequence[Frame], *, tracked: bool = True) -> Iterator[FrameObjects]:
        """What is on each of some frames (ascending), one after another.

        Args:
            tracked: whether tracks are among it, on the frames where they can be seen.
        """
        ...

    def tracks(self) -> Iterator[Track]:
        """Tracks by first frame: the number of each in this order is `ObjectOnFrame.track`."""
        ...

    def images(self, frames: Sequence[Frame]) -> Iterator[tuple[Frame, bytes]]:
        """Some of the frames, in order, with the bytes of their files, as stored."""
        ...

    def context_images(self, frame: Frame) -> Sequence[ContextImage]:
        """Pictures that belong to a frame."""
        ...


class Source(msgspec.Struct):
    """Everything that is exported.

    Attributes:
        kind: what the user asked for.
        project: facts of the project, if a whole project is exported.
        parts: its tasks in order of subset and id; otherwise one part.
        save_images: whether images go into the archive.
        now: ISO 8601 time of the export.
    """

    kind: Literal["task", "job", "project"]
    labels: tuple[LabelSpec, ...]
    parts: Sequence[Part]
    save_images: bool
    now: str
    project: ProjectMeta | None = None
