"""What may be built from a task's media, and where it then stands.

The API asks the `frames` function with an order; the same order always gives the same object.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from chalicelib.media import layout
from chalicelib.media.kinds import CONTENT_TYPES
from chalicelib.projects.models import TaskData

Quality = Literal["original", "compressed"]
Product = Literal["frame", "chunk", "preview", "samples"]


class Order(msgspec.Struct, frozen=True):
    """An object to build.

    Attributes:
        start, stop: frames relative to the task, `stop` exclusive.
        format: extension of the object: what is inside follows from it.
        image_quality: JPEG or video quality of compressed pictures, 1…100.
    """

    task_id: int
    revision: int
    product: Product
    start: int
    stop: int
    quality: Quality
    image_quality: int
    format: str

    @property
    def key(self) -> str:
        """Where it stands in the bucket."""
        if self.product == "samples":
            return layout.samples(self.task_id, self.revision)
        level = f"q{self.image_quality}" if self.quality == "compressed" else "original"
        span = f"{self.start:07d}" + (f"-{self.stop:07d}" if self.product == "chunk" else "")
        return layout.derived(
            self.task_id, self.revision, f"{self.product}-{span}-{level}.{self.format}"
        )

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES.get(self.format, "application/octet-stream")


def frame(task_id: int, data: TaskData, number: int, quality: Quality, image_format: str) -> Order:
    """One frame. Originals of images keep `image_format`; those of videos are lossless."""
    if quality == "compressed":
        chosen = "jpeg"
    else:
        chosen = "png" if data.media_type == "video" else image_format
    return _order(task_id, data, "frame", range(number, number + 1), quality, chosen)


def chunk(
    task_id: int, data: TaskData, frames: range, quality: Quality, *, pictures: bool = False
) -> Order:
    """Several frames: a zip of pictures, or a video.

    Args:
        pictures: a zip even where the task's chunks are videos.
    """
    original = quality == "original"
    kind = data.original_chunk_type if original else data.compressed_chunk_type
    form = "mp4" if kind == "video" and not pictures else "zip"
    return _order(task_id, data, "chunk", frames, quality, form)


def preview(task_id: int, data: TaskData, number: int) -> Order:
    """A small picture of a frame."""
    return _order(task_id, data, "preview", range(number, number + 1), "compressed", "jpeg")


def samples(task_id: int, data: TaskData) -> Order:
    """The sample table of a video for browsers."""
    return _order(task_id, data, "samples", range(0), "original", "bin")


def _order(
    task_id: int, data: TaskData, product: Product, frames: range, quality: Quality, form: str
) -> Order:
    return Order(
        task_id=task_id,
        revision=data.revision,
        product=product,
        start=frames.start,
        stop=frames.stop,
        quality=quality,
        image_quality=data.image_quality,
        format=form,
    )
