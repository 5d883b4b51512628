"""Frames, chunks, previews and context images of files that are pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import PurePosixPath
from posixpath import commonpath, relpath
from typing import TypeVar

from chalicelib.media.files import File
from chalicelib.media.frames.building import zip_chunk, zip_of
from chalicelib.media.frames.orders import Order
from chalicelib.media.frames.picture_files import originals, shown
from chalicelib.media.frames.windows import in_order
from chalicelib.media.images.pixels import encode_jpeg, encode_preview

T = TypeVar("T")

#: JPEG quality of context images, which have no setting of their own.
CONTEXT_QUALITY = 90


def chunk(order: Order, pictures: Sequence[File]) -> Iterator[bytes]:
    """A zip of pictures. Raises Unbuildable if one of them is damaged; the text names it."""
    if order.quality == "original":
        return zip_chunk(_done(originals(pictures), pictures))
    encode = partial(encode_jpeg, quality=order.image_quality)
    return zip_chunk((body, "jpeg") for body in _done(shown(pictures, encode), pictures))


def single(order: Order, picture: File) -> tuple[bytes, str]:
    """A frame or a preview and its extension. Raises as `chunk`."""
    if order.product == "frame" and order.quality == "original":
        (job,) = originals([picture])
        return job()
    encode = partial(encode_jpeg, quality=order.image_quality)
    (picture_job,) = shown([picture], encode_preview if order.product == "preview" else encode)
    return picture_job(), "jpeg"


def context(related: Sequence[File]) -> Iterator[bytes]:
    """A zip of JPEGs, named by `context_names`. Raises as `chunk`."""
    jobs = shown(related, partial(encode_jpeg, quality=CONTEXT_QUALITY))
    return zip_of(zip(context_names(related), _done(jobs, related), strict=True))


def context_names(related: Sequence[File]) -> list[str]:
    """Names of the zip's members, as CVAT gives them: below the folder that they share."""
    folder = commonpath([str(PurePosixPath(file.name).parent) for file in related])
    return [f"{relpath(file.name, folder or '.')}.jpg" for file in related]


def _done(jobs: Iterator[Callable[[], T]], pictures: Sequence[File]) -> Iterator[T]:
    largest = max(picture.width * picture.height for picture in pictures)
    return in_order(lambda job: job(), jobs, largest)
