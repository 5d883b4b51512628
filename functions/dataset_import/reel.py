"""Bytes of pictures, of which several may stand in one file, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import IO

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.reading import Picture
from chalicelib.formats.importing.upload import Upload

_PIECE = 1 << 20


class Reel:
    """Reads pictures; where the next one stands in the same file, goes on from the last.

    A context manager. Damage raises BadDataset.
    """

    def __init__(self, upload: Upload) -> None:
        self._upload = upload
        self._opened = ExitStack()
        self._file: str | None = None
        self._stream: IO[bytes]
        self._at = 0

    def __enter__(self) -> Reel:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # What unpacks the file makes its own error of damage.
        self._opened.__exit__(kind, error, trace)

    def pieces(self, picture: Picture) -> Iterator[bytes]:
        """The bytes of a picture, some at a time."""
        if picture.file != self._file or picture.start < self._at:
            self._opened.close()
            self._stream = self._opened.enter_context(self._upload.open_picture(picture.file))
            self._file, self._at = picture.file, 0
        for _ in self._next(picture.start - self._at, picture):
            pass
        if picture.length is not None:
            yield from self._next(picture.length, picture)
            return
        while piece := self._stream.read(_PIECE):
            self._at += len(piece)
            yield piece

    def _next(self, count: int, picture: Picture) -> Iterator[bytes]:
        """So many bytes. Raises BadDataset if there are fewer."""
        while count:
            piece = self._stream.read(min(count, _PIECE))
            if not piece:
                raise BadDataset(self._upload.place(picture.file), "is cut off")
            count -= len(piece)
            self._at += len(piece)
            yield piece
