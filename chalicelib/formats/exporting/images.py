"""Images into an archive, as they are stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.exporting.dataset import Dataset, Placed, safe_path
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.writing import FramesWriter, Stretch
from chalicelib.formats.report import Report

#: Where in the archive the picture of a frame is.
PathOf = Callable[[Dataset, Placed, Frame], str]


def images_only(path_of: PathOf) -> FramesWriter:
    """A writer of frames for formats that have nothing but pictures frame by frame."""

    def write(
        dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
    ) -> Iterator[None]:
        for frame, body in zip(stretch.frames(), stretch.images(), strict=True):
            archive.image(path_of(dataset, stretch.placed, frame), body)
            yield

    return write


def below_images(_dataset: Dataset, placed: Placed, frame: Frame) -> str:
    """`images/<subset>/<file>`."""
    return str(PurePosixPath("images", placed.subset, safe_path(frame.file_name)))


def below_images_of_project(dataset: Dataset, placed: Placed, frame: Frame) -> str:
    """`images/<file>` of a task, `images/<subset>/<file>` of a project."""
    folder = placed.subset if dataset.is_project else ""
    return str(PurePosixPath("images", folder, safe_path(frame.file_name)))
