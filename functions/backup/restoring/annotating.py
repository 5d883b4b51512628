"""The annotations of a backup go to the jobs, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from chalicelib.annotations import saving
from chalicelib.annotations import store as annotation_store
from chalicelib.annotations.model import validation
from chalicelib.annotations.model.document import Annotation, Objects, Shape, Tag, Track, gather
from chalicelib.annotations.model.vocabulary import Vocabulary, vocabulary_of
from chalicelib.annotations.revisions.changes import Change
from chalicelib.backups.named_objects import NamedShape, NamedTag, NamedTrack
from chalicelib.backups.numbering import Numbers
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.report import Report
from chalicelib.platform.errors import Invalid
from chalicelib.projects.models import Label
from functions.backup.restoring.annotation_items import Item, items
from functions.backup.restoring.plan import TaskPlan

#: Bytes of JSON of one save.
BATCH = 4 << 20
NO_JOB = "object of a job that is left out"
NO_FRAME = "object of a frame that the task does not have"
WRONG = "object that is not well formed"
_KINDS: dict[str, Any] = {
    "tags": msgspec.json.Decoder(NamedTag),
    "shapes": msgspec.json.Decoder(NamedShape),
    "tracks": msgspec.json.Decoder(NamedTrack),
}


class Batch(msgspec.Struct):
    """Objects of one job."""

    entry: int
    objects: list[Annotation] = []
    size: int = 0


class Annotating:
    """Reads annotations of a task and saves those of its jobs.

    Args:
        jobs: ids by the number of their entry in the backup.
        size: frames of the task.
        author: id of who restores; `key`: tells these saves from others.
    """

    def __init__(
        self, plan: TaskPlan, labels: list[Label], jobs: dict[int, int], size: int, author: int,
        key: str, place: str,
    ) -> None:  # fmt: skip
        self._plan, self._jobs, self._size = plan, jobs, size
        self._author, self._key, self._place = author, key, place
        self._labels = labels
        self._vocabulary: Vocabulary = vocabulary_of(labels)

    def restore(
        self, pieces: Iterable[bytes], done: int, tick: Callable[[int, Report], None]
    ) -> None:
        """Save batch by batch, but for the first `done`.

        Args:
            tick: told after each batch how many are done, with the report of it alone; may raise
                to stop.

        Raises:
            BadDataset: the file is damaged.
        """
        for number, (batch, report) in enumerate(self._batches(pieces)):
            if number < done:
                continue
            if batch.objects:
                self._save(batch, number, report)
            tick(number + 1, report)

    def _batches(self, pieces: Iterable[bytes]) -> Iterator[tuple[Batch, Report]]:
        batch, report = Batch(0), Report()
        numbers = Numbers(self._labels, report)
        for item in items(pieces, self._place):
            if batch.size > BATCH or item.job != batch.entry:
                yield batch, report
                batch, report = Batch(item.job), Report()
                numbers = Numbers(self._labels, report)
            batch.size += len(item.body)
            found = self._object(item, numbers, report)
            if found is not None:
                batch.objects.append(found)
        yield batch, report

    def _object(self, item: Item, numbers: Numbers, report: Report) -> Annotation | None:
        decoder = _KINDS.get(item.kind)
        if decoder is None:
            return None
        where = f"job {item.job + 1}"
        if item.job not in self._jobs:
            report.skip(NO_JOB, where)
            return None
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

    def _save(self, batch: Batch, number: int, report: Report) -> None:
        objects = self._checked(batch, report)
        if objects.is_empty:
            return
        _count(objects, report)
        annotation_store.save(
            annotation_store.Save(
                job_id=self._jobs[batch.entry],
                change=Change(create=objects),
                author=self._author,
                key=f"{self._key}-{number}",
                client="restore",
                message="Restored from a backup",
            )
        )

    def _checked(self, batch: Batch, report: Report) -> Objects:
        """What may be stored; what may not is reported."""
        try:
            return self._created(batch.objects)
        except Invalid:
            kept = [item for item in batch.objects if self._is_good(item, batch.entry, report)]
            return self._created(kept)

    def _is_good(self, item: Annotation, entry: int, report: Report) -> bool:
        try:
            self._created([item])
        except Invalid as error:
            report.skip(WRONG, f"frame {item.frame}, job {entry + 1}: {error.body}"[:200])
            return False
        return True

    def _created(self, found: list[Annotation]) -> Objects:
        objects = gather(found)
        validation.check_types(objects)
        return saving.created(objects, self._vocabulary).create


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
