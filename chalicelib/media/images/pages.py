"""Files that hold several pictures become one file per picture.

A page is known as `<name of the file>_<number from 0001>.png`, so that `scan.pdf` gives
`scan.pdf_0001.png`, `scan.pdf_0002.png`, …: pages sort as they are numbered, two files never give
the same name unless one was named so, and every dataset format that goes by a picture's name
without its extension tells them apart.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from chalicelib.media.files import File
from chalicelib.media.images import gif, png, tiff, webp
from chalicelib.media.images.info import BadImage, ImageInfo, check_size
from chalicelib.media.reading import Reader

#: Pages or frames of one file: four digits number them.
PAGE_LIMIT = 9_999
#: Pixels of all frames of an animation: the last one is put together from those before.
ANIMATION_LIMIT = 1 << 33

_PAGE_NAME = re.compile(r"\.\w+_\d{4,}\.png$")

#: The number of a page in its file, and its header.
Page = tuple[int, ImageInfo]


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
        for _, info in found:
            check_size(info)
    except (BadImage, struct.error, IndexError) as error:
        told = str(error) if isinstance(error, BadImage) else "it is damaged or cut off"
        return [replace(file, problem=told)]
    if len(found) == 1 and file.family == "image":
        number, info = found[0]
        return [_at(file, file.name, number, info)]
    return [
        _at(file, page_name(file.name, position), number, info)
        for position, (number, info) in enumerate(found)
    ]


def page_name(name: str, position: int) -> str:
    """The name of a page, counted from 0."""
    return f"{name}_{position + 1:04d}.png"


def named_as_page(name: str) -> bool:
    """Whether a name may be that of a page. Users may name whole pictures so, too."""
    return _PAGE_NAME.search(name) is not None


def _at(file: File, name: str, number: int, info: ImageInfo) -> File:
    return replace(
        file,
        name=name,
        family="image",
        page=number,
        width=info.stored_width,
        height=info.stored_height,
        orientation=info.orientation,
    )


def _frames(file: File, numbers: Sequence[int]) -> list[Page]:
    """Frames of an animation: all as large as its canvas."""
    if len(numbers) * file.width * file.height > ANIMATION_LIMIT:
        raise BadImage(
            f"its {len(numbers):,} frames of {file.width} × {file.height} pixels are together"
            f" more than {ANIMATION_LIMIT:,} pixels"
        )
    return [(number, file.info) for number in numbers]


def _gif(file: File, reader: Reader) -> list[Page]:
    return _frames(file, range(gif.frame_count(reader, PAGE_LIMIT)))


def _webp(file: File, reader: Reader) -> list[Page]:
    return _frames(file, range(max(1, webp.frame_count(reader, PAGE_LIMIT))))


def _png(file: File, reader: Reader) -> list[Page]:
    return _frames(file, png.animation(reader, PAGE_LIMIT) or range(1))


def _tiff(_file: File, reader: Reader) -> list[Page]:
    return list(tiff.pages(reader, PAGE_LIMIT))


def _pdf(_file: File, reader: Reader) -> list[Page]:
    # Imports numpy, which the API, that knows pages by their names, does without.
    from chalicelib.media.images import pdf

    return list(enumerate(pdf.page_headers(reader, PAGE_LIMIT)))


_PAGES: dict[str, Callable[[File, Reader], list[Page]]] = {
    "gif": _gif,
    "webp": _webp,
    "png": _png,
    "tiff": _tiff,
    "pdf": _pdf,
}
