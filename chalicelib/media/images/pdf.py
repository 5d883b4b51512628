"""Pages of PDF documents as pictures, by PDFium.

The document is read by ranges: besides what PDFium keeps of the pages that it opened, a few blocks
of the file are in memory, however large it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt
from pypdfium2 import PdfBitmap, PdfDocument, PdfiumError
from pypdfium2 import raw as pdfium

from chalicelib.media.images.info import PIXEL_LIMIT, BadImage, ImageInfo
from chalicelib.media.reading import Reader, SeekableFile

T = TypeVar("T")

#: Pixels per inch of a page, where that stays below the limits.
RESOLUTION = 200
#: Pixels of a page, and of its longer side.
PAGE_PIXELS = 1 << 24
SIDE_LIMIT = 16_384
#: PDF's own unit of length.
POINTS_PER_INCH = 72

_PAPER = (255, 255, 255, 255)
_FLAGS = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER | pdfium.FPDF_RENDER_LIMITEDIMAGECACHE
#: PDFium keeps global state: one thread at a time.
_ALONE = Lock()


def page_headers(reader: Reader, limit: int) -> list[ImageInfo]:
    """What each page will be rendered as.

    Raises:
        BadImage: no document, protected by a password, damaged, or of more pages than `limit`.
    """
    with _Document(reader) as document:
        count = document.call(len)
        if count > limit:
            raise BadImage(f"it has {count:,} pages; at most {limit:,} are accepted")
        return [ImageInfo("pdf", *document.call(_page_size, number)) for number in range(count)]


def render(reader: Reader, pages: Iterable[int]) -> Iterator[npt.NDArray[np.uint8]]:
    """Pages as RGB, uint8, shape (height, width, 3), on white paper.

    Raises:
        BadImage: as `page_headers`, or a page that is damaged or holds too large a picture.
    """
    with _Document(reader) as document:
        for number in pages:
            yield document.call(_rendered, number)


class _Document:
    """A document that one thread at a time asks something of."""

    def __init__(self, reader: Reader) -> None:
        self._stream = _Stream(reader)
        with _ALONE, self._translated():
            self._opened = PdfDocument(self._stream)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with _ALONE:
            self._opened.close()

    def call(self, function: Callable[..., T], *arguments: int) -> T:
        """What a function of the document and the arguments returns."""
        with _ALONE, self._translated():
            return function(self._opened, *arguments)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except PdfiumError as error:
            raise (self._stream.failure or BadImage(_told(error))) from error
        if self._stream.failure is not None:
            raise self._stream.failure


def _told(error: PdfiumError) -> str:
    if "password" in str(error).lower():
        return "it is protected by a password; save it without one"
    if "security" in str(error).lower():
        return "it is encrypted in a way that is not supported; save it without a password"
    return f"its PDF data is damaged: {error}"


def _page_size(document: PdfDocument, number: int) -> tuple[int, int]:
    return _pixels(*document.get_page_size(number))


def _rendered(document: PdfDocument, number: int) -> npt.NDArray[np.uint8]:
    width, height = _page_size(document, number)
    page = document[number]
    try:
        _check_pictures(page)
        bitmap = PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_BGR, rev_byteorder=True)
        bitmap.fill_rect(_PAPER, 0, 0, width, height)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, _FLAGS)
        return np.asarray(bitmap.to_numpy(), np.uint8)
    finally:
        page.close()


def _check_pictures(page: Any) -> None:
    """Refuse pictures that PDFium would unpack whole, however small they are shown."""
    for shown in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
        width, height = shown.get_px_size()
        if width * height > PIXEL_LIMIT:
            raise BadImage(
                f"a picture in it has {width} × {height} pixels;"
                f" at most {PIXEL_LIMIT:,} are accepted"
            )


def _pixels(width: float, height: float) -> tuple[int, int]:
    """Size in pixels of a page of a size in points."""
    if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
        raise BadImage(f"a page of it says {width:g} × {height:g} points")
    scale = min(
        RESOLUTION / POINTS_PER_INCH,
        math.sqrt(PAGE_PIXELS / (width * height)),
        SIDE_LIMIT / max(width, height),
    )
    return max(1, round(width * scale)), max(1, round(height * scale))


class _Stream(SeekableFile):
    """What PDFium reads from. Errors cannot pass through it: the first one is kept."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self.failure: Exception | None = None

    def readinto(self, buffer: Any) -> int:
        try:
            body = self.read(len(buffer))
        except Exception as error:  # noqa: BLE001 - raised when PDFium returns
            self.failure = self.failure or error
            return 0
        memoryview(buffer).cast("B")[: len(body)] = body
        return len(body)
