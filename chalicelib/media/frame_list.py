"""The list of a task's frames: written once by indexing, then only read."""

from __future__ import annotations

from functools import lru_cache

import msgspec
import zstandard

from chalicelib.media import layout
from chalicelib.media.files import File
from chalicelib.platform import bucket


class VideoFile(msgspec.Struct):
    """The video of a task. `width` and `height` as shown, in pixels."""

    file: File
    width: int
    height: int
    frames: int
    codec_string: str


class FrameList(msgspec.Struct):
    """Frames of a task in order: one file each, or a video and the numbers of its frames.

    Attributes:
        start, step: absolute frame number = start + relative * step (videos only; `images` holds
            the selected files).
        related: context images of each frame, in the order of `images`; empty if no frame has any.
    """

    size: int
    start: int = 0
    step: int = 1
    images: list[File] = []
    related: list[list[File]] = []
    video: VideoFile | None = None

    def name_of(self, frame: int) -> str:
        """File name that a frame is known by."""
        if self.video is None:
            return self.images[frame].name
        return f"frame_{self.start + frame * self.step:06d}"

    def size_of(self, frame: int) -> tuple[int, int]:
        """Width and height of a frame as shown, in pixels."""
        if self.video is not None:
            return self.video.width, self.video.height
        info = self.images[frame].info
        return info.width, info.height


def save(task_id: int, revision: int, frames: FrameList) -> None:
    """Store a list of frames."""
    body = zstandard.compress(msgspec.msgpack.encode(frames))
    bucket.put(layout.frames(task_id, revision), body)


@lru_cache(maxsize=32)
def load(task_id: int, revision: int) -> FrameList:
    """The list of frames of a version of a task's data. Raises KeyError if there is none."""
    key = layout.frames(task_id, revision)
    body = bucket.get(key)
    if body is None:
        raise KeyError(key)
    return msgspec.msgpack.decode(zstandard.decompress(body), type=FrameList)
