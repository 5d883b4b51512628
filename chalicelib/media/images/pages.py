"""Files that hold several pictures become one file per picture.

A page is known as `<name of the file>_<number from 0001>.png`, so that `scan.pdf` gives
`scan.pdf_0001.png`, `scan.pdf_0002.png`, …: pages sort as they are numbered, two files never give
the same name unless one was named so, and every dataset format that goes by a picture's name
without its extension tells them apart.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from chalicelib.media.files import File
from chalicelib.media.images import gif, png, tiff, webp
from chalicelib.media.images.info import BadImage, ImageInfo, check_size
from chalicelib.media.images.page_names import page_name
from chalicelib.media.reading import Reader

#: Pages or frames of one file: four digits number them.
PAGE_LIMIT = 9_999
#: Pixels of all frames of an animation: the last one is put together from those before.
ANIMATION_LIMIT = 1 << 33


class Page(NamedTuple):
    """The number of a page in its file, its header, and what is missing; see `File`."""

    number: int
    info: ImageInfo
    cut: bool = False
    whole: int = 0


def expand(file: File, reader: Reader) -> list[File]:
    """One file per page; the file itself if it is one picture.

    Args:
        reader: of the file, from 0.

    Returns:
        Pages are of the family "image" and keep the place of the file's bytes. A file that cannot
        be used comes back alone, with `problem` saying why.
    """
    pages_of = _PAGES.get(file.format)
    if pages_of is None or file.problem or file.family not in {"image", "document"}:
        return [file]
    try:
        found = pages_of(file, reader)
        for page in found:
            check_size(page.info)
    except (BadImage, struct.error, IndexError) as error:
        told = str(error) if isinstance(error, BadImage) else "it is damaged or cut off"
        return [replace(file, problem=told)]
    if len(found) == 1 and file.family == "image":
        return [_at(file, file.name, found[0])]
    return [_at(file, page_name(file.name, at), page) for at, page in enumerate(found)]


def _at(file: File, name: str, page: Page) -> File:
    return replace(
        file,
        name=name,
        family="image",
        page=page.number,
        width=page.info.stored_width,
        height=page.info.stored_height,
        orientation=page.info.orientation,
        cut=page.cut,
        whole=page.whole,
    )


def _frames(file: File, numbers: Sequence[int], *, cut: bool, whole: int) -> list[Page]:
    """Frames of an animation: all as large as its canvas."""
    if len(numbers) * file.width * file.height > ANIMATION_LIMIT:
        raise BadImage(
            f"its {len(numbers):,} frames of {file.width} × {file.height} pixels are together"
            f" more than {ANIMATION_LIMIT:,} pixels"
        )
    # Of a single picture, nothing need be counted.
    whole = whole if cut and len(numbers) > 1 else 0
    return [Page(number, file.info, cut, whole) for number in numbers]


def _gif(file: File, reader: Reader) -> list[Page]:
    counted = gif.count_frames(reader, PAGE_LIMIT)
    if not counted.begun and not counted.ended:
        raise BadImage("it is cut off before its picture begins")
    numbers = range(max(1, counted.begun))
    return _frames(file, numbers, cut=not counted.ended, whole=counted.whole)


def _webp(file: File, reader: Reader) -> list[Page]:
    numbers = range(max(1, webp.frame_count(reader, PAGE_LIMIT)))
    return _frames(file, numbers, cut=file.cut, whole=len(numbers))


def _png(file: File, reader: Reader) -> list[Page]:
    numbers = png.animation(reader, PAGE_LIMIT) or range(1)
    # The last one that began is where the file ends.
    return _frames(file, numbers, cut=file.cut, whole=len(numbers) - 1)


def _tiff(_file: File, reader: Reader) -> list[Page]:
    return [
        Page(number, info, cut=not tiff.is_whole(reader, number))
        for number, info in tiff.pages(reader, PAGE_LIMIT)
    ]


def _pdf(_file: File, reader: Reader) -> list[Page]:
    # Imports numpy, which the API, that knows pages by their names, does without.
    from chalicelib.media.images import pdf

    headers = pdf.page_headers(reader, PAGE_LIMIT)
    return [Page(number, info) for number, info in enumerate(headers)]


_PAGES: dict[str, Callable[[File, Reader], list[Page]]] = {
    "gif": _gif,
    "webp": _webp,
    "png": _png,
    "tiff": _tiff,
    "pdf": _pdf,
}
