"""Builds what an order describes. Needs numpy, Pillow and FFmpeg: worker functions only."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import PurePosixPath
from typing import TypeVar

import av

from chalicelib.media import files, frame_list
from chalicelib.media.archives.zips import IMAGE_EXTENSIONS
from chalicelib.media.files import File
from chalicelib.media.frame_list import FrameList
from chalicelib.media.frames.building import ORIGINAL_QUALITY, mp4_chunk, zip_chunk
from chalicelib.media.frames.orders import Order
from chalicelib.media.images.headers import BadImage
from chalicelib.media.images.pixels import (
    Pixels,
    decode_image,
    encode_jpeg,
    encode_png,
    encode_preview,
    reencode_upright,
)
from chalicelib.media.video import videos
from chalicelib.media.video.decoding import decode_frames, upright
from chalicelib.media.video.index import BadVideo, VideoIndex
from chalicelib.media.video.samples import pack_samples

T = TypeVar("T")
_Render = Callable[[File, bytes], tuple[bytes, str]]

#: libjpeg releases the interpreter, so threads decode side by side.
THREADS = 4
#: Pixels that may be decoded at once: 3 bytes each.
PIXELS_AT_ONCE = 1 << 28


class Unbuildable(Exception):
    """The media is damaged there. The text is a sentence for the user."""


def build(order: Order) -> bytes:
    """The bytes of an order.

    Raises:
        Unbuildable: the media is damaged. KeyError: the task's data is gone.
    """
    listed = frame_list.load(order.task_id, order.revision)
    if order.product == "samples":
        return pack_samples(videos.load(order.task_id, order.revision))
    if listed.video is not None:
        return _of_video(order, listed, listed.video.file)
    return _of_images(order, listed.images[order.start : order.stop])


def _of_images(order: Order, pictures: Sequence[File]) -> bytes:
    if order.product == "chunk":
        render = _original if order.quality == "original" else _compressed(order.image_quality)
        largest = max(picture.width * picture.height for picture in pictures)
        threads = max(1, min(THREADS, PIXELS_AT_ONCE // largest))
        with ThreadPoolExecutor(threads) as pool:
            pairs = zip(pictures, files.read_many(pictures), strict=True)
            return zip_chunk(_windowed(pool, lambda pair: render(*pair), pairs, 2 * threads))
    picture = pictures[0]
    body = files.read(picture)
    if order.product == "preview":
        return encode_preview(_pixels(picture, body))
    if order.quality == "original":
        return _original(picture, body)[0]
    return encode_jpeg(_pixels(picture, body), order.image_quality)


def _windowed(
    pool: ThreadPoolExecutor,
    render: Callable[[T], tuple[bytes, str]],
    items: Iterable[T],
    count: int,
) -> Iterator[tuple[bytes, str]]:
    """Rendered items in order, `count` of them in memory at a time."""
    todo = iter(items)
    under_way = deque(pool.submit(render, item) for item in islice(todo, count))
    while under_way:
        yield under_way.popleft().result()
        under_way.extend(pool.submit(render, item) for item in islice(todo, 1))


def _original(picture: File, body: bytes) -> tuple[bytes, str]:
    """An image as uploaded, unless it must be turned."""
    suffix = PurePosixPath(picture.name).suffix.lower()
    extension = suffix[1:] if suffix in IMAGE_EXTENSIONS else picture.format
    if picture.orientation == 1:
        return body, extension
    try:
        return reencode_upright(body, picture.info), extension
    except BadImage as error:
        raise Unbuildable(f"{picture.name} cannot be shown: {error}.") from error


def _compressed(quality: int) -> _Render:
    def render(picture: File, body: bytes) -> tuple[bytes, str]:
        return encode_jpeg(_pixels(picture, body), quality), "jpeg"

    return render


def _pixels(picture: File, body: bytes) -> Pixels:
    try:
        return decode_image(body, picture.info)
    except BadImage as error:
        raise Unbuildable(f"{picture.name} cannot be shown: {error}.") from error


def _of_video(order: Order, listed: FrameList, file: File) -> bytes:
    index = videos.load(order.task_id, order.revision)
    numbers = [listed.start + n * listed.step for n in range(order.start, order.stop)]
    pictures = _pictures(index, file, numbers)
    try:
        return _encoded(order, index, pictures)
    except BadVideo as error:
        raise Unbuildable(f"{file.name} cannot be shown: {error}.") from error


def _encoded(order: Order, index: VideoIndex, pictures: Iterator[av.VideoFrame]) -> bytes:
    if order.product == "chunk" and order.format == "mp4":
        compressed = order.quality == "compressed"
        quality = order.image_quality if compressed else ORIGINAL_QUALITY
        shown = (upright(p, index.rotation) for p in pictures) if index.rotation else pictures
        return mp4_chunk(shown, quality, reduced=compressed)
    if order.product == "chunk":
        quality = order.image_quality if order.quality == "compressed" else 100

        def render(picture: av.VideoFrame) -> tuple[bytes, str]:
            return encode_jpeg(upright(picture, index.rotation), quality), "jpeg"

        with ThreadPoolExecutor(THREADS) as pool:
            return zip_chunk(_windowed(pool, render, pictures, 2 * THREADS))
    pixels = upright(next(pictures), index.rotation)
    if order.product == "preview":
        return encode_preview(pixels)
    if order.format == "png":
        return encode_png(pixels)
    return encode_jpeg(pixels, order.image_quality)


def _pictures(index: VideoIndex, file: File, numbers: list[int]) -> Iterator[av.VideoFrame]:
    # Samples are asked for by their own ranges; a demuxer reads here and there.
    reader = videos.reader_of(file, block=1 if index.contiguous else videos.SCAN_BLOCK)
    for _, picture in decode_frames(index, reader, numbers):
        yield picture
