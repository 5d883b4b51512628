"""Frames, chunks and previews of a video."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import av

from chalicelib.media.frame_list import FrameList, VideoFile
from chalicelib.media.frames.building import ORIGINAL_QUALITY, mp4_chunk, zip_chunk
from chalicelib.media.frames.continuing import pictures
from chalicelib.media.frames.orders import Order
from chalicelib.media.frames.problems import Unbuildable
from chalicelib.media.frames.windows import in_order
from chalicelib.media.images.pixels import Pixels, encode_jpeg, encode_png, encode_preview
from chalicelib.media.video import videos
from chalicelib.media.video.decoding import upright
from chalicelib.media.video.index import BadVideo, VideoIndex


def pieces(order: Order, listed: FrameList, video: VideoFile) -> Iterator[bytes]:
    """The bytes of an order.

    Raises:
        Unbuildable: the video is damaged there.
    """
    source = (order.task_id, order.revision)
    index = videos.load(*source)
    numbers = [listed.start + n * listed.step for n in range(order.start, order.stop)]
    try:
        yield from _encoded(order, index, pictures(source, index, video.file, numbers))
    except BadVideo as error:
        raise Unbuildable(f"{video.file.name} cannot be shown: {error}.") from error


def _encoded(order: Order, index: VideoIndex, frames: Iterator[av.VideoFrame]) -> Iterable[bytes]:
    if order.product == "chunk" and order.format == "mp4":
        compressed = order.quality == "compressed"
        quality = order.image_quality if compressed else ORIGINAL_QUALITY
        straight = not index.rotation and not index.mirrored
        shown = frames if straight else (_shown(frame, index) for frame in frames)
        return [mp4_chunk(shown, quality, reduced=compressed)]
    if order.product == "chunk":

        def render(frame: av.VideoFrame) -> tuple[bytes, str]:
            if order.quality == "original":
                return encode_png(_shown(frame, index)), "png"
            # By way of RGB: JPEG is BT.601 in full range, which hardly any video is, and FFmpeg
            # converts to RGB faster than from one kind of YUV to the other.
            return encode_jpeg(_shown(frame, index), order.image_quality), "jpeg"

        return zip_chunk(in_order(render, frames, index.coded_width * index.coded_height))
    # Taken to the end, so that the decoder is kept for the frame after it.
    (pixels,) = [_shown(frame, index) for frame in frames]
    if order.product == "preview":
        return [encode_preview(pixels)]
    if order.format == "png":
        return [encode_png(pixels)]
    return [encode_jpeg(pixels, order.image_quality)]


def _shown(frame: av.VideoFrame, index: VideoIndex) -> Pixels:
    return upright(frame, index.rotation, index.mirrored)
