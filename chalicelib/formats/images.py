"""Images into an archive, as they are stored."""

from __future__ import annotations

from pathlib import PurePosixPath

from chalicelib.formats.exporting import Progress, Source
from chalicelib.formats.layout import placed, safe_path
from chalicelib.formats.zip_writer import ArchiveWriter


def write_images(
    source: Source, archive: ArchiveWriter, progress: Progress, *, by_subset: bool
) -> None:
    """Write every frame's image below `images/`, in a folder per subset if `by_subset`."""
    written = 0
    for part in placed(source):
        folder = PurePosixPath("images", part.subset if by_subset else "")
        names = {frame.number: frame.file_name for frame in part.frames}
        for frame, body in part.part.images():
            archive.image(str(folder / safe_path(names[frame.number])), body)
            written += 1
            progress(written)
