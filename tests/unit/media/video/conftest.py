"""Every awkward video, its index and its true frames, each made once."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from chalicelib.media.reading import BytesReader
from chalicelib.media.video.decoding import decode_frames, upright
from chalicelib.media.video.index import VideoIndex
from chalicelib.media.video.mp4 import index_mp4
from chalicelib.media.video.packets import index_packets
from tests.support.awkward_videos import VIDEOS, AwkwardVideo
from tests.support.crafted_videos import CRAFTED

EVERY = {video.name: video for video in (*VIDEOS, *CRAFTED)}


def index_of(video: AwkwardVideo) -> VideoIndex:
    reader = BytesReader(video.body)
    return index_mp4(reader) if video.name.endswith(".mp4") else index_packets(reader)


@cache
def known(name: str) -> tuple[VideoIndex, list[np.ndarray]]:
    """The index and the true frames of a video."""
    return index_of(EVERY[name]), list(EVERY[name].truth())


def pictures(index: VideoIndex, body: bytes, frames: list[int]) -> list[np.ndarray]:
    """Frames by number, as shown."""
    found = list(decode_frames(index, BytesReader(body), frames))
    assert [number for number, _ in found] == frames
    return [upright(picture, index.rotation, index.mirrored) for _, picture in found]


class CountingReader(BytesReader):
    """Notes what is read."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.asked: list[tuple[int, int]] = []

    def read(self, offset: int, size: int) -> bytes:
        body = super().read(offset, size)
        self.asked.append((offset, len(body)))
        return body

    @property
    def bytes_read(self) -> int:
        return sum(size for _, size in self.asked)


@pytest.fixture(params=list(EVERY))
def video(request: pytest.FixtureRequest) -> AwkwardVideo:
    """Each awkward video in turn."""
    return EVERY[request.param]
