"""Builds what an order describes. Needs numpy, Pillow and FFmpeg: worker functions only.

Memory: pieces of a zip are passed on as they come, so a chunk costs what is decoded at once, not
what it holds; `windows.PIXELS_AT_ONCE` bounds that. At 8K video and at pictures of 100 megapixels a
worker stays below `MEMORY`.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from chalicelib.media import frame_list
from chalicelib.media.frames import image_products, video_products
from chalicelib.media.frames.orders import Order, content_type
from chalicelib.media.ingest import manifests
from chalicelib.media.video import videos
from chalicelib.media.video.samples import pack_samples

#: Bytes that a worker needs at most.
MEMORY = 2000 << 20


class Built(msgspec.Struct, frozen=True):
    """What was built, piece by piece. Taking the pieces raises as `build`."""

    content_type: str
    pieces: Iterable[bytes]


def build(order: Order) -> Built:
    """The bytes of an order.

    Raises:
        Unbuildable: the media is damaged. KeyError: the task's data is gone.
    """
    listed = frame_list.load(order.task_id, order.revision)
    source = (order.task_id, order.revision)
    if order.product == "samples":
        return Built(content_type(order.format), [pack_samples(videos.load(*source))])
    if order.product == "manifest":
        index = videos.load(*source) if listed.video else None
        return Built(content_type(order.format), manifests.of_frames(listed, index))
    if order.product == "context":
        return Built(content_type("zip"), image_products.context(listed.related[order.start]))
    if listed.video is not None:
        return Built(content_type(order.format), video_products.pieces(order, listed, listed.video))
    files = listed.images[order.start : order.stop]
    if files[0].family == "points":
        from chalicelib.media.frames import cloud_products

        return Built(content_type(order.format), cloud_products.pieces(order, files))
    if order.product == "chunk":
        return Built(content_type("zip"), image_products.chunk(order, files))
    body, extension = image_products.single(order, files[0])
    return Built(content_type(extension), [body])
