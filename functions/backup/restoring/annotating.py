"""The annotations of a backup go to the jobs: of each job as one revision, however many they are.

They wait on disk until all of a job are read, so memory does not grow with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from itertools import groupby
from typing import Any

import msgspec

from chalicelib.annotations.bulk import saving
from chalicelib.annotations.bulk.gathering import Gathering
from chalicelib.annotations.bulk.saving import BulkSave
from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.model.document import Annotation, Objects, Shape, Tag, Track, gather
from chalicelib.annotations.model.vocabulary import Vocabulary, vocabulary_of
from chalicelib.backups.named_objects import NamedShape, NamedTag, NamedTrack
from chalicelib.backups.numbering import Numbers
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.report import Report
from chalicelib.platform.errors import Invalid
from chalicelib.projects.models import Job, Label
from functions.backup.restoring.annotation_items import Item, items
from functions.backup.restoring.plan import TaskPlan

#: Bytes of JSON of the objects that are checked together.
BATCH = 1 << 20
NO_JOB = "object of a job that is left out"
NO_FRAME = "object of a frame that the task does not have"
WRONG = "object that is not well formed"
_KINDS: dict[str, Any] = {
    "tags": msgspec.json.Decoder(NamedTag),
    "shapes": msgspec.json.Decoder(NamedShape),
    "tracks": msgspec.json.Decoder(NamedTrack),
}


class Annotating:
    """Reads annotations of a task and saves those of its jobs.

    Args:
        jobs: by the number of their entry in the backup.
        size: frames of the task.
        author: id of who restores; `key`: tells these saves from others.
    """

    def __init__(
        self, plan: TaskPlan, labels: list[Label], jobs: dict[int, Job], size: int, author: int,
        key: str, place: str,
    ) -> None:  # fmt: skip
        self._plan, self._jobs, self._size = plan, jobs, size
        self._author, self._key, self._place = author, key, place
        self._labels = labels
        self._vocabulary: Vocabulary = vocabulary_of(labels)

    def restore(
        self,
        pieces: Iterable[bytes],
        done: int,
        tick: Callable[[int, Report], None],
        go_on: Callable[[], None],
    ) -> None:
        """Save job by job, but for the first `done` entries of the file.

        Args:
            tick: told after each entry how many are done, with the report of it alone; may raise
                to stop.
            go_on: called now and then meanwhile; may raise, then nothing of the job is saved.

        Raises:
            BadDataset: the file is damaged.
        """
        for entry, found in groupby(items(pieces, self._place), key=lambda item: item.job):
            if entry < done:
                continue
            report = Report()
            self._entry(entry, found, report, go_on)
            tick(entry + 1, report)

    def _entry(
        self, entry: int, found: Iterable[Item], report: Report, go_on: Callable[[], None]
    ) -> None:
        """The objects of one entry, of which there is one revision, or none if there is no job."""
        numbers = Numbers(self._labels, report)
        job = self._jobs.get(entry)
        if job is None:
            for item in found:
                if item.kind in _KINDS:
                    report.skip(NO_JOB, f"job {entry + 1}")
            return
        # A job takes what it had, also of frames that it shares with the next one.
        span = Span(job.id, job.start_frame, job.stop_frame)
        with closing(Gathering([span], self._vocabulary, cut=False)) as gathering:
            waiting: list[Annotation] = []
            size = 0
            for item in found:
                read = self._object(item, numbers, report)
                if read is not None:
                    waiting.append(read)
                size += len(item.body)
                if size > BATCH:
                    self._take(gathering, waiting, entry, report)
                    waiting, size = [], 0
                    go_on()
            self._take(gathering, waiting, entry, report)
            wanted = BulkSave(
                mode="append",
                author=self._author,
                key=f"{self._key}-{entry}",
                client="restore",
                message="Restored from a backup",
            )
            # Nobody sees the task yet: there is nothing to be marked as changed.
            saving.save(gathering, wanted, lambda _: ())

    def _object(self, item: Item, numbers: Numbers, report: Report) -> Annotation | None:
        decoder = _KINDS.get(item.kind)
        if decoder is None:
            return None
        where = f"job {item.job + 1}"
        try:
            named = decoder.decode(item.body)
        except (msgspec.ValidationError, RecursionError) as error:
            report.skip(WRONG, f"{where}: {error}"[:200])
            return None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadDataset(self._place, f"is no JSON: {error}", where) from None
        if not self._moved(named):
            report.skip(NO_FRAME, f"frame {named.frame}, {where}")
            return None
        place = f"frame {named.frame}, {where}"
        if isinstance(named, NamedTag):
            return numbers.tag(named, place)
        if isinstance(named, NamedTrack):
            return numbers.track(named, place)
        return numbers.shape(named, place)

    def _moved(self, named: NamedTag | NamedShape | NamedTrack) -> bool:
        """Give an object the numbers that its frames have here; whether they are here."""
        if self._plan.moved:
            # Where frames are mixed, there are no tracks.
            frame = -1 if isinstance(named, NamedTrack) else self._plan.moved.get(named.frame, -1)
            named.frame = max(0, frame)
            for part in named.elements or () if isinstance(named, NamedShape) else ():
                part.frame = named.frame
            return frame >= 0
        return named.frame < self._size

    def _take(
        self, gathering: Gathering, found: list[Annotation], entry: int, report: Report
    ) -> None:
        """Take what may be stored; what may not is reported."""
        try:
            _count(gathering.take(gather(found)), report)
        except Invalid:
            for item in found:
                try:
                    _count(gathering.take(gather([item])), report)
                except Invalid as error:
                    where = f"frame {item.frame}, job {entry + 1}: {error.body}"
                    report.skip(WRONG, where[:200])


def _count(objects: Objects, report: Report) -> None:
    for item in objects.all():
        report.took(_kind(item))


def _kind(item: Annotation) -> str:
    if isinstance(item, Tag):
        return "tag"
    if isinstance(item, Shape):
        return item.type
    assert isinstance(item, Track)
    return f"{item.shapes[0].type} track" if item.shapes else "track"
