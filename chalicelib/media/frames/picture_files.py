"""Pictures of image files, wherever they stand and however many a file holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import TypeVar

from chalicelib.media import files
from chalicelib.media.files import File
from chalicelib.media.frames.building import Gone, Unbuildable
from chalicelib.media.images.headers import BadImage
from chalicelib.media.images.pixels import Pixels, decode_image, encode_png, reencode_upright
from chalicelib.media.sources.places import Unreachable

T = TypeVar("T")

#: Work that another thread may do.
Job = Callable[[], T]


def shown(pictures: Sequence[File], encode: Callable[[Pixels], T]) -> Iterator[Job[T]]:
    """A job for each picture, in order: decode it as it is shown, and encode it.

    Neighbouring pages of one file are decoded here, in one pass; of other files, only the bytes
    are read here. Both this and the jobs raise Unbuildable.
    """
    for run in _runs(pictures):
        if len(run) > 1 and _location(run[0]) == _location(run[1]):
            yield from (partial(encode, pixels) for pixels in _pages(run))
        else:
            yield from (partial(_shown, file, body, encode) for file, body in bodies(run))


def originals(pictures: Sequence[File]) -> Iterator[Job[tuple[bytes, str]]]:
    """The same, but bytes as uploaded where every client can show those, else of a lossless copy.

    Returns:
        With each picture's bytes, their extension.
    """
    for run in _runs(pictures):
        if len(run) > 1 and _location(run[0]) == _location(run[1]):
            yield from (partial(_lossless, pixels) for pixels in _pages(run))
        else:
            yield from (partial(_original, file, body) for file, body in bodies(run))


def bodies(pictures: Sequence[File]) -> Iterator[tuple[File, bytes]]:
    """Each file with its bytes. Raises Unbuildable, naming the file."""
    read = files.read_many(pictures)
    for file in pictures:
        try:
            body = next(read)
        except KeyError as error:
            raise Gone(f"{file.name} is not where it was when the task was made.") from error
        except Unreachable as error:
            raise Unbuildable(f"{file.name} cannot be read: {error}") from error
        yield file, body


def _location(file: File) -> tuple[str, str, int]:
    return file.place, file.key, file.offset


def _runs(pictures: Sequence[File]) -> Iterator[list[File]]:
    """Several pages of one file, or files of one picture each."""
    singles: list[File] = []
    for _, group in groupby(pictures, key=_location):
        pages = list(group)
        if len(pages) == 1:
            singles += pages
            continue
        if singles:
            yield singles
            singles = []
        yield pages
    if singles:
        yield singles


def _pages(run: list[File]) -> Iterator[Pixels]:
    first = run[0]
    (_, body), *_ = bodies(run[:1])
    try:
        yield from (decode_image(body, file.info) for file in run)
    except BadImage as error:
        raise _bad(first, error) from error


def _shown(file: File, body: bytes, encode: Callable[[Pixels], T]) -> T:
    try:
        return encode(decode_image(body, file.info))
    except BadImage as error:
        raise _bad(file, error) from error


def _original(file: File, body: bytes) -> tuple[bytes, str]:
    try:
        return reencode_upright(body, file.info) if file.orientation != 1 else body, file.format
    except BadImage as error:
        raise _bad(file, error) from error


def _lossless(pixels: Pixels) -> tuple[bytes, str]:
    return encode_png(pixels), "png"


def _bad(file: File, error: BadImage) -> Unbuildable:
    return Unbuildable(f"{file.name} cannot be shown: {error}.")
