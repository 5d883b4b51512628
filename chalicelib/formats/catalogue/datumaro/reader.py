"""Datumaro 1.0 and Datumaro 3D 1.0, from CVAT, from datumaro 1.13 or from us."""

from __future__ import annotations

from chalicelib.formats.catalogue.datumaro.declared import declared
from chalicelib.formats.catalogue.datumaro.document import (
    Annotation,
    Categories,
    Item,
    annotation_files,
    categories_of,
)
from chalicelib.formats.catalogue.datumaro.objects import ObjectReader
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.reading import Reader, Sink
from chalicelib.formats.importing.sizes import note_size
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary
from chalicelib.formats.text import json_items

NO_LABEL = "annotation has no label"


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    reader = _Reader(target, sink)
    for file in annotation_files(upload, target.subset):
        with sink.report.of_file(upload.place(file)):
            reader.read(upload, file)
    reader.finish()


READER = Reader(read, labels=declared)


class _Reader:
    """Reads the items of one or several files."""

    def __init__(self, target: Target, sink: Sink) -> None:
        self._report = sink.report
        self._matcher = target.matcher
        self._names = Vocabulary(target.labels, sink.report)
        self._objects = ObjectReader(self._names, target, sink)

    def read(self, upload: Upload, file: str) -> None:
        """Take over one file. Raises BadDataset."""
        categories = categories_of(upload, file)
        seen: set[int] = set()
        for at, item in enumerate(json_items.items(upload, file, "items", Item)):
            place = f"items[{at}]"
            key = hash((item.id, item.path))
            if key in seen:
                raise BadDataset(upload.place(file), f'item "{item.id}" occurs twice', place)
            seen.add(key)
            frame = self._frame(item)
            if isinstance(frame, str):
                if item.annotations:
                    self._report.skip(frame, item.path or item.id, len(item.annotations))
                continue
            if item.image and item.image.size and len(item.image.size) == 2:
                high, wide = item.image.size
                note_size(self._report, frame, wide, high)
            for number, annotation in enumerate(item.annotations):
                try:
                    self._take(annotation, frame, categories)
                except ValueError as error:
                    where = f"{place}.annotations[{number}]"
                    raise BadDataset(upload.place(file), str(error), where) from None

    def finish(self) -> None:
        """Give the tracks to the sink, of which all the pieces are known now."""
        self._objects.finish()

    def _frame(self, item: Item) -> Frame | str:
        number = (item.attr or {}).get("frame")
        number = number if isinstance(number, int) else None
        found = self._matcher.by_name(item.path or item.id, number)
        # Paths of files that datumaro only pointed to are those of another machine.
        return self._matcher.by_name(item.id, number) if isinstance(found, str) else found

    def _take(self, annotation: Annotation, frame: Frame, categories: Categories) -> None:
        number, labels = annotation.label_id, categories.label.labels
        if number is None:
            self._report.skip(NO_LABEL, f"{frame.name}: {annotation.type}")
            return
        if not 0 <= number < len(labels):
            raise ValueError(f"there is no label {number}")
        label = self._names.label(labels[number].name, frame.name)
        if label is not None:
            self._objects.take(annotation, label, frame, categories)
