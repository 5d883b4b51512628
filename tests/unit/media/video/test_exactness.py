"""Frames by number equal a sequential decode by FFmpeg, however they are asked for."""

from __future__ import annotations

import random
from array import array

import numpy as np
import pytest

from chalicelib.media.reading import BytesReader
from chalicelib.media.video.decoding import decode_frames
from chalicelib.media.video.index import BadVideo, pack, unpack
from chalicelib.media.video.packets import index_packets
from tests.support.awkward_videos import AwkwardVideo

from .conftest import EVERY, CountingReader, known, pictures

#: Every video, or thousands of damaged files: more than `make check` waits for.
pytestmark = pytest.mark.slow


def test_all_frames_in_one_pass(video: AwkwardVideo) -> None:
    index, truth = known(video.name)
    assert len(index) == len(truth)
    ours = pictures(index, video.body, list(range(len(index))))
    assert all(np.array_equal(a, b) for a, b in zip(ours, truth, strict=True))
    assert ours[0].shape[:2] == (index.height, index.width)


def test_any_single_frame(video: AwkwardVideo) -> None:
    index, truth = known(video.name)
    for frame in range(len(index)):
        (picture,) = pictures(index, video.body, [frame])
        assert np.array_equal(picture, truth[frame]), frame


def test_scattered_frames(video: AwkwardVideo) -> None:
    index, truth = known(video.name)
    frames = sorted(random.Random(4).sample(range(len(index)), len(index) // 3))
    for frame, picture in zip(frames, pictures(index, video.body, frames), strict=True):
        assert np.array_equal(picture, truth[frame]), frame


def test_an_index_survives_storage(video: AwkwardVideo) -> None:
    index, _ = known(video.name)
    assert unpack(pack(index)) == index


def test_an_index_of_another_version_is_refused() -> None:
    with pytest.raises(BadVideo, match="another version"):
        unpack(b"\x28\xb5\x2f\xfd an index without a version")


@pytest.mark.parametrize(
    "name",
    ["h264-open-gop.mp4", "h264-vfr.mp4", "h264-rotated.mp4", "h264-mirrored.mp4", "mpeg4.mp4",
     "h264-fragmented.mp4", "h264-mixed.mp4", "h264-compact.mp4", "h264-colours.mp4",
     "h264-configurations.mp4", "vp9-vfr.mp4", "av1-odd.mp4"],
)  # fmt: skip
def test_both_ways_of_indexing_an_mp4_agree(name: str) -> None:
    ours, theirs = known(name)[0], index_packets(BytesReader(EVERY[name].body))
    assert (ours.offsets, ours.sizes) == (theirs.offsets, theirs.sizes)
    assert (ours.keys, ours.frames) == (theirs.keys, theirs.frames)
    assert (ours.rotation, ours.mirrored) == (theirs.rotation, theirs.mirrored)
    assert ours.changes == theirs.changes
    if ours.codec != "vp9":  # VP9 in MP4 tells a level, FFmpeg does not
        assert ours.codec_string == theirs.codec_string


def test_the_videos_are_as_awkward_as_they_say() -> None:
    """Otherwise the tests above would not test what they say."""
    for name in ("h264-open-gop.mp4", "hevc.mp4", "mpeg2.mpg"):
        index, _ = known(name)
        key = index.keys[1]
        assert any(index.pts[later] < index.pts[key] for later in range(key + 1, key + 4)), name
    assert len(known("vp9-split.webm")[0].sizes) > 48
    superframes = EVERY["vp9-odd.webm"].body
    index, _ = known("vp9-odd.webm")
    ends = [superframes[at + size - 1] for at, size in zip(index.offsets, index.sizes, strict=True)]
    assert sum(byte & 0xE0 == 0xC0 for byte in ends) >= 2
    assert sum(size < 8 for size in known("av1-odd.mp4")[0].sizes) > 10
    packed, _ = known("mpeg4-packed.avi")
    assert list(packed.frames) != sorted(packed.frames)
    assert any(a + size == b for a, b, size in zip(
        packed.offsets, packed.offsets[1:], packed.sizes, strict=False))  # fmt: skip
    assert len(known("h264-configurations.mp4")[0].changes) == 1


def test_variable_frame_rate_keeps_its_times() -> None:
    from tests.support.awkward_videos import UNEVEN

    for name in ("h264-vfr.mp4", "hevc-vfr.mkv", "vp9-vfr.mp4"):
        index, _ = known(name)
        times = [index.frame_pts(f) / index.timescale for f in range(len(index))]
        # Matroska rounds to milliseconds.
        assert np.allclose(np.diff(times), np.diff(UNEVEN) / 600, atol=0.0011), name


def test_colours_of_the_container_matter() -> None:
    index, truth = known("h264-colours.mp4")
    assert not np.array_equal(truth[0], known("h264-moov-first.mp4")[1][0])
    assert (index.colours.matrix, index.colours.full_range) == (1, 1)


def test_a_group_of_pictures_is_read_once_and_nothing_else() -> None:
    video = EVERY["h264-b-pyramid.mp4"]
    index, _ = known(video.name)
    reader = CountingReader(video.body)
    list(decode_frames(index, reader, list(range(24, 36))))
    assert len(reader.asked) == 1
    assert reader.bytes_read <= sum(index.sizes[24:])


def test_transport_streams_are_not_read_from_their_start() -> None:
    video = EVERY["h264.ts"]
    index, truth = known(video.name)
    index = unpack(pack(index))
    ((_, picture),) = decode_frames(index, BytesReader(video.body), [40])
    assert np.array_equal(picture.to_ndarray(format="rgb24"), truth[40])
    # Samples before the group are not compared: their sums are wrong here.
    index.checks = array("q", [0]) * 36 + index.checks[36:]
    ((_, again),) = decode_frames(index, BytesReader(video.body), [40])
    assert np.array_equal(again.to_ndarray(format="rgb24"), truth[40])
    index.checks = array("q", [0]) * len(index.checks)
    with pytest.raises(BadVideo, match="not the file that was indexed"):
        list(decode_frames(index, BytesReader(video.body), [40]))


@pytest.mark.parametrize("name", ["h264.ts", "mpeg2.mpg", "h264-joined.ts"])
def test_a_seek_that_goes_wrong_is_made_good_by_counting(name: str) -> None:
    index, truth = known(name)
    index = unpack(pack(index))
    index.positions = array("q", [len(EVERY[name].body) - 1]) * len(index.positions)
    for frame in (3, len(index) - 1):
        (picture,) = pictures(index, EVERY[name].body, [frame])
        assert np.array_equal(picture, truth[frame])
