"""Going through a dataset's files of labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from chalicelib.annotations.model.document import Shape
from chalicelib.formats.catalogue.ultralytics.declared import classes
from chalicelib.formats.catalogue.ultralytics.description import Description, describe
from chalicelib.formats.catalogue.ultralytics.listing import MISSING, Listing
from chalicelib.formats.catalogue.yolo.rows import Classes, LabelFile, Row
from chalicelib.formats.exporting.losses import SCORE
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.appearances import Appearances
from chalicelib.formats.importing.beside import frame_beside
from chalicelib.formats.importing.reading import Labels, Picture, Read, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary

#: Digits of the largest number of a track.
DIGITS = 18


class Kind(Protocol):
    """Reads the files of labels of one kind of dataset."""

    def read(self, file: LabelFile, classes: Classes, frame: Frame | str, name: str) -> None:
        """Give what is in a file to the sink, with the frame or why there is none."""
        ...

    def finish(self) -> None:
        """Give what was kept until the end."""
        ...


#: Makes what reads the files of a dataset. Raises BadDataset if it is of another kind.
KindOf = Callable[[Upload, Description, Target, Sink], Kind]


def reader(kind_of: KindOf, labels: Labels = classes) -> Reader:
    """A reader of the family."""
    return Reader(_read(kind_of), pictures, labels)


def pictures(upload: Upload) -> Iterator[Picture]:
    """Images of a dataset. See `reading.Pictures`."""
    for listed in Listing(upload, describe(upload)):
        if listed.image and listed.image in upload:
            yield Picture(listed.subset, listed.name, listed.image)


def _read(kind_of: KindOf) -> Read:
    def read(upload: Upload, target: Target, sink: Sink) -> None:
        description = describe(upload)
        kind = kind_of(upload, description, target, sink)
        classes = Classes(description.names, Vocabulary(target.labels, sink.report))
        listing = Listing(upload, description)
        for listed in listing:
            if target.subset in (None, listed.subset) and listed.labels in upload:
                with sink.report.of_file(upload.place(listed.labels)):
                    frame = frame_beside(target.matcher, listed.name)
                    kind.read(LabelFile(upload, listed.labels), classes, frame, listed.name)
        for source in listing.missing:
            sink.report.skip(MISSING, source)
        kind.finish()

    return read


class Tracks:
    """Shapes of lines that end with a score, the number of a track, or both in this order."""

    def __init__(self, target: Target, sink: Sink) -> None:
        self._appearances = Appearances(target.frames)
        self._sink = sink

    def take(self, file: LabelFile, row: Row, shape: Shape, more: Sequence[str]) -> None:
        """Take a shape whose line has one field more, or two. Raises BadDataset."""
        *before, last = more
        if before and not is_track(last):
            file.refuse(row, f'"{last}" is not the number of a track')
        # A score is a part of 1, but where it stands alone, "1" is the number of a track.
        if before or not is_track(last):
            (shape.score,) = file.numbers(row, more[:1])
            if not 0 <= shape.score <= 1:
                file.refuse(row, f'"{more[0]}" is neither the number of a track nor a score')
        if not is_track(last):
            self._sink.add(shape)
            return
        if shape.score != 1:
            self._sink.report.convert(SCORE, file.where(row))
        try:
            self._appearances.add(int(last), shape)
        except ValueError as error:
            file.refuse(row, str(error))

    def finish(self) -> None:
        """Give the tracks to the sink."""
        for track in self._appearances.tracks():
            self._sink.add(track)


def is_track(text: str) -> bool:
    """Whether a field is the number of a track."""
    return text.isdecimal() and len(text) <= DIGITS
