"""Files of a task between their upload and the end of indexing.

What a file's header says is noted when its bytes pass by, so that indexing need not read them
again. Notes live in the table under `MEDIA#<task>` and expire; the frame index replaces them.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence

import msgspec
import zstandard

from chalicelib.media.images import FIRST_READ, BadImage, ImageInfo, probe
from chalicelib.media.kinds import HEAD, Family, Kind, detect
from chalicelib.media.reading import RangeReader, Reader
from chalicelib.platform import bucket, keys, table
from chalicelib.platform.clock import epoch
from chalicelib.platform.table import Put, Record

#: Seconds that notes of files outlive their upload if the task is never finished.
LIFETIME = 14 * 24 * 3600
#: Files in one record of the table: about 60 bytes each when compressed.
BATCH = 2000
#: Bytes of one record: a table takes 400 KB, and long names hardly compress.
BLOB_LIMIT = 300_000


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

    @property
    def info(self) -> ImageInfo:
        """The header of an image."""
        return ImageInfo(self.format, self.width, self.height, self.orientation)

    @property
    def probed(self) -> bool:
        """Whether indexing needs nothing else of it."""
        return self.family == "image" and (self.width > 0 or bool(self.problem))


def describe(
    name: str, key: str, offset: int, size: int, reader: Reader, *, packed: bool = False
) -> File:
    """Look into a file's head. `reader` reads the file itself, from 0."""
    kind = detect(reader.read(0, HEAD)) if size else Kind("unknown", "")
    file = File(name, key, offset, size, kind.family, kind.format, packed=packed)
    if kind.family == "image":
        try:
            info = probe(reader)
        except BadImage as error:
            file.problem = str(error)
        else:
            file.width, file.height = info.stored_width, info.stored_height
            file.orientation = info.orientation
    return file


def describe_object(name: str, key: str, size: int) -> File:
    """Look into the head of a file that is an object of the bucket."""
    reader = RangeReader(lambda at, count: bucket.get_range(key, at, count), size, FIRST_READ)
    return describe(name, key, 0, size, reader)


def note(task_id: int, files: Sequence[File]) -> None:
    """Remember uploaded files; a later note of the same name replaces an earlier one."""
    for start in range(0, len(files), BATCH):
        _note(task_id, files[start : start + BATCH])


def noted(task_id: int) -> list[File]:
    """Every file that was uploaded for a task, in order of arrival, names unique."""
    found: dict[str, File] = {}
    for record in table.children(keys.media(task_id), "FILES#"):
        for file in _unpack(record.blob):
            found.pop(file.name, None)
            found[file.name] = file
    return list(found.values())


def forget(task_id: int) -> None:
    """Drop the notes of a task."""
    table.delete_many([record.key for record in table.children(keys.media(task_id))])


def read(file: File, offset: int = 0, size: int | None = None) -> bytes:
    """Bytes of a file. Raises KeyError if it is gone."""
    wanted = file.size - offset if size is None else min(size, file.size - offset)
    return bucket.get_range(file.key, file.offset + offset, wanted) if wanted > 0 else b""


def read_many(files: Sequence[File]) -> Iterator[bytes]:
    """Whole files, those that stand beside each other in one object by one request."""
    start = 0
    while start < len(files):
        stop = _neighbours(files, start)
        first, last = files[start], files[stop - 1]
        body = memoryview(
            bucket.get_range(first.key, first.offset, last.offset + last.size - first.offset)
        )
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
            file.key != first.key
            or not end <= file.offset <= end + 65536
            or file.offset + file.size - first.offset > 64 << 20
        ):
            break
        stop += 1
    return stop


def _note(task_id: int, files: Sequence[File]) -> None:
    blob = zstandard.compress(msgspec.msgpack.encode(files))
    if len(blob) > BLOB_LIMIT and len(files) > 1:
        half = len(files) // 2
        _note(task_id, files[:half])
        _note(task_id, files[half:])
        return
    record = Record(keys.media(task_id), f"FILES#{time.time_ns():020d}#{uuid.uuid4().hex}")
    record.blob = blob
    record.expires = epoch(LIFETIME)
    table.commit(Put(record))


def _unpack(blob: bytes) -> list[File]:
    return msgspec.msgpack.decode(zstandard.decompress(blob), type=list[File])
