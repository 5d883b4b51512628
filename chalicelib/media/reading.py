"""Random access to a file whose bytes are elsewhere, in few requests."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Protocol

#: Smallest request: a round trip costs more than the bytes.
BLOCK = 256 * 1024


class Reader(Protocol):
    """A file of known size read by ranges."""

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        ...

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`; fewer only at the end of the file."""
        ...


class RangeReader:
    """Reads by a function of (offset, size), at least a block at a time, keeping the last few."""

    def __init__(self, fetch: Callable[[int, int], bytes], size: int, block: int = BLOCK) -> None:
        self._fetch = fetch
        self._size = size
        self._block = block
        self._held: list[tuple[int, bytes]] = []

    @property
    def size(self) -> int:
        return self._size

    def read(self, offset: int, size: int) -> bytes:
        size = max(0, min(size, self._size - offset))
        if size == 0:
            return b""
        for start, body in self._held:
            if start <= offset and offset + size <= start + len(body):
                return body[offset - start : offset - start + size]
        body = self._fetch(offset, min(max(size, self._block), self._size - offset))
        self._held = [(offset, body), *self._held[:3]]
        return body[:size]


class BytesReader:
    """A file in memory."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    @property
    def size(self) -> int:
        return len(self._body)

    def read(self, offset: int, size: int) -> bytes:
        return self._body[offset : offset + size]


class SeekableFile(io.RawIOBase):
    """A `Reader` as a file object, for libraries that want one."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._reader.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            size = self._reader.size - self._at
        body = self._reader.read(self._at, size)
        self._at += len(body)
        return body
