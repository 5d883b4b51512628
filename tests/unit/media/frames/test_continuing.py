"""A decoder that goes on where the last request left it: the same frames, decoded once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.media.files import File, describe
from chalicelib.media.frames import continuing
from chalicelib.media.reading import BytesReader, Reader
from chalicelib.media.video import decoding, videos
from chalicelib.media.video.fetching import fetch
from chalicelib.media.video.index import Run, VideoIndex

from ..conftest import FRAMES, clip, sequential

#: One group of pictures, short groups, open groups, and a container that must be demuxed.
NAMES = ("rotated.mp4", "b-frames.mp4", "open-gop.mp4", "h264.mkv")


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one for each sample that is decoded."""
    samples: list[int] = []

    def counted(index: VideoIndex, reader: Reader, run: Run) -> Iterator[tuple[int, bytes]]:
        for sample, body in fetch(index, reader, run):
            samples.append(sample)
            yield sample, body

    monkeypatch.setattr(decoding, "fetch", counted)
    return samples


class Video:
    """A clip in memory."""

    def __init__(self, name: str) -> None:
        body = clip(name)
        self.file = describe(name, name, 0, len(body), BytesReader(body))
        self.shown = list(sequential(body))
        self._body = body
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(videos, "read", self.read)
            self.index: VideoIndex = videos.index_video(self.file)

    def forget_bytes(self) -> None:
        self._body = b""

    def read(self, file: File, offset: int = 0, size: int | None = None) -> bytes:
        if not self._body:
            raise KeyError(file.key)
        return self._body[offset : None if size is None else offset + size]

    def frames(self, numbers: Sequence[int], revision: int = 1) -> list[np.ndarray]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(videos, "read", self.read)
            found: list[av.VideoFrame] = list(
                continuing.pictures((1, revision), self.index, self.file, numbers)
            )
        return [decoding.upright(one, self.index.rotation, self.index.mirrored) for one in found]

    def check(self, numbers: Sequence[int]) -> None:
        for number, pixels in zip(numbers, self.frames(numbers), strict=True):
            assert np.array_equal(pixels, self.shown[number]), number


video_of = cache(Video)


@pytest.mark.parametrize("name", NAMES)
def test_chunks_in_order_decode_every_sample_once(name: str, decoded: list[int]) -> None:
    video = video_of(name)
    for start in range(0, FRAMES, 7):
        video.check(range(start, min(start + 7, FRAMES)))
    # Open groups decode the pictures before the key frame again, for those shown after it.
    assert len(decoded) <= FRAMES * (1.5 if name in {"open-gop.mp4", "h264.mkv"} else 1)


def test_frames_one_after_another_decode_every_sample_once(decoded: list[int]) -> None:
    for number in range(FRAMES):
        video_of("rotated.mp4").check([number])
    assert len(decoded) == FRAMES


def test_without_the_decoder_every_chunk_would_begin_at_the_key_frame(decoded: list[int]) -> None:
    for start in range(0, FRAMES, 6):
        continuing.forget()
        video_of("rotated.mp4").check(range(start, start + 6))
    assert len(decoded) > 3 * FRAMES


def test_going_on_is_left_where_a_key_frame_is_nearer(decoded: list[int]) -> None:
    video = video_of("b-frames.mp4")
    video.check(range(3))
    video.check(range(48, 51))
    assert len(decoded) < 20


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(NAMES), st.integers(0, FRAMES - 1), st.integers(1, 9), st.integers(1, 4)
        ),
        max_size=6,
    )
)
def test_any_requests_in_any_order_get_their_own_frames(
    asked: list[tuple[str, int, int, int]],
) -> None:
    continuing.forget()
    for name, start, count, step in asked:
        video = video_of(name)
        numbers = range(start, min(start + count * step, FRAMES), step)
        found = list(numbers)
        for number, pixels in zip(found, video.frames(found, NAMES.index(name)), strict=True):
            assert np.array_equal(pixels, video.shown[number])


def test_what_fails_leaves_nothing_behind() -> None:
    video, lost = video_of("rotated.mp4"), Video("rotated.mp4")
    video.check(range(5))
    lost.forget_bytes()
    with pytest.raises(KeyError):
        lost.frames(range(5, 10), revision=2)
    assert continuing._Kept.standing is None
    video.check(range(5, 10))
