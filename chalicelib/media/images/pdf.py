"""Pages of PDF documents as pictures.

PDFium renders them in a process of its own, which may take a bounded time and memory: a document
of a few hundred bytes can keep it busy for years, and nothing stops it from inside. The document
is read by ranges: it is never in that process's memory as a whole.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import numpy as np
import numpy.typing as npt

from chalicelib.media.images.info import BadImage, ImageInfo
from chalicelib.media.reading import Reader


def page_headers(reader: Reader, limit: int) -> list[ImageInfo]:
    """What each page will be rendered as.

    Raises:
        BadImage: no document, protected by a password, damaged, or of more pages than `limit`.
    """
    with _renderer(reader, "sizes", [limit]) as renderer:
        return [ImageInfo("pdf", *size) for size in renderer.sizes()]


def render(reader: Reader, pages: Sequence[int]) -> Iterator[npt.NDArray[np.uint8]]:
    """Pages as RGB, uint8, shape (height, width, 3), on white paper.

    Raises:
        BadImage: as `page_headers`, or a page that is damaged, or takes too much to render.
    """
    with _renderer(reader, "pages", pages) as renderer:
        for _ in pages:
            yield renderer.page()


class _Renderer:
    """The other process: it asks for bytes of the document until it has what it was asked for."""

    def __init__(self, reader: Reader, source: IO[bytes], sink: IO[bytes]) -> None:
        self._reader = reader
        self._source = source
        self._sink = sink

    def sizes(self) -> list[tuple[int, int]]:
        """Width and height of every page in pixels."""
        self._expect(b"s")
        (count,) = struct.unpack("<I", self._exactly(4))
        return list(struct.iter_unpack("<II", self._exactly(8 * count)))

    def page(self) -> npt.NDArray[np.uint8]:
        """The next page."""
        self._expect(b"p")
        width, height = struct.unpack("<II", self._exactly(8))
        pixels = np.frombuffer(self._exactly(width * height * 3), np.uint8)
        return pixels.reshape(height, width, 3)

    def _expect(self, letter: bytes) -> None:
        while (said := self._exactly(1)) != letter:
            if said == b"e":
                (length,) = struct.unpack("<I", self._exactly(4))
                raise BadImage(self._exactly(length).decode())
            offset, size = struct.unpack("<QI", self._exactly(12))
            body = self._reader.read(offset, size)
            self._sink.write(struct.pack("<I", len(body)) + body)
            self._sink.flush()

    def _exactly(self, size: int) -> bytes:
        body = self._source.read(size)
        if len(body) < size:
            raise BadImage("it takes too much time or memory to render")
        return body


@contextmanager
def _renderer(reader: Reader, task: str, numbers: Sequence[int]) -> Iterator[_Renderer]:
    command = [sys.executable, "-m", "chalicelib.media.images.pdf_process"]
    arguments = [str(reader.size), task, *map(str, numbers)]
    with subprocess.Popen(  # noqa: S603 - this interpreter and numbers
        [*command, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdin is not None
            yield _Renderer(reader, process.stdout, process.stdin)
        except BrokenPipeError as error:
            raise BadImage("it takes too much time or memory to render") from error
        finally:
            process.kill()


def _environment() -> dict[str, str]:
    """What Python needs to start, and nothing that a hostile document could be after."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(sys.path)}
