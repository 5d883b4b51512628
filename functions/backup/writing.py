"""A backup, member by member. Between two steps the work may stop and go on in another process."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import islice

from chalicelib.annotations import store as annotation_store
from chalicelib.backups import requested as backups
from chalicelib.backups.documents import ANNOTATIONS, DATA, MANIFEST, PROJECT, TASK
from chalicelib.backups.naming import Names
from chalicelib.backups.requested import BackupInputs
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.media import files
from chalicelib.media.files import File
from chalicelib.media.frame_list import FrameList
from chalicelib.media.frame_list import load as load_frames
from chalicelib.media.frames.problems import Unbuildable
from chalicelib.media.ingest import manifests
from chalicelib.media.sources.places import Unreachable
from chalicelib.media.video import videos
from chalicelib.projects import store
from chalicelib.projects.models import Label, Task, TaskData
from functions.backup import job_annotations, media_files, task_document
from functions.backup.checkpoint import Position

#: Bytes of a file that is read at once; of larger ones, bytes of a piece.
PIECE = 8 << 20
#: Members that a task has beside its media.
DOCUMENTS = 3


class Gone(Exception):
    """What was to be backed up is not there any more. The text is for the user."""


class _TaskContents:
    """A task, and where in the archive it stands."""

    def __init__(
        self, task: Task, data: TaskData, folder: str, labels: list[Label], *, lightweight: bool
    ) -> None:
        self.task, self.data, self.folder, self.labels = task, data, folder, labels
        self.listed: FrameList = load_frames(task.id, data.revision)
        self.elsewhere = lightweight and media_files.stands_elsewhere(data, self.listed)
        self.jobs = sorted(
            (job for job in store.task_jobs(task.id) if job.type == "annotation"),
            key=lambda job: (job.start_frame, job.id),
        )

    def files(self) -> Iterator[File]:
        """Files that the backup holds."""
        return iter(()) if self.elsewhere else media_files.distinct(self.listed)

    def document(self) -> bytes:
        return task_document.of_task(
            self.task, self.data, self.labels, self.jobs, self.listed, elsewhere=self.elsewhere
        )

    def manifest(self) -> Iterator[bytes]:
        video = self.listed.video is not None
        index = videos.load(self.task.id, self.data.revision) if video else None
        return manifests.of_frames(self.listed, index)


class Backup:
    """What is backed up. Tasks are read when their turn comes."""

    def __init__(self, inputs: BackupInputs) -> None:
        """Raises Gone."""
        self._inputs = inputs
        self._project = None
        if inputs.target == "project":
            self._project = store.load_project(inputs.target_id)
            if self._project is None:
                raise Gone("The project has been deleted.")
            self._tasks = backups.tasks_of_project(inputs.target_id)
        else:
            task = store.load_task(inputs.target_id)
            if task is None:
                raise Gone("The task has been deleted.")
            self._tasks = [task]

    @property
    def frames(self) -> int:
        """How many frames there are in all."""
        return sum(task.size for task in self._tasks)

    def write(self, archive: ArchiveWriter, position: Position) -> Iterator[None]:
        """Write everything but the directory, from `position` on, which moves along.

        Raises:
            Gone, Unbuildable, Unreachable, annotation_store.Damaged.
        """
        begin = position.done
        before = 0
        if self._project is not None:
            if begin == 0:
                labels = store.labels_of_project(self._project.id)
                with archive.text(PROJECT) as member:
                    member.write(task_document.of_project(self._project, labels))
                position.complete()
                yield
            before = 1
        for number, task in enumerate(self._tasks):
            contents = self._contents(task, f"task_{number}/" if self._project else "")
            yield from _documents(contents, archive, position, begin - before)
            before += DOCUMENTS
            skipped = max(0, begin - before)
            rest = contents.files()
            count = sum(1 for _ in islice(rest, skipped))
            for file, body in media_files.contents(rest, PIECE):
                name = f"{contents.folder}{DATA}{file.name}"
                yield from _media(file, body, name, archive, position)
                count += 1
            before += count

    def _contents(self, task: Task, folder: str) -> _TaskContents:
        if task.data is None:
            raise Gone("The task has no data.")
        labels = store.labels_of_task(task)
        try:
            return _TaskContents(
                task, task.data, folder, labels, lightweight=self._inputs.lightweight
            )
        except KeyError:
            raise Gone(f"The task {task.name!r} has been deleted.") from None


def _documents(
    contents: _TaskContents, archive: ArchiveWriter, position: Position, done: int
) -> Iterator[None]:
    """Write what is not media, but for the first `done` members."""
    folder = contents.folder
    if done < 1:
        with archive.text(folder + TASK) as member:
            member.write(contents.document())
        position.complete()
        yield
    if done < 2:
        with archive.text(folder + ANNOTATIONS) as member:
            names = Names(contents.labels)
            position.objects += job_annotations.write(contents.jobs, names, member)
        position.complete()
        yield
    if done < DOCUMENTS:
        with archive.text(folder + MANIFEST) as member:
            for line in contents.manifest():
                member.write(line)
        position.complete()
        yield


def _media(
    file: File, body: bytes | None, name: str, archive: ArchiveWriter, position: Position
) -> Iterator[None]:
    try:
        if body is None:
            yield from _large(file, name, archive, position)
        else:
            archive.image(name, body)
    except KeyError as error:
        raise Gone(f"{file.name} is not where it was when the task was made.") from error
    except Unreachable as error:
        raise Unbuildable(f"{file.name} cannot be read: {error.for_anyone}") from error
    position.complete()
    yield


def _large(file: File, name: str, archive: ArchiveWriter, position: Position) -> Iterator[None]:
    """A file that is read twice: its checksum stands before it."""
    while position.read < file.size:
        piece = _piece(file, position.read)
        position.crc = zlib.crc32(piece, position.crc)
        position.read += len(piece)
        yield
    if position.written is None:
        archive.begin(name, file.size, position.crc)
        position.written = position.check = 0
    while position.written < file.size:
        piece = _piece(file, position.written)
        archive.go_on(piece)
        position.check = zlib.crc32(piece, position.check)
        position.written += len(piece)
        yield
    if position.check != position.crc:
        raise Unbuildable(f"{file.name} was changed while it was read.")


def _piece(file: File, offset: int) -> bytes:
    piece = files.read(file, offset, PIECE)
    if not piece:
        raise Unbuildable(f"{file.name} is shorter than it was when the task was made.")
    return piece


#: What of the annotations cannot be read; the text names it.
Damaged = annotation_store.Damaged
