"""The task gets its media: what was found out of the files becomes its frame index and jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Literal, NamedTuple

from chalicelib.media import frame_list
from chalicelib.media.files import File
from chalicelib.media.frame_list import FrameList, VideoFile
from chalicelib.media.frames.chunks import default_chunk_size
from chalicelib.media.images.page_names import named_as_page
from chalicelib.media.ingest import manifest_rules
from chalicelib.media.ingest.gathering import Described
from chalicelib.media.ingest.losses import Losses
from chalicelib.media.ingest.manifests import BadManifest, ImageManifest, VideoManifest
from chalicelib.media.ingest.parameters import DataRequest
from chalicelib.media.ingest.planning import divide, refuse_useless, selection
from chalicelib.media.ingest.refusal import SHOWN, Refused
from chalicelib.media.ingest.selection import Selection
from chalicelib.media.ingest.stage import Part
from chalicelib.media.points.cloud_names import pcd_name
from chalicelib.media.sources import places
from chalicelib.media.video import videos
from chalicelib.media.video.index import BadVideo
from chalicelib.platform import clock
from chalicelib.projects import store, tasks
from chalicelib.projects.models import Task, TaskData
from chalicelib.projects.segments import Segment

REVISION = 1
Mode = Literal["annotation", "interpolation"]
Dimension = Literal["2d", "3d"]


class Pictures(NamedTuple):
    """What the frames of a task are made of.

    Attributes:
        parts: the files, read, in order.
        total: frames in all parts, before a selection.
        archive: what they came from.
        described: what a manifest says of them.
        warning: what the user should know of how they were chosen.
    """

    parts: Iterable[Part]
    total: int
    archive: File | None = None
    described: Described | None = None
    warning: str = ""


def settle_pictures(
    task: Task, wanted: DataRequest, pictures: Pictures, begin: Callable[[], None]
) -> str:
    """Give a task its pictures or point clouds. Returns a warning.

    Args:
        begin: called before the first thing is written; may raise.

    Raises:
        Refused: pictures cannot be used, or do not fit together.
    """
    chosen = selection(pictures.total, wanted)
    writer = frame_list.Writer()
    check, losses = _Check(pictures.described), Losses()
    first, size, width, height = None, 0, 0, 0
    for file, related in _chosen(pictures.parts, chosen):
        check.add(file, related)
        losses.add(file)
        first = first or file
        width, height = max(width, file.info.width), max(height, file.info.height)
        size += file.size + sum(other.size for other in related)
        writer.add(file, related)
    check.finish()
    assert first is not None, "a selection is never empty"
    dimension: Dimension = "3d" if first.family == "points" else "2d"
    _check_dimension(task, dimension)
    data = _data(wanted, chosen, "annotation", (first.info.width, first.info.height))
    data.dimension = dimension
    data.largest = (width, height) if dimension == "2d" else (0, 0)
    data.media_bytes = pictures.archive.size if pictures.archive else size
    data.warning = " ".join(filter(None, (pictures.warning, losses.warning)))
    _place(data, wanted, pictures.archive or first)
    segments = divide(data.size, wanted, task.segment_size, task.overlap, video=False).segments
    begin()
    writer.save(task.id, REVISION, FrameList(size=writer.count))
    _finish(task.id, data, segments)
    return data.warning


def settle_video(
    task: Task,
    wanted: DataRequest,
    file: File,
    described: Described | None,
    begin: Callable[[], None],
) -> str:
    """Give a task its video. Returns a warning.

    Args:
        begin: called before the first thing is written; may raise.

    Raises:
        Refused: it cannot be used.
    """
    try:
        index = videos.index_video(file)
    except BadVideo as error:
        raise Refused(f"{file.name} cannot be used: {error}.") from error
    expected = index.expected_frames
    if not len(index):
        raise Refused(
            f"{file.name} is truncated: none of about {expected:,} frames is whole."
            " Upload it again."
        )
    if described is not None and isinstance(described.manifest, VideoManifest):
        with _told_of(described):
            manifest_rules.check_video(
                described.manifest, index.width, index.height, max(len(index), expected)
            )
    if wanted.job_file_mapping is not None:
        raise Refused("job_file_mapping divides files among jobs; a video is one file.")
    chosen = selection(len(index), wanted)
    _check_dimension(task, "2d")
    data = _data(wanted, chosen, "interpolation", (index.width, index.height))
    data.largest = (index.width, index.height)
    data.media_bytes = file.size
    _place(data, wanted, file)
    if len(index) < expected:
        data.warning = (
            f"{file.name} is truncated: {len(index):,} of about {expected:,} frames are readable."
            " The task has these; upload the whole file to a new task if you need the rest."
        )
    segments = divide(data.size, wanted, task.segment_size, task.overlap, video=True).segments
    begin()
    videos.save(task.id, REVISION, index)
    video = VideoFile(file, index.width, index.height, len(index), index.codec_string)
    listed = FrameList(chosen.size, chosen.start, chosen.step, video=video)
    frame_list.save(task.id, REVISION, listed)
    _finish(task.id, data, segments)
    return data.warning


class _Check:
    """Looks at frames as they pass, and says in the end what is wrong with them."""

    def __init__(self, described: Described | None) -> None:
        self._described = described
        self._kept: list[File] = []
        self._count = 0
        self._bad: list[File] = []
        self._bad_count = 0
        self._families: dict[str, File] = {}
        self._given: set[str] = set()
        self._twice = ""

    def add(self, file: File, related: Iterable[File]) -> None:
        self._count += 1
        self._families.setdefault(file.family, file)
        self._note_name(file)
        if self._described is not None:
            self._kept += [file, *related]
        for one in (file, *related):
            if one.problem:
                self._bad_count += 1
                if len(self._bad) < SHOWN:
                    self._bad.append(one)

    def finish(self) -> None:
        """Raises Refused."""
        for family in ("video", "archive"):
            if family in self._families and self._count > 1:
                raise Refused(
                    f"{self._families[family].name} is no picture: a video or an archive makes a"
                    " task alone. Make another task of it."
                )
        refuse_useless(f for f in self._families.values() if f.family == "unsupported")
        if self._bad:
            self._refuse_bad()
        if self._twice:
            raise Refused(
                f"Two frames are named {self._twice}: one by its file, one by the file that it is"
                " a part or a form of. Rename one of the files."
            )
        if "points" in self._families and len(self._families) > 1:
            other = next(file for name, file in self._families.items() if name != "points")
            raise Refused(
                f"{self._families['points'].name} is a point cloud, {other.name} is not;"
                " a task takes one or the other."
            )
        if self._described is not None and isinstance(self._described.manifest, ImageManifest):
            with _told_of(self._described):
                manifest_rules.check(self._described.manifest, self._kept, whole=False)

    def _note_name(self, file: File) -> None:
        """Names of files are unique; those that are made of them (pages, clouds) may not be."""
        name = pcd_name(file.name) if file.family == "points" else file.name
        if file.family == "points" or named_as_page(name):
            if name in self._given:
                self._twice = self._twice or name
            self._given.add(name)

    def _refuse_bad(self) -> None:
        told = "; ".join(f"{file.name}: {file.problem}" for file in self._bad)
        rest = self._bad_count - len(self._bad)
        more = f"; and {rest} more" if rest else ""
        kind = "images" if self._families.keys() <= {"image", "unknown"} else "files"
        raise Refused(
            f"{self._bad_count} of {self._count} {kind} cannot be used. {told}{more}."
            " Replace them or leave them out."
        )


@contextmanager
def _told_of(described: Described) -> Iterator[None]:
    """Say what is wrong with a manifest with its name. Raises Refused."""
    try:
        yield
    except BadManifest as error:
        raise Refused(f"{described.file.name} cannot be used: {error}.") from error


def _chosen(parts: Iterable[Part], chosen: Selection) -> Iterator[tuple[File, list[File]]]:
    numbers, at = chosen.numbers, 0
    for part in parts:
        for place, file in enumerate(part.files):
            if at + place in numbers:
                yield file, part.related[place] if part.related else []
        at += len(part.files)


def _check_dimension(task: Task, dimension: Dimension) -> None:
    project = store.load_project(task.project_id) if task.project_id is not None else None
    if project is not None and project.dimension not in {None, dimension}:
        raise Refused(
            f"These files make a {dimension.upper()} task, but the project {project.name!r} has"
            f" {str(project.dimension).upper()} tasks. Make the task in another project."
        )


def _data(wanted: DataRequest, chosen: Selection, mode: Mode, size: tuple[int, int]) -> TaskData:
    video = mode == "interpolation"
    # Zipped in both qualities: the SDK's datasets read a video only by original pictures.
    chunks: Literal["video", "imageset"]
    chunks = "video" if video and not wanted.use_zip_chunks else "imageset"
    return TaskData(
        size=chosen.size,
        mode=mode,
        media_type="video" if video else "image",
        start_frame=chosen.start,
        stop_frame=chosen.stop,
        frame_filter=wanted.frame_filter,
        image_quality=wanted.image_quality,
        chunk_size=wanted.chunk_size or default_chunk_size(mode, *size),
        original_chunk_type=chunks,
        compressed_chunk_type=chunks,
        sorting_method=wanted.sorting_method,
        chunks_updated_date=clock.iso(),
        revision=REVISION,
    )


def _place(data: TaskData, wanted: DataRequest, file: File) -> None:
    """Where the bytes are: what is not copied stays where it was."""
    if file.place == places.SHARE:
        data.storage = "share"
    elif file.place != places.OWN:
        data.storage = "cloud_storage"
        data.cloud_storage_id = wanted.cloud_storage_id


def _finish(task_id: int, data: TaskData, segments: list[Segment]) -> None:
    try:
        tasks.finish_data(task_id, data, segments)
    except tasks.TaskGone as error:
        raise Refused(str(error)) from error
