"""The frame index and exact frames, against a sequential decode by FFmpeg."""

from __future__ import annotations

import random
from array import array
from collections.abc import Callable

import numpy as np
import pytest

from chalicelib.media.reading import BytesReader
from chalicelib.media.video.decoding import decode_frames, upright
from chalicelib.media.video.index import BadVideo, VideoIndex, pack, unpack
from chalicelib.media.video.mp4 import Unsupported, index_mp4
from chalicelib.media.video.packets import index_packets

from .conftest import FRAMES, UNEVEN, sequential

MakeClip = Callable[[str], bytes]
ALWAYS_FFMPEG = (".mkv", ".webm", ".avi", ".flv")


def index_of(name: str, body: bytes) -> VideoIndex:
    if name.endswith(ALWAYS_FFMPEG) or name == "fragmented.mp4":
        return index_packets(BytesReader(body))
    return index_mp4(BytesReader(body))


def pictures(index: VideoIndex, body: bytes, frames: list[int]) -> list[np.ndarray]:
    found = list(decode_frames(index, BytesReader(body), frames))
    assert [number for number, _ in found] == frames
    return [upright(picture, index.rotation) for _, picture in found]


def test_all_frames_in_one_pass_equal_sequential_decoding(any_clip: tuple[str, bytes]) -> None:
    name, body = any_clip
    index = index_of(name, body)
    shown = list(sequential(body))
    assert len(index) == len(shown)
    ours = pictures(index, body, list(range(len(index))))
    assert all(np.array_equal(a, b) for a, b in zip(ours, shown, strict=True))
    assert ours[0].shape[:2] == (index.height, index.width)


def test_any_single_frame_equals_sequential_decoding(any_clip: tuple[str, bytes]) -> None:
    name, body = any_clip
    index = index_of(name, body)
    shown = list(sequential(body))
    for frame in random.Random(3).sample(range(len(index)), 12):
        (picture,) = pictures(index, body, [frame])
        assert np.array_equal(picture, shown[frame]), frame


def test_scattered_frames_equal_sequential_decoding(any_clip: tuple[str, bytes]) -> None:
    name, body = any_clip
    index = index_of(name, body)
    shown = list(sequential(body))
    frames = sorted(random.Random(4).sample(range(len(index)), len(index) // 3))
    for frame, picture in zip(frames, pictures(index, body, frames), strict=True):
        assert np.array_equal(picture, shown[frame]), frame


def test_payloads_that_a_container_transforms_are_read_through_its_demuxer(
    any_clip: tuple[str, bytes],
) -> None:
    _, body = any_clip
    index = index_packets(BytesReader(body))
    shown = list(sequential(body))
    index.offsets = array("q", [-1]) * len(index.offsets)
    frames = [2, 3, 17, len(index) - 1]
    for frame, picture in zip(frames, pictures(index, body, frames), strict=True):
        assert np.array_equal(picture, shown[frame]), frame


def test_an_index_survives_storage(any_clip: tuple[str, bytes]) -> None:
    index = index_of(*any_clip)
    assert unpack(pack(index)) == index


@pytest.mark.parametrize("name", ["open-gop.mp4", "vfr.mp4", "rotated.mp4", "mpeg4.mp4"])
def test_both_ways_of_indexing_an_mp4_agree(make_clip: MakeClip, name: str) -> None:
    body = make_clip(name)
    ours, theirs = index_mp4(BytesReader(body)), index_packets(BytesReader(body))
    assert (ours.offsets, ours.sizes) == (theirs.offsets, theirs.sizes)
    assert (ours.keys, ours.frames) == (theirs.keys, theirs.frames)
    assert (ours.codec_string, ours.rotation) == (theirs.codec_string, theirs.rotation)


def test_the_open_gop_is_open(make_clip: MakeClip) -> None:
    """Otherwise the tests above would not test what they say."""
    index = index_mp4(BytesReader(make_clip("open-gop.mp4")))
    key = index.keys[1]
    assert any(index.pts[later] < index.pts[key] for later in range(key + 1, key + 4))


def test_variable_frame_rate_keeps_its_times(make_clip: MakeClip) -> None:
    index = index_mp4(BytesReader(make_clip("vfr.mp4")))
    times = [index.frame_pts(f) / index.timescale for f in range(len(index))]
    gaps = np.diff(times) * 600
    assert np.allclose(gaps, np.diff(UNEVEN), atol=0.5)


def test_an_edit_list_hides_the_frames_before_it(make_clip: MakeClip) -> None:
    index = index_mp4(BytesReader(make_clip("edit-list.mp4")))
    assert len(index.sizes) == FRAMES
    assert len(index) == FRAMES - 17


@pytest.mark.parametrize("name", ["rotated.mp4", "rotated.mkv"])
def test_rotation_swaps_the_size(make_clip: MakeClip, name: str) -> None:
    index = index_of(name, make_clip(name))
    assert (index.coded_width, index.coded_height) == (320, 136)
    assert (index.width, index.height) == (136, 320)


def test_a_truncated_file_keeps_its_whole_frames(make_clip: MakeClip) -> None:
    whole = make_clip("moov-first.mp4")
    shown = list(sequential(whole))
    body = whole[: len(whole) * 6 // 10]
    index = index_mp4(BytesReader(body))
    assert 5 < len(index) < FRAMES == index.expected_frames
    ours = pictures(index, body, list(range(len(index))))
    readable = [any(np.array_equal(a, b) for b in shown) for a in ours]
    assert all(readable)


@pytest.mark.parametrize("name", ["h264.mkv", "vp9.webm", "mpeg4.avi"])
def test_a_truncated_stream_keeps_its_whole_frames(make_clip: MakeClip, name: str) -> None:
    body = make_clip(name)[: len(make_clip(name)) * 6 // 10]
    index = index_packets(BytesReader(body))
    assert 5 < len(index) < FRAMES
    pictures(index, body, list(range(len(index))))


def test_a_file_without_its_index_says_so(make_clip: MakeClip) -> None:
    body = make_clip("b-frames.mp4")
    with pytest.raises(BadVideo, match="moov box"):
        index_mp4(BytesReader(body[: len(body) // 2]))


def test_every_cut_of_a_file_is_an_error_or_an_index(make_clip: MakeClip) -> None:
    body = make_clip("moov-first.mp4")
    for size in range(0, 3000, 37):
        try:
            frames = len(index_mp4(BytesReader(body[:size])))
        except BadVideo:
            frames = 0
        assert frames < FRAMES


def test_damaged_indexes_never_crash(make_clip: MakeClip) -> None:
    body = bytearray(make_clip("moov-first.mp4"))
    chance = random.Random(5)
    for _ in range(300):
        broken = body[:]
        for _ in range(4):
            broken[chance.randrange(0, 3000)] = chance.randrange(256)
        try:
            index = index_mp4(BytesReader(bytes(broken)))
        except (BadVideo, Unsupported):
            continue
        assert len(index.pts) == len(index.sizes) == len(index.offsets) == len(index.dts)


def test_no_range_is_read_twice_and_audio_is_not_an_obstacle(make_clip: MakeClip) -> None:
    """A chunk of a video costs its own groups of pictures, not the file."""
    body = make_clip("b-frames.mp4")
    index = index_mp4(BytesReader(body))
    read: list[tuple[int, int]] = []

    class Counting(BytesReader):
        def read(self, offset: int, size: int) -> bytes:
            read.append((offset, size))
            return super().read(offset, size)

    list(decode_frames(index, Counting(body), list(range(24, 36))))
    assert len(read) == 1
    assert read[0][1] < len(body) // 2
