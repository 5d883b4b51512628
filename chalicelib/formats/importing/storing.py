"""Where the objects of a dataset go until they are saved: on disk, checked as they come."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.annotations.bulk.gathering import Gathering, checked
from chalicelib.annotations.model.document import Annotation, Objects, Shape, Tag, gather
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
        #: The file that the batch comes from.
        self._file = ""
        self._frames: set[int] = set()

    def add(self, annotation: Annotation) -> None:
        """Take an object. Raises BadDataset if one before it may not be stored."""
        report = self.report
        if len(self._batch) >= BATCH or self._file != report.file:
            self._settle()
            self._file = report.file
        self._batch.append(annotation)
        if isinstance(annotation, Shape):
            report.took(annotation.type)
            self._frames.add(annotation.frame)
        elif isinstance(annotation, Tag):
            report.took("tag")
            self._frames.add(annotation.frame)
        else:
            report.took(f"{annotation.shapes[0].type} track")
            self._frames.update(one.frame for one in annotation.shapes if not one.outside)

    def finish(self) -> None:
        """Everything has been added. Raises BadDataset."""
        self._settle()
        self.report.frames = len(self._frames)

    def _settle(self) -> None:
        """Check the batch and pass it on."""
        if not self._batch:
            return
        self._go_on()
        batch, self._batch = self._batch, []
        try:
            stored = self._gathering.take(gather(batch))
        except Invalid:
            raise self._first_bad(batch) from None
        self._note_oddities(stored)

    def _first_bad(self, batch: list[Annotation]) -> BadDataset:
        file = self._file or self._upload.name
        for item in batch:
            try:
                checked(gather([item]), self._vocabulary)
            except Invalid as error:
                return BadDataset(file, _flat(error.body), _place(item))
        raise AssertionError("each of them is good, all together are not")

    def _note_oddities(self, stored: Objects) -> None:
        lists = {"tags": stored.tags, "shapes": stored.shapes, "tracks": stored.tracks}
        for kind, index, _, what in found_in(stored, None, self._size, self._vocabulary):
            reason = next((KEPT[part] for part in KEPT if part in what), KEPT_ODD)
            with self.report.of_file(self._file):
                self.report.convert(reason, _place(lists[kind][index]))  # type: ignore[index]  # lists of several kinds


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
