"""From uploaded files to a task that can be annotated, in steps that may be repeated.

`plan` does everything at once when there is little to read; otherwise it leaves numbered parts to
`index_part`, which run side by side, and `finish` puts them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import msgspec
import zstandard

from chalicelib.media import files, frame_list
from chalicelib.media.archives import zips
from chalicelib.media.archives.zips import INSIDE, BadArchive
from chalicelib.media.files import File
from chalicelib.media.frame_list import FrameList, VideoFile
from chalicelib.media.frames.chunks import default_chunk_size
from chalicelib.media.images.headers import FIRST_READ
from chalicelib.media.ingest import notes
from chalicelib.media.ingest.parameters import DataRequest, kept
from chalicelib.media.ingest.planning import (
    Refused,
    check_pictures,
    classify,
    divide,
    order,
    selection,
)
from chalicelib.media.ingest.selection import Selection
from chalicelib.media.reading import RangeReader
from chalicelib.media.video import videos
from chalicelib.media.video.index import BadVideo
from chalicelib.platform import clock, keys, table
from chalicelib.platform.table import Put, Record
from chalicelib.projects import store, tasks
from chalicelib.projects.models import Task, TaskData

Mode = Literal["annotation", "interpolation"]

REVISION = 1
#: Files to look into, and bytes to unpack, that one step does by itself.
INLINE_FILES = 400
INLINE_BYTES = 64 << 20
PARALLEL = 16


class Done(msgspec.Struct, frozen=True):
    """The task is ready. `warning` is for the user, empty if all is well."""

    warning: str = ""


class Parts(msgspec.Struct, frozen=True):
    """Work left for `index_part`, by number."""

    count: int


class _Part(msgspec.Struct):
    files: list[File]
    archive: File | None = None


def plan(task_id: int) -> Done | Parts:
    """Decide what the files make; do it if it is little.

    Raises:
        Refused: nothing can be made of them; the text says why.
    """
    task = _task(task_id)
    if task.data is not None:
        return Done()
    wanted = _wanted(task_id)
    source = classify(notes.noted(task_id))
    if source.video is not None:
        return _finish_video(task, wanted, source.video)
    listed = _list(source.archive) if source.archive else list(source.images)
    pictures, chosen = order(listed, wanted, seed=task_id)
    open_ = [file for file in pictures if not file.probed]
    unpack = sum(file.size for file in open_ if file.offset == INSIDE)
    if len(open_) > INLINE_FILES or unpack > INLINE_BYTES:
        return _leave_parts(task_id, open_, source.archive)
    looked = _look(task_id, _Part(open_, source.archive), "0") if open_ else []
    return _finish_images(task, wanted, chosen, _replaced(pictures, looked), source.archive)


def index_part(task_id: int, number: int) -> None:
    """Look into the files of one part and note what they are. Raises Refused."""
    record = table.load(keys.media(task_id), _part_key(number))
    if record is None:
        return
    part = msgspec.msgpack.decode(zstandard.decompress(record.blob), type=_Part)
    if all(file.probed for file in part.files):
        return
    part = _Part(_look(task_id, part, str(number)))
    _save_part(task_id, number, part)


def finish(task_id: int) -> Done:
    """Make the task of its parts. Raises Refused."""
    task = _task(task_id)
    if task.data is not None:
        return Done()
    wanted = _wanted(task_id)
    source = classify(notes.noted(task_id))
    listed = _list(source.archive) if source.archive else list(source.images)
    looked: list[File] = []
    for record in table.children(keys.media(task_id), "PART#"):
        looked += msgspec.msgpack.decode(zstandard.decompress(record.blob), type=_Part).files
    pictures, chosen = order(listed, wanted, seed=task_id)
    return _finish_images(task, wanted, chosen, _replaced(pictures, looked), source.archive)


def clean(task_id: int) -> None:
    """Drop the notes that the frame index replaces."""
    notes.forget(task_id)


def _task(task_id: int) -> Task:
    task = store.load_task(task_id)
    if task is None:
        raise Refused(f"Task {task_id} was deleted while its media was being read.")
    return task


def _wanted(task_id: int) -> DataRequest:
    try:
        return kept(task_id)
    except KeyError:
        raise Refused("The upload was not finished. Upload the files again.") from None


def _list(archive: File) -> list[File]:
    try:
        return zips.list_pictures(archive)
    except BadArchive as error:
        raise Refused(f"{archive.name} cannot be used: {error}.") from error


def _leave_parts(task_id: int, open_: Sequence[File], archive: File | None) -> Parts:
    count = 0
    for count, run in enumerate(zips.parts(open_), 1):
        _save_part(task_id, count - 1, _Part(run, archive))
    return Parts(count)


def _save_part(task_id: int, number: int, part: _Part) -> None:
    record = Record(keys.media(task_id), _part_key(number))
    record.blob = zstandard.compress(msgspec.msgpack.encode(part))
    record.expires = clock.epoch(notes.LIFETIME)
    table.commit(Put(record))


def _part_key(number: int) -> str:
    return f"PART#{number:06d}"


def _look(task_id: int, part: _Part, identity: str) -> list[File]:
    """Unpack what is inside an archive and read the headers of the rest."""
    inside = [file for file in part.files if file.offset == INSIDE]
    rest = [file for file in part.files if file.offset != INSIDE and not file.probed]
    found = [file for file in part.files if file.probed]
    if inside and part.archive is not None:
        try:
            for number, run in enumerate(zips.parts(inside)):
                found += zips.extract(task_id, part.archive, run, f"{identity}-{number}")
        except BadArchive as error:
            raise Refused(f"{part.archive.name} cannot be used: {error}.") from error
    with ThreadPoolExecutor(PARALLEL) as pool:
        found += pool.map(_described, rest)
    return found


def _described(file: File) -> File:
    reader = RangeReader(lambda at, size: files.read(file, at, size), file.size, FIRST_READ)
    return files.describe(file.name, file.key, file.offset, file.size, reader, packed=file.packed)


def _replaced(pictures: Sequence[File], looked: Sequence[File]) -> list[File]:
    known = {file.name: file for file in looked}
    return [known.get(file.name, file) for file in pictures]


def _finish_images(
    task: Task,
    wanted: DataRequest,
    chosen: Selection,
    pictures: list[File],
    archive: File | None,
) -> Done:
    check_pictures(pictures)
    first = pictures[0].info
    size = archive.size if archive else sum(file.size for file in pictures)
    data = _data(wanted, chosen, "annotation", (first.width, first.height), size)
    frame_list.save(task.id, REVISION, FrameList(size=len(pictures), images=pictures))
    _settle(task, data, wanted)
    return Done()


def _finish_video(task: Task, wanted: DataRequest, file: File) -> Done:
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
    chosen = selection(len(index), wanted)
    data = _data(wanted, chosen, "interpolation", (index.width, index.height), file.size)
    videos.save(task.id, REVISION, index)
    described = VideoFile(file, index.width, index.height, len(index), index.codec_string)
    frame_list.save(
        task.id, REVISION, FrameList(chosen.size, chosen.start, chosen.step, video=described)
    )
    _settle(task, data, wanted)
    if len(index) < expected:
        return Done(
            f"{file.name} is truncated: {len(index):,} of about {expected:,} frames are readable."
            " The task has these; upload the whole file to a new task if you need the rest."
        )
    return Done()


def _data(
    wanted: DataRequest, chosen: Selection, mode: Mode, size: tuple[int, int], media_bytes: int
) -> TaskData:
    video = mode == "interpolation"
    return TaskData(
        size=chosen.size,
        mode=mode,
        media_type="video" if video else "image",
        start_frame=chosen.start,
        stop_frame=chosen.stop,
        frame_filter=wanted.frame_filter,
        image_quality=wanted.image_quality,
        chunk_size=wanted.chunk_size or default_chunk_size(mode, *size),
        original_chunk_type="video" if video else "imageset",
        compressed_chunk_type="video" if video and not wanted.use_zip_chunks else "imageset",
        sorting_method=wanted.sorting_method,
        chunks_updated_date=clock.iso(),
        revision=REVISION,
        media_bytes=media_bytes,
    )


def _settle(task: Task, data: TaskData, wanted: DataRequest) -> None:
    video = data.mode == "interpolation"
    divided = divide(data.size, wanted, task.segment_size, task.overlap, video=video)
    try:
        tasks.finish_data(task.id, data, divided.segments)
    except tasks.TaskGone as error:
        raise Refused(str(error)) from error
