"""Where the objects of a dataset go until they are saved: on disk, checked as they come."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from itertools import chain
from operator import attrgetter

from chalicelib.annotations.bulk.gathering import Gathering, checked
from chalicelib.annotations.model.document import Annotation, Objects, Shape, Tag, Track, gather
from chalicelib.annotations.model.oddities import found_in
from chalicelib.annotations.model.vocabulary import Vocabulary
from chalicelib.formats.descriptions import Importer
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.reading import Reader
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.report import Report
from chalicelib.platform.errors import Invalid

#: Objects that are checked together.
BATCH = 500
#: What is stored although it looks like a mistake: a part of what is said of an object, and what
#: the report says of all of these.
KEPT = {
    "outside the picture": "kept although it is outside the picture",
    "has no area": "kept although it has no area",
    "no pixel": "kept although no pixel of the mask is set",
    "does not offer": "kept although the attribute does not offer the value",
    "which is for": "kept although the label is for another type of shape",
    "two keyframes": "of two keyframes on a frame the last counts",
}
KEPT_ODD = "kept although it looks odd"
NOTHING = "no annotations of this format were found"

_FRAME, _TYPE = attrgetter("frame"), attrgetter("type")


class StoringSink:
    """A `reading.Sink` in front of a gathering of what is to be saved."""

    def __init__(
        self,
        gathering: Gathering,
        vocabulary: Vocabulary,
        upload: Upload,
        *,
        size: tuple[int, int] | None = None,
        go_on: Callable[[], None] = lambda: None,
    ) -> None:
        """
        Args:
            size: width and height in pixels that no frame exceeds; None: not known.
            go_on: called now and then; may raise.
        """
        self.report = Report()
        self._gathering = gathering
        self._vocabulary = vocabulary
        self._upload = upload
        self._size = size
        self._go_on = go_on
        self._batch: list[Annotation] = []
        #: Files that the batch comes from, each with where its objects begin.
        self._begins: list[int] = []
        self._files: list[str] = []
        self._frames: set[int] = set()

    def add(self, annotation: Annotation) -> None:
        """Take an object. Raises BadDataset if one before it may not be stored."""
        batch = self._batch
        if len(batch) >= BATCH:
            self._settle()
            batch = self._batch
        file = self.report.file
        if not batch or self._files[-1] != file:
            self._begins.append(len(batch))
            self._files.append(file)
        batch.append(annotation)

    def finish(self) -> None:
        """Everything has been added. Raises BadDataset."""
        self._settle()
        self.report.frames = len(self._frames)

    def _settle(self) -> None:
        """Check the batch and pass it on."""
        if not self._batch:
            return
        self._go_on()
        batch, begins, files = self._batch, self._begins, self._files
        self._batch, self._begins, self._files = [], [], []
        objects = gather(batch)
        try:
            stored = self._gathering.take(objects)
        except Invalid:
            raise self._first_bad(batch, begins, files) from None
        kinds = [*map(_TYPE, objects.shapes)]
        if len(kinds) < len(batch):
            kinds = [*map(_kind, batch)]
        for start, stop, file in zip(begins, [*begins[1:], len(batch)], files, strict=True):
            with self.report.of_file(file):
                for kind, count in Counter(kinds[start:stop]).items():
                    self.report.took(kind, count)
        self._frames.update(map(_FRAME, objects.tags), map(_FRAME, objects.shapes))
        self._frames.update(chain.from_iterable(map(_seen_on, objects.tracks)))
        self._note_oddities(stored, batch, begins, files)

    def _first_bad(
        self, batch: list[Annotation], begins: list[int], files: list[str]
    ) -> BadDataset:
        for at, item in enumerate(batch):
            try:
                checked(gather([item]), self._vocabulary)
            except Invalid as error:
                file = files[bisect_right(begins, at) - 1] or self._upload.name
                return BadDataset(file, _flat(error.body), _place(item))
        raise AssertionError("each of them is good, all together are not")

    def _note_oddities(
        self, stored: Objects, batch: list[Annotation], begins: list[int], files: list[str]
    ) -> None:
        kinds = {"tags": Tag, "shapes": Shape, "tracks": Track}
        places: dict[str, list[int]] = {}
        for kind, index, _, what in found_in(stored, None, self._size, self._vocabulary):
            if kind not in places:
                places[kind] = [n for n, one in enumerate(batch) if isinstance(one, kinds[kind])]
            at = places[kind][index]
            reason = next((KEPT[part] for part in KEPT if part in what), KEPT_ODD)
            with self.report.of_file(files[bisect_right(begins, at) - 1]):
                self.report.convert(reason, _place(batch[at]))


def read_into(importer: Importer, upload: Upload, target: Target, sink: StoringSink) -> None:
    """Read everything that an upload has for a task. Raises BadDataset."""
    if importer.ext == "ZIP" and upload.archive is None:
        raise BadDataset(upload.name, "is not a ZIP archive")
    reader: Reader = importer.load()
    reader.read(upload, target, sink)
    sink.finish()
    report = sink.report
    if not (report.objects or report.skipped or report.converted):
        report.skip(NOTHING, upload.name)


def _kind(item: Annotation) -> str:
    if isinstance(item, Shape):
        return item.type
    return "tag" if isinstance(item, Tag) else f"{item.shapes[0].type} track"


def _seen_on(track: Track) -> list[int]:
    """Frames on which a track is, as far as keyframes tell."""
    return [one.frame for one in track.shapes if not one.outside]


def _place(item: Annotation) -> str:
    if isinstance(item, Shape):
        return f"{item.type} on frame {item.frame}"
    if isinstance(item, Tag):
        return f"tag on frame {item.frame}"
    return f"track from frame {item.frame} on"


def _flat(body: object) -> str:
    """What is wrong with the only object, of `{"shapes": ["[0].points: …"]}`."""
    if isinstance(body, dict):
        return "; ".join(map(_flat, body.values()))
    if isinstance(body, list):
        return "; ".join(map(_flat, body))
    return str(body).removeprefix("[0].")
