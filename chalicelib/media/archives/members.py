"""Files in archives, whatever the kind of archive.

Stored files of a zip and files of a plain tar stay where they are: ranges of the archive.
Compressed files of a zip are unpacked by any number of workers, each its share. A compressed tar
can only be read from its start to its end, so one worker unpacks all of it in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import cast

from chalicelib.media.archives import tar_archive, zip_archive
from chalicelib.media.archives.inflating import Compression
from chalicelib.media.archives.limits import BadArchive, Stopped
from chalicelib.media.archives.packs import PACK_SIZE
from chalicelib.media.archives.tar_archive import Notes
from chalicelib.media.archives.zip_archive import extract, inside
from chalicelib.media.files import File

__all__ = [
    "BadArchive",
    "Notes",
    "Stopped",
    "extract",
    "in_one_pass",
    "inside",
    "list_members",
    "parts",
    "unpack",
]

_COMPRESSED_TAR = {"gz", "bz2", "xz", "zst"}


def in_one_pass(archive: File) -> bool:
    """Whether an archive can be read only as a whole: `unpack` it instead of listing it."""
    return archive.format in _COMPRESSED_TAR


def list_members(archive: File) -> list[File]:
    """Pictures, point clouds and documents in a zip or a plain tar, in the order of the archive.

    None of them is looked into. Those that are `inside` have no bytes before they are extracted.

    Raises:
        BadArchive: damaged, cut off, protected by a password, a bomb, or holding what is refused:
            names that lead outside, names twice, links and devices, archives, videos.
    """
    match archive.format:
        case "zip":
            return zip_archive.list_members(archive)
        case "tar":
            return tar_archive.list_members(archive)
        case other:
            raise ValueError(f"a {other} archive cannot be listed")


def unpack(
    task_id: int,
    archive: File,
    identity: str,
    notes: Notes,
    progress: Callable[[float], bool] = lambda _: True,
) -> list[File]:
    """`tar_archive.unpack` of an archive that is read `in_one_pass`."""
    compression = cast(Compression, archive.format)
    return tar_archive.unpack(task_id, archive, compression, identity, notes, progress)


def parts(files: Sequence[File], size: int = PACK_SIZE, count: int = 500) -> Iterator[list[File]]:
    """Divide files into runs of at most `size` bytes and `count` files."""
    run: list[File] = []
    total = 0
    for file in files:
        if run and (total + file.size > size or len(run) == count):
            yield run
            run, total = [], 0
        run.append(file)
        total += file.size
    if run:
        yield run
