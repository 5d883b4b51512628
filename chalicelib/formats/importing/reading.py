"""How a format is read.

A reader goes through an upload and gives each object to the sink as it finds it, in any order. It
keeps no more of them than it must (a track that is spread over files), so that datasets of any
size pass through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import msgspec

from chalicelib.annotations.model.document import Annotation
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.report import Report


class Sink(Protocol):
    """Where the objects of a dataset go.

    Attributes:
        report: what was left out goes here; what is added is counted by the sink itself.
    """

    report: Report

    def add(self, annotation: Annotation) -> None:
        """Take an object without an id."""
        ...


class Picture(msgspec.Struct, frozen=True):
    """An image file of a dataset.

    Attributes:
        subset: of the dataset; "" if it has none.
        name: as annotations call it, relative to the folder of the subset.
        file: of the upload.
        start, length: the bytes of the file that are the image; None: all of them. Images of one
            file are listed in the order in which they stand there.
    """

    subset: str
    name: str
    file: str
    start: int = 0
    length: int | None = None


#: Reads the annotations of an upload. Raises BadDataset, naming file and place.
Read = Callable[[Upload, Target, Sink], None]
#: Lists the image files of an upload, from which the tasks of a project are made.
Pictures = Callable[[Upload], Iterator[Picture]]
#: Lists the labels that a dataset declares, without ids, from which those of a project are made.
Labels = Callable[[Upload], Iterable[LabelSpec]]


class Reader(msgspec.Struct, frozen=True):
    """A format that is read.

    Attributes:
        read: reads annotations; of `target.subset` alone, if that is set.
        pictures: lists images; None where folders say all: `images/<subset>/…` and the like.
        labels: lists labels; None where datasets name none but those of their objects.
    """

    read: Read
    pictures: Pictures | None = None
    labels: Labels | None = None
