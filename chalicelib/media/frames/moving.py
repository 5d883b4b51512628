"""The media of a task stands in another cloud storage than before."""

from __future__ import annotations

import secrets

import msgspec

from chalicelib.media import frame_list, layout
from chalicelib.media.files import File
from chalicelib.media.frame_list import FrameList, Writer
from chalicelib.media.sources.places import CLOUD
from chalicelib.platform import bucket, clock, table
from chalicelib.platform.errors import Conflict, Invalid, NotFound
from chalicelib.platform.requests import Request
from chalicelib.platform.table import Record
from chalicelib.projects import store, tasks
from chalicelib.projects.models import Task, TaskData

#: Revisions are drawn: of two changes at once, neither writes over the other's list.
_STEPS = 1 << 30


def to_storage(request: Request, task: Task, storage_id: int) -> Task:
    """Have a task read its files from another cloud storage, where they have the same keys.

    The list of frames is written anew under another revision, so that nothing that is kept of the
    old one is shown any more.

    Raises:
        Invalid: the task has no files in a cloud storage, or the first or the last of them is not
            in the new one. NotFound, Forbidden: of the storage. Conflict.
    """
    data = task.data
    if data is None:
        raise NotFound("The task has no data yet.")
    if storage_id == data.cloud_storage_id:
        return task
    if data.storage != "cloud_storage":
        raise Invalid(cloud_storage_id="The media of this task is not in a cloud storage.")
    # Whoever asks for this is about to need it; nobody else's cold start pays for it.
    from chalicelib.media.storages import access

    access.require(request, storage_id, "list:content")
    listed = frame_list.load(task.id, data.revision)
    revision = data.revision + 1 + secrets.randbelow(_STEPS)
    moved = _Moved(f"{CLOUD}{storage_id}")
    writer = Writer()
    related = iter(listed.related) if listed.related else None
    for file in listed.images:
        beside = next(related) if related is not None else []
        writer.add(moved.file(file), [moved.file(other) for other in beside])
    video = listed.video
    if video is not None:
        video = msgspec.structs.replace(video, file=moved.file(video.file))
    _check_there(storage_id, moved.ends)
    if video is not None:
        _copy_index(task.id, data.revision, revision)
    # Another list, as this one is remembered.
    writer.save(task.id, revision, FrameList(listed.size, listed.start, listed.step, video=video))
    return _changed(task, data, storage_id, revision)


class _Moved:
    """Files as they are in another place. `ends` are the first and the last of those there."""

    def __init__(self, place: str) -> None:
        self._place = place
        self.ends: list[File] = []

    def file(self, file: File) -> File:
        if not file.place.startswith(CLOUD):
            return file
        self.ends = [*self.ends[:1], file]
        return msgspec.structs.replace(file, place=self._place)


def _check_there(storage_id: int, wanted: list[File]) -> None:
    from chalicelib.media.storages.calls import GetSizes, GotSizes, Problem, call

    try:
        sizes = call(GetSizes(storage_id, [file.key for file in wanted]), GotSizes).sizes
    except Problem as problem:
        raise Invalid(cloud_storage_id=problem.message) from None
    for file, size in zip(wanted, sizes, strict=True):
        if size is None:
            raise Invalid(cloud_storage_id=f"{file.key} is not in this cloud storage.")
        alone = not file.offset and not file.packed
        if size < file.offset + file.size or (alone and size != file.size):
            raise Invalid(
                cloud_storage_id=f"{file.key} has another size in this cloud storage: it is not"
                " the file that the task was made of."
            )


def _copy_index(task_id: int, before: int, after: int) -> None:
    body = bucket.get(layout.video(task_id, before))
    if body is None:
        raise NotFound("The task has no data yet.")
    bucket.put(layout.video(task_id, after), body)


def _changed(task: Task, data: TaskData, storage_id: int, revision: int) -> Task:
    def change(fresh: Task, _: Record) -> None:
        if fresh.data is None or fresh.data.revision != data.revision:
            raise Conflict({"detail": "The media of this task was changed meanwhile. Try again."})
        fresh.data.cloud_storage_id = storage_id
        fresh.data.revision = revision
        fresh.updated_date = fresh.data.chunks_updated_date = clock.iso()

    changed = table.modify(*store.task_key(task.id), Task, change)
    if changed is None:
        raise NotFound
    tasks.touch(changed[0])
    return changed[0]
