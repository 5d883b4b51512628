"""Images into an archive, as they are stored."""

from __future__ import annotations

from pathlib import PurePosixPath

from chalicelib.formats.exporting import Frame, Progress, Source
from chalicelib.formats.layout import placed, safe_path
from chalicelib.formats.zip_writer import ArchiveWriter


def write_images(
    source: Source, archive: ArchiveWriter, progress: Progress, *, by_subset: bool
) -> None:
    """Write the images that are not there yet below `images/`.

    Args:
        by_subset: whether each subset has a folder of its own.
    """
    written = 0
    for part in placed(source):
        folder = PurePosixPath("images", part.subset if by_subset else "")
        missing = [frame for frame in part.frames if _path(folder, frame) not in archive]
        written += len(part.frames) - len(missing)
        for frame, body in part.part.images(missing):
            archive.image(_path(folder, frame), body)
            written += 1
            progress(written)


def _path(folder: PurePosixPath, frame: Frame) -> str:
    return str(folder / safe_path(frame.file_name))
