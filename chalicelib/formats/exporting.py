"""What an exporter is given: a task, a job or a project, without where it is stored.

Frame numbers are relative to the task; `source_number` counts the frames of the media itself
(`start_frame + number * step`), which is what CVAT's files show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, Protocol

import msgspec

from chalicelib.annotations.model.document import Document
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.report import Report
from chalicelib.formats.zip_writer import ArchiveWriter


class Frame(msgspec.Struct, frozen=True):
    """One frame.

    Attributes:
        name: as annotations call it; frames of a video have no extension (`frame_000012`).
        file_name: as its file is called; relative, with forward slashes.
        width, height: pixels as shown.
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
        stop: relative number of the last frame.
        created, updated: ISO 8601.
        source: file name of a video, "" for images.
        deleted: relative numbers of frames that annotators removed.
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
    stop: int
    frame_filter: str = ""
    segments: tuple[SegmentMeta, ...] = ()
    owner: Person | None = None
    assignee: Person | None = None
    original_size: tuple[int, int] | None = None
    source: str = ""
    deleted: frozenset[int] = frozenset()


class ProjectMeta(msgspec.Struct, frozen=True, kw_only=True):
    """Facts of a project."""

    id: int
    name: str
    bug_tracker: str = ""
    created: str = ""
    updated: str = ""
    owner: Person | None = None
    assignee: Person | None = None


class Part(Protocol):
    """One task of what is exported. Frames and annotations are loaded when asked for."""

    @property
    def meta(self) -> TaskMeta: ...

    def frames(self) -> Sequence[Frame]:
        """Frames in order, without deleted ones."""
        ...

    def document(self) -> Document: ...

    def images(self, frames: Sequence[Frame]) -> Iterator[tuple[Frame, bytes]]:
        """Some of the frames, in order, with the bytes of their files, as stored."""
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

    def label_by_id(self) -> dict[int, LabelSpec]:
        return {label.id: label for label in self.labels}


#: Told the number of frames written so far after each; may raise to stop the export there.
Progress = Callable[[int], None]
#: Writes what the archive does not have yet, so that a stopped export can go on.
Writer = Callable[[Source, ArchiveWriter, Report, Progress], None]
