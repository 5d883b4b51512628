"""Files that become the frames of a task: where their bytes stand and what their headers say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from chalicelib.media.images.info import BadImage, ImageInfo
from chalicelib.media.kinds import HEAD, UNKNOWN, Family
from chalicelib.media.reading import RangeReader, Reader
from chalicelib.media.sources import places
from chalicelib.media.sources.places import OWN
from chalicelib.platform import bucket

EMPTY = "nothing in it, 0 bytes"
USELESS = "by its content neither an image, a video, an archive, a PDF nor a point cloud"


class File(msgspec.Struct, array_like=True, omit_defaults=True):
    """An uploaded file.

    Attributes:
        name: relative to the task's files.
        key, offset, size: where its bytes stand in the bucket.
        family, format: what its content is.
        width, height: as stored, in pixels; 0 if it is no image or was not looked into yet.
        orientation: Exif's, 1…8.
        problem: why it cannot be used; empty if it can, as far as is known.
        packed: whether the object holds other files too.
        place: the store of `key`; see `sources/places.py`.
        page: number, from 0, of the picture in a file that holds several (PDF, TIFF, GIF).
        cut: whether the file ends before the picture does, which is shown as far as it goes.
        whole: of an animation that is cut: how many of its frames are whole.
    """

    name: str
    key: str
    offset: int
    size: int
    family: Family
    format: str = ""
    width: int = 0
    height: int = 0
    orientation: int = 1
    problem: str = ""
    packed: bool = False
    place: str = OWN
    page: int = 0
    cut: bool = False
    whole: int = 0

    @property
    def info(self) -> ImageInfo:
        """The header of an image."""
        return ImageInfo(self.format, self.width, self.height, self.orientation)

    @property
    def probed(self) -> bool:
        """Whether its content was looked into, as far as indexing needs it."""
        known = self.width > 0 if self.family == "image" else bool(self.format)
        return known or bool(self.problem)


def describe(
    name: str, key: str, offset: int, size: int, reader: Reader, *, packed: bool = False
) -> File:
    """Look into a file's head. `reader` reads the file itself, from 0."""
    return described(File(name, key, offset, size, "unknown", packed=packed), reader)


def described(file: File, reader: Reader) -> File:
    """The same file with what its content says. `reader` reads the file itself, from 0."""
    # Imported when first needed, here and below: most API processes look into no file.
    from chalicelib.media.images.headers import probe
    from chalicelib.media.images.wholeness import is_whole
    from chalicelib.media.points.clouds import BadCloud, kind_of, size_of

    kind = kind_of(file.name, reader.read(0, HEAD), file.size) if file.size else UNKNOWN
    found = File(
        file.name, file.key, file.offset, file.size, kind.family, kind.format,
        packed=file.packed, place=file.place,
    )  # fmt: skip
    if not file.size:
        found.problem = EMPTY
    elif kind.family == "unknown":
        found.problem = USELESS
    try:
        if kind.family == "image":
            info = probe(reader)
            found.width, found.height = info.stored_width, info.stored_height
            found.orientation = info.orientation
            found.cut = not is_whole(reader, info.format)
        elif kind.family == "points":
            found.width, found.height = size_of(reader, kind.format)
    except (BadImage, BadCloud) as error:
        found.problem = str(error)
    return found


def describe_object(name: str, key: str, size: int) -> File:
    """Look into the head of a file that is an object of the bucket."""
    from chalicelib.media.images.headers import FIRST_READ

    reader = RangeReader(lambda at, count: bucket.get_range(key, at, count), size, FIRST_READ)
    return describe(name, key, 0, size, reader)


def read(file: File, offset: int = 0, size: int | None = None) -> bytes:
    """Bytes of a file. Raises KeyError if it is gone."""
    wanted = file.size - offset if size is None else min(size, file.size - offset)
    if wanted <= 0:
        return b""
    return places.place(file.place).read(file.key, file.offset + offset, wanted)


def read_many(files: Sequence[File]) -> Iterator[bytes]:
    """Whole files, those that stand beside each other in one object by one request."""
    start = 0
    while start < len(files):
        stop = _neighbours(files, start)
        first, last = files[start], files[stop - 1]
        span = last.offset + last.size - first.offset
        body = memoryview(places.place(first.place).read(first.key, first.offset, span))
        for file in files[start:stop]:
            at = file.offset - first.offset
            yield bytes(body[at : at + file.size])
        start = stop


def _neighbours(files: Sequence[File], start: int) -> int:
    """End of the run of files that one request of at most 64 MB reads well."""
    first, stop = files[start], start + 1
    while stop < len(files):
        before, file = files[stop - 1], files[stop]
        end = before.offset + before.size
        if (
            (file.place, file.key) != (first.place, first.key)
            or not end <= file.offset <= end + 65536
            or file.offset + file.size - first.offset > 64 << 20
        ):
            break
        stop += 1
    return stop
