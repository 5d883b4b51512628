"""Pictures of image files, wherever they stand and however many a file holds.

Decoders, which take half a second to load, are loaded when the first picture is decoded: what is
passed on as it was uploaded needs none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from chalicelib.media import files
from chalicelib.media.files import File
from chalicelib.media.frames.problems import Gone, Unbuildable
from chalicelib.media.images.info import BadImage
from chalicelib.media.images.page_names import named_as_page
from chalicelib.media.reading import RangeReader
from chalicelib.media.sources.places import Unreachable

if TYPE_CHECKING:
    from chalicelib.media.images.pixels import Pixels

T = TypeVar("T")

#: Work that another thread may do.
Job = Callable[[], T]
#: Formats whose pages are made one from the other, so that they are decoded in one pass.
_ANIMATED = frozenset({"gif", "webp", "png"})
_TURNED_BY_EXIF = frozenset({"jpeg", "png", "webp", "tiff"})


def shown(pictures: Sequence[File], encode: Callable[[Pixels], T]) -> Iterator[Job[T]]:
    """A job for each picture, in order: decode it as it is shown, and encode it.

    Pages are decoded here, neighbours in one pass; of other files, only the bytes are read here.
    Both this and the jobs raise Unbuildable.
    """
    for run in _runs(pictures):
        if _is_page(run[0]):
            yield from (partial(encode, pixels) for pixels in _pages(run))
        else:
            yield from (partial(_shown, file, body, encode) for file, body in bodies(run))


def originals(pictures: Sequence[File]) -> Iterator[Job[tuple[bytes, str]]]:
    """The same, but bytes as uploaded where every client can show those, else of a lossless copy.

    Returns:
        With each picture's bytes, their extension.
    """
    for run in _runs(pictures):
        if _is_page(run[0]) and run[0].format in _ANIMATED | {"pdf"}:
            yield from (partial(_lossless, pixels) for pixels in _pages(run))
        elif _is_page(run[0]):
            body = _body(run[0])
            yield from (partial(_original, file, body) for file in run)
        else:
            yield from (partial(_original, file, body) for file, body in bodies(run))


def as_uploaded(pictures: Sequence[File]) -> Iterator[Job[bytes]]:
    """Bytes of each picture's file, whatever clients make of them; only what other programs would
    show otherwise is made anew: pages of a file, and pictures that Exif turns."""
    for run in _runs(pictures):
        if _is_page(run[0]):
            yield from (partial(_first, job) for job in originals(run))
        else:
            yield from (partial(_uploaded, file, body) for file, body in bodies(run))


def bodies(pictures: Sequence[File]) -> Iterator[tuple[File, bytes]]:
    """Each file with its bytes. Raises Unbuildable, naming the file."""
    read = files.read_many(pictures)
    for file in pictures:
        with _naming(file):
            body = next(read)
        yield file, body


def _is_page(file: File) -> bool:
    """Whether a file is, or may be, one picture of several that its bytes hold."""
    return file.page > 0 or file.format == "pdf" or named_as_page(file.name)


def _runs(pictures: Sequence[File]) -> Iterator[list[File]]:
    """Ascending pages of one file, or files of one picture each."""
    singles: list[File] = []
    for _, group in groupby(pictures, key=lambda file: (file.place, file.key, file.offset)):
        for pages in _ascending(group):
            if not _is_page(pages[0]):
                singles += pages
                continue
            if singles:
                yield singles
                singles = []
            yield pages
    if singles:
        yield singles


def _ascending(pages: Iterable[File]) -> Iterator[list[File]]:
    run: list[File] = []
    for page in pages:
        if run and page.page <= run[-1].page:
            yield run
            run = []
        run.append(page)
    yield run


def _pages(run: list[File]) -> Iterator[Pixels]:
    from chalicelib.media.images.pixels import decode_pages

    first = run[0]
    # Documents are read by ranges; animations need all that precedes a page.
    source = RangeReader(partial(_range, first), first.size) if first.format == "pdf" else None
    try:
        yield from decode_pages(source or _body(first), first.info, [file.page for file in run])
    except BadImage as error:
        raise _bad(first, error) from error


def _body(file: File) -> bytes:
    ((_, body),) = bodies([file])
    return body


def _range(file: File, offset: int, size: int) -> bytes:
    with _naming(file):
        return files.read(file, offset, size)


@contextmanager
def _naming(file: File) -> Iterator[None]:
    """Say which file it is that cannot be read."""
    try:
        yield
    except KeyError as error:
        raise Gone(f"{file.name} is not where it was when the task was made.") from error
    except Unreachable as error:
        raise Unbuildable(f"{file.name} cannot be read: {error.for_anyone}") from error


def _shown(file: File, body: bytes, encode: Callable[[Pixels], T]) -> T:
    from chalicelib.media.images.pixels import decode_image

    try:
        return encode(decode_image(body, file.info))
    except BadImage as error:
        raise _bad(file, error) from error


def _original(file: File, body: bytes) -> tuple[bytes, str]:
    from chalicelib.media.images.originals import original

    try:
        return original(file, body)
    except BadImage as error:
        raise _bad(file, error) from error


def _first(job: Job[tuple[bytes, str]]) -> bytes:
    return job()[0]


def _uploaded(file: File, body: bytes) -> bytes:
    # Other formats are turned by whatever decodes them.
    if file.orientation == 1 or file.format not in _TURNED_BY_EXIF:
        return body
    from chalicelib.media.images.pixels import reencode_upright

    try:
        return reencode_upright(body, file.info)
    except BadImage as error:
        raise _bad(file, error) from error


def _lossless(pixels: Pixels) -> tuple[bytes, str]:
    from chalicelib.media.images.pixels import encode_png

    return encode_png(pixels), "png"


def _bad(file: File, error: BadImage) -> Unbuildable:
    return Unbuildable(f"{file.name} cannot be shown: {error}.")
