"""How a format is written.

An archive has files about the dataset as a whole (a list of classes, one file with all the
annotations) and files of single frames (a picture, a text file beside it). The former are written
once; the latter for stretches of frames, of a large dataset by several workers at a time, whose
pieces are joined to one archive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.exporting.contents import FrameObjects
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.report import Report


class Stretch(msgspec.Struct, frozen=True):
    """Frames `start` to `stop` (exclusive) of `placed.frames`."""

    placed: Placed
    start: int
    stop: int

    def contents(self) -> Iterator[tuple[Frame, FrameObjects]]:
        """Frames with what is on them."""
        return self.placed.contents(self.start, self.stop)

    def frames(self) -> Iterator[Frame]:
        """The frames."""
        return iter(self.placed.frames[self.start : self.stop])

    def images(self) -> Iterator[bytes]:
        """Files of the frames, in the same order."""
        return self.placed.images(self.start, self.stop)


#: Writes the files about the dataset as a whole. What is left out of them goes into the report.
WholeWriter = Callable[[Dataset, ArchiveWriter, Report], None]
#: Writes the files of a stretch of frames, images among them if `dataset.save_images`. Yields
#: after each frame, when all its files are written: there the work may stop and go on later.
FramesWriter = Callable[[Dataset, Stretch, ArchiveWriter, Report], Iterator[None]]


class Writer(msgspec.Struct, frozen=True):
    """A format that is written.

    Attributes:
        whole: writes what is about the dataset as a whole, if there is such a thing.
        frames: writes what is about single frames.
        annotates_frames: whether `frames` has anything to write where no images are wanted.
        holds_report: whether the archive may have a file `report.json` that the format lacks.
    """

    whole: WholeWriter | None
    frames: FramesWriter
    annotates_frames: bool = True
    holds_report: bool = True
