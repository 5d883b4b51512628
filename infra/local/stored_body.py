"""An object's bytes on disk that are read only when, and as far as, they are sent."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 256 * 1024


class _OpenFile:
    """A descriptor that several windows share and the last one closes."""

    def __init__(self, path: str) -> None:
        self.descriptor = os.open(path, os.O_RDONLY)

    def __del__(self) -> None:
        if hasattr(self, "descriptor"):
            os.close(self.descriptor)


class StoredBody:
    """`size` bytes of an open file from `start`. Slicing makes a window and reads nothing.

    The file stays readable after it is replaced or deleted, as long as this object lives.
    """

    def __init__(self, file: _OpenFile, start: int, size: int) -> None:
        self._file = file
        self._start = start
        self._size = size

    @classmethod
    def open(cls, path: str) -> StoredBody:
        """Raises OSError."""
        file = _OpenFile(path)
        return cls(file, 0, os.fstat(file.descriptor).st_size)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, window: slice) -> StoredBody:
        start, stop, _ = window.indices(self._size)
        return StoredBody(self._file, self._start + start, max(0, stop - start))

    def read_at(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset` of this window."""
        size = min(size, self._size - offset)
        return os.pread(self._file.descriptor, size, self._start + offset) if size > 0 else b""

    def __bytes__(self) -> bytes:
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """The bytes in order, a quarter of a megabyte at a time."""
        offset = 0
        while piece := self.read_at(offset, PIECE):
            yield piece
            offset += len(piece)


class BodyReader:
    """What botocore wants of a response body: `read`, `stream` and `close`."""

    def __init__(self, body: StoredBody | bytes) -> None:
        self._body = body
        self._offset = 0

    def read(self, size: int | None = None) -> bytes:
        body, offset = self._body, self._offset
        size = len(body) if size is None or size < 0 else size
        if isinstance(body, bytes):
            piece = body[offset : offset + size]
        else:
            piece = body.read_at(offset, size)
        self._offset += len(piece)
        return piece

    def stream(self, size: int = PIECE) -> Iterator[bytes]:
        while piece := self.read(size):
            yield piece

    def close(self) -> None:
        self._body = b""
