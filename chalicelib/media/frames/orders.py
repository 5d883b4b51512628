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
Product = Literal["frame", "chunk", "preview", "samples", "context", "manifest"]

#: Format of an original whose type only its builder knows.
AS_BUILT = "any"
_TYPES = {**CONTENT_TYPES, "jsonl": "application/jsonl"}


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
        if self.product == "manifest":
            return layout.derived(self.task_id, self.revision, "manifest.jsonl")
        level = f"q{self.image_quality}" if self.quality == "compressed" else "original"
        span = f"{self.start:07d}" + (f"-{self.stop:07d}" if self.product == "chunk" else "")
        return layout.derived(
            self.task_id, self.revision, f"{self.product}-{span}-{level}.{self.format}"
        )

    @property
    def content_type(self) -> str | None:
        """None if only the object itself knows."""
        return None if self.format == AS_BUILT else content_type(self.format)


def content_type(extension: str) -> str:
    """The type of a file by its extension, without dot."""
    return _TYPES.get("jpeg" if extension == "jpg" else extension, "application/octet-stream")


def frame(task_id: int, data: TaskData, number: int, quality: Quality) -> Order:
    """One frame. Originals of images are as uploaded where that can be; a video's are lossless."""
    if data.dimension == "3d":
        chosen = "pcd"
    elif quality == "compressed":
        chosen = "jpeg"
    else:
        chosen = "png" if data.media_type == "video" else AS_BUILT
    return _order(task_id, data, "frame", range(number, number + 1), quality, chosen)


def chunk(
    task_id: int, data: TaskData, frames: range, quality: Quality, *, pictures: bool = False
) -> Order:
    """Several frames: a zip of pictures or of point clouds, or a video.

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


def context(task_id: int, data: TaskData, number: int) -> Order:
    """The pictures beside a frame, in a zip."""
    return _order(task_id, data, "context", range(number, number + 1), "compressed", "zip")


def samples(task_id: int, data: TaskData) -> Order:
    """The sample table of a video for browsers."""
    return _order(task_id, data, "samples", range(0), "original", "bin")


def manifest(task_id: int, data: TaskData) -> Order:
    """The list of the task's frames as CVAT writes it."""
    return _order(task_id, data, "manifest", range(0), "original", "jsonl")


def _order(
    task_id: int, data: TaskData, product: Product, frames: range, quality: Quality, form: str
) -> Order:
    # Point clouds are not compressed any further: both qualities are one object.
    exact = data.dimension == "3d" and product in {"frame", "chunk"}
    return Order(
        task_id=task_id,
        revision=data.revision,
        product=product,
        start=frames.start,
        stop=frames.stop,
        quality="original" if exact else quality,
        image_quality=data.image_quality,
        format=form,
    )
