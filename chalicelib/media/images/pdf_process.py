"""Renders pages of a PDF document in a process of its own; see `pdf.py`, which starts it.

Its arguments are `sizes <limit>` or `pages <number>…`. What it writes are messages of a letter
and a payload, little-endian:

- `r` offset (u64) size (u32): it wants bytes of the document, and reads them from its input,
  their number (u32) first: fewer only where the document ends;
- `s` count (u32) and so many times width, height (u32): sizes of the pages in pixels;
- `p` width, height (u32) and the pixels, RGB: a page;
- `e` length (u32) and a text: why it gives up.
"""

from __future__ import annotations

import math
import resource
import struct
import sys
from collections.abc import Sequence
from typing import Any

from pypdfium2 import PdfBitmap, PdfDocument, PdfiumError
from pypdfium2 import raw as pdfium

from chalicelib.media.images.info import PIXEL_LIMIT, BadImage
from chalicelib.media.reading import RangeReader, SeekableFile

#: Pixels per inch of a page, where that stays below the limits.
RESOLUTION = 200
#: Pixels of a page, and of its longer side.
PAGE_PIXELS = 1 << 24
SIDE_LIMIT = 16_384
#: Seconds of a processor for a page, and bytes of address space.
SECONDS = 10
MEMORY = 2 << 30

#: PDF's own unit of length.
_POINTS_PER_INCH = 72
_PAPER = (255, 255, 255, 255)
_FLAGS = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER | pdfium.FPDF_RENDER_LIMITEDIMAGECACHE


def main(size: int, task: str, numbers: Sequence[int]) -> None:
    """Do a task for a document of a size in bytes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # It has its pipes, and needs no file to write to: none of a document's, and no picture of its
    # own memory if the system ends it.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        _allow_time()
        document = PdfDocument(_Stream(RangeReader(_fetch, size)))
        if task == "sizes":
            _say_sizes(document, limit=numbers[0])
        else:
            for number in numbers:
                _allow_time()
                _say_page(document, number)
    except BadImage as error:
        _say(b"e", _text(str(error)))
    except PdfiumError as error:
        _say(b"e", _text(_told(error)))
    except MemoryError:
        _say(b"e", _text("it takes too much memory to render"))


def _allow_time() -> None:
    """Let the system end this process if it does not come here again in time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


def _say_sizes(document: PdfDocument, limit: int) -> None:
    count = len(document)
    if count > limit:
        raise BadImage(f"it has {count:,} pages; at most {limit:,} are accepted")
    sizes = [_size(document, number) for number in range(count)]
    _say(b"s", struct.pack("<I", count) + b"".join(struct.pack("<II", *size) for size in sizes))


def _say_page(document: PdfDocument, number: int) -> None:
    width, height = _size(document, number)
    page = document[number]
    _check_pictures(page)
    bitmap = PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_BGR, rev_byteorder=True)
    bitmap.fill_rect(_PAPER, 0, 0, width, height)
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, _FLAGS)
    page.close()
    _say(b"p", struct.pack("<II", width, height))
    _say(b"", bitmap.buffer)


def _check_pictures(page: Any) -> None:
    """Refuse pictures that PDFium would unpack whole, however small they are shown."""
    for shown in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
        width, height = shown.get_px_size()
        if width * height > PIXEL_LIMIT:
            raise BadImage(
                f"a picture in it has {width} × {height} pixels;"
                f" at most {PIXEL_LIMIT:,} are accepted"
            )


def _size(document: PdfDocument, number: int) -> tuple[int, int]:
    """Size of a page in pixels."""
    width, height = document.get_page_size(number)
    if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
        raise BadImage(f"a page of it says {width:g} × {height:g} points")
    scale = min(
        RESOLUTION / _POINTS_PER_INCH,
        math.sqrt(PAGE_PIXELS / (width * height)),
        SIDE_LIMIT / max(width, height),
    )
    return max(1, round(width * scale)), max(1, round(height * scale))


def _told(error: PdfiumError) -> str:
    if "password" in str(error).lower():
        return "it is protected by a password; save it without one"
    if "security" in str(error).lower():
        return "it is encrypted in a way that is not supported; save it without a password"
    return "its PDF data is damaged or cut off"


def _text(told: str) -> bytes:
    body = told.encode()
    return struct.pack("<I", len(body)) + body


def _say(letter: bytes, payload: Any) -> None:
    sys.stdout.buffer.write(letter)
    sys.stdout.buffer.write(payload)
    sys.stdout.buffer.flush()


def _fetch(offset: int, size: int) -> bytes:
    _say(b"r", struct.pack("<QI", offset, size))
    length = struct.unpack("<I", sys.stdin.buffer.read(4))[0]
    return sys.stdin.buffer.read(length)


class _Stream(SeekableFile):
    """What PDFium reads from."""

    def readinto(self, buffer: Any) -> int:
        body = self.read(len(buffer))
        memoryview(buffer).cast("B")[: len(body)] = body
        return len(body)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], [int(number) for number in sys.argv[3:]])
