"""Unpacked files become objects of the task: many small ones share one, a large one has its own."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from chalicelib.media import files, layout
from chalicelib.media.archives.limits import BadArchive
from chalicelib.media.files import File
from chalicelib.media.sources.landing import Landing
from chalicelib.platform import bucket

#: Bytes of files written as one object, but for a single larger file.
PACK_SIZE = 64 << 20


class Pack:
    """An object that files are added to. At most `PACK_SIZE` bytes are in memory."""

    def __init__(self, task_id: int, identity: str) -> None:
        self._key = layout.pack(task_id, identity)
        self._body = io.BytesIO()
        self._size = 0
        self.files: list[File] = []

    def has_room(self, size: int) -> bool:
        """Whether a file of this size belongs into this object."""
        return not self._size or self._size + size <= PACK_SIZE

    def add(self, name: str, size: int, pieces: Iterable[bytes]) -> None:
        """Take a file.

        Raises:
            BadArchive: `pieces` hold more or less than `size` bytes.
        """
        pieces = _exactly(name, size, pieces)
        start = self._size
        self._size += size
        if size > PACK_SIZE:
            _upload(self._key, pieces)
            self.files.append(files.describe_object(name, self._key, size))
            return
        for piece in pieces:
            self._body.write(piece)
        reader = _BufferReader(self._body, start, size)
        self.files.append(files.describe(name, self._key, start, size, reader, packed=True))

    def pass_over(self, size: int) -> None:
        """Leave room for a file that an earlier attempt wrote."""
        self._size += size

    def write(self) -> list[File]:
        """Store the object. Returns its files, looked into."""
        if self._body.tell():
            self._body.seek(0)
            bucket.put(self._key, self._body)
        return self.files


class _BufferReader:
    """A file inside a buffer that is being filled."""

    def __init__(self, body: io.BytesIO, start: int, size: int) -> None:
        self._body = body
        self._start = start
        self._size = size

    @property
    def size(self) -> int:
        return self._size

    def read(self, offset: int, size: int) -> bytes:
        start = self._start + offset
        stop = min(start + size, self._start + self._size)
        with self._body.getbuffer() as view:
            return bytes(view[start:stop])


def _exactly(name: str, size: int, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces, until there are more bytes than announced."""
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > size:
            break
        yield piece
    if total != size:
        raise BadArchive(f"{name} in it has another size than the archive says")


def _upload(key: str, pieces: Iterable[bytes]) -> None:
    landing = Landing(key)
    try:
        for piece in pieces:
            landing.write(piece)
        landing.finish()
    except BaseException:
        landing.abandon()
        raise
