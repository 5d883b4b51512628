"""The images of a dataset: which there are, and their way from the archive into the bucket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.reading import Picture, Reader
from chalicelib.formats.importing.upload import Upload
from chalicelib.media.archives.limits import BadArchive, check_member, check_total
from chalicelib.media.archives.names import hidden, normal
from chalicelib.media.archives.packs import Pack
from chalicelib.media.extensions import family_of
from chalicelib.media.files import File
from functions.dataset_import.reel import Reel

#: What the subset of pictures is called that are in none.
DEFAULT = "default"
#: Folders below which tools keep pictures.
_ROOTS = ("images", "jpegimages", "data")
_FAMILIES = {"image", "points"}


def by_subset(reader: Reader, upload: Upload, size: int) -> dict[str, list[Picture]]:
    """The pictures of a dataset by subset, "" for those in none.

    Args:
        size: bytes of the archive.

    Raises:
        BadDataset: there are none, two of a subset have the same name, or they are too large.
    """
    if upload.archive is None:
        raise BadDataset(upload.name, "is no ZIP archive, so it has no images")
    found: dict[str, list[Picture]] = {}
    names: set[tuple[str, str]] = set()
    total = 0
    for picture in (reader.pictures or by_folders)(upload):
        name = picture.name
        if (picture.subset, name) in names:
            raise BadDataset(upload.place(picture.file), f'another image is named "{name}", too')
        names.add((picture.subset, name))
        total += _size(upload, picture)
        try:
            normal(name)
            check_member(name, _size(upload, picture))
            check_total(total, size)
        except BadArchive as error:
            raise BadDataset(upload.place(picture.file), str(error)) from None
        found.setdefault(picture.subset, []).append(picture)
    if not found:
        raise BadDataset(upload.name, "has no images in it")
    return found


def by_folders(upload: Upload) -> Iterator[Picture]:
    """Pictures below `images/<subset>/`, or else all that there are.

    Folders are subsets if all pictures below `images` are in one; otherwise they are parts of the
    pictures' names.
    """
    files = [
        file
        for file in upload.files("")
        if family_of(file) in _FAMILIES and not hidden(file) and not file.endswith("/")
    ]
    below = [(file, rest) for file in files if (rest := _below_root(file)) is not None]
    if not below:
        yield from (Picture("", file, file) for file in files)
        return
    divided = all("/" in rest for _, rest in below)
    for file, rest in below:
        subset, _, name = rest.partition("/") if divided else ("", "", rest)
        yield Picture(subset, name, file)


def copy(
    upload: Upload, task_id: int, identity: str, pictures: Sequence[Picture]
) -> tuple[list[File], int]:
    """Copy as many pictures as one object takes, from the first on. Returns them, looked into.

    Also how many these are. Raises BadDataset.
    """
    pack = Pack(task_id, identity)
    count = 0
    with Reel(upload) as reel:
        for picture in pictures:
            size = _size(upload, picture)
            if not pack.has_room(size):
                break
            try:
                pack.add(normal(picture.name), size, reel.pieces(picture))
            except BadArchive as error:
                raise BadDataset(upload.place(picture.file), str(error)) from None
            count += 1
    return pack.write(), count


def name_of(subset: str) -> str:
    """What a subset's task is called."""
    return subset or DEFAULT


def _size(upload: Upload, picture: Picture) -> int:
    return upload.size(picture.file) if picture.length is None else picture.length


def _below_root(file: str) -> str | None:
    """The path below the folder of pictures, None if the file is in none."""
    parts = file.split("/")
    for place, part in enumerate(parts[:-1]):
        if part.lower() in _ROOTS:
            return "/".join(chain(parts[place + 1 :]))
    return None
