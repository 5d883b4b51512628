"""Fragmented MP4: what its fragments say, and that their samples are not read."""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from chalicelib.media.reading import BytesReader, RangeReader
from chalicelib.media.video.index import BadVideo
from chalicelib.media.video.mp4 import index_mp4
from tests.support.awkward_videos import GOP, UNEVEN, h264, hevc, sequential
from tests.support.clips import FRAME_TICKS, Recipe, add_video, encoded, written

from .conftest import CountingReader, pictures

#: Every video, or thousands of damaged files: more than `make check` waits for.
pytestmark = pytest.mark.slow

FLAGS = (
    "frag_keyframe+empty_moov",
    "frag_keyframe+empty_moov+default_base_moof",
    "frag_keyframe+empty_moov+omit_tfhd_offset",
    "frag_every_frame+empty_moov+default_base_moof",
    "frag_keyframe",
    "frag_keyframe+empty_moov+separate_moof",
    "frag_keyframe+empty_moov+negative_cts_offsets",
    "frag_keyframe+empty_moov+delay_moov",
    "dash+global_sidx",
    "cmaf",
)


def check(body: bytes) -> None:
    """Every frame is what FFmpeg decodes."""
    index = index_mp4(BytesReader(body))
    truth = [picture for _, picture in sequential(body)]
    ours = pictures(index, body, list(range(len(index))))
    assert len(ours) == len(truth) == index.expected_frames
    assert all(np.array_equal(a, b) for a, b in zip(ours, truth, strict=True))


@pytest.mark.parametrize("flags", FLAGS)
def test_fragments_of_every_kind(flags: str) -> None:
    check(h264("mp4", muxing={"movflags": flags})())


@pytest.mark.parametrize("flags", FLAGS[:5])
def test_uneven_times(flags: str) -> None:
    check(h264("mp4", GOP + ":open-gop=1", times=UNEVEN, muxing={"movflags": flags})())


def test_other_codecs() -> None:
    check(hevc("mp4", muxing={"movflags": FLAGS[1]})())


def test_fragments_with_several_tracks() -> None:
    def write(out: Any) -> None:
        first = add_video(out, Recipe("mp4", "libx264", {"x264-params": GOP}))
        second = add_video(out, Recipe("mp4", "libx264", {"x264-params": GOP}, size=(64, 64)))
        recipe = Recipe("mp4", "libx264", {"x264-params": GOP})
        other = Recipe("mp4", "libx264", {"x264-params": GOP}, size=(64, 64))
        for pair in zip(encoded(first, recipe), encoded(second, other), strict=True):
            for packet in pair:
                out.mux(packet)

    for flags in (FLAGS[0], FLAGS[1], FLAGS[5]):
        check(written("mp4", {"movflags": flags}, write))


def test_an_edit_list_without_an_end_hides_only_what_precedes_it() -> None:
    """FFmpeg, which takes the end of `moov` for the film's, loses as many frames at the end."""
    muxing = {"movflags": "frag_keyframe", "avoid_negative_ts": "disabled", "use_editlist": "1"}
    body = h264("mp4", shift=FRAME_TICKS * 5, muxing=muxing)()
    truth = [picture for _, picture in sequential(h264("mp4")())][5:]
    index = index_mp4(BytesReader(body))
    ours = pictures(index, body, list(range(len(index))))
    assert all(np.array_equal(a, b) for a, b in zip(ours, truth, strict=True))


def test_a_recording_that_broke_off_keeps_its_whole_fragments() -> None:
    body = h264("mp4", muxing={"movflags": FLAGS[1]})()
    truth = [picture for _, picture in sequential(body)]
    third = [at for at in range(len(body)) if body[at : at + 4] == b"moof"][2]
    for size in (third - 4, third + 20, third + 3000):
        index = index_mp4(BytesReader(body[:size]))
        assert 24 <= len(index) < 36
        for frame, ours in enumerate(pictures(index, body[:size], list(range(len(index))))):
            if frame < 24:
                assert np.array_equal(ours, truth[frame])
        assert index.expected_frames >= len(index)


def test_fragments_without_their_beginning_say_what_is_missing() -> None:
    body = h264("mp4", muxing={"movflags": FLAGS[1]})()
    with pytest.raises(BadVideo, match="initialization segment"):
        index_mp4(BytesReader(body[body.index(b"moof") - 4 :]))


def test_a_header_without_fragments_has_no_frames() -> None:
    body = h264("mp4", muxing={"movflags": FLAGS[1]})()
    with pytest.raises(BadVideo, match="no frames"):
        index_mp4(BytesReader(body[: body.index(b"moof") - 4]))


class Sparse(CountingReader):
    """A file with holes: boxes of `gap` bytes of nothing before its later fragments."""

    def __init__(self, body: bytes, gap: int) -> None:
        holes = [at - 4 for at in range(len(body)) if body[at : at + 4] == b"moof"][1:]
        edges = [0, *sorted(holes), len(body)]
        self._pieces: list[tuple[int, bytes]] = []
        at = 0
        for low, high in pairwise(edges):
            if low in holes:
                self._pieces.append((at, struct.pack(">I4s", gap, b"free")))
                at += gap
            self._pieces.append((at, body[low:high]))
            at += high - low
        super().__init__(b"")
        self._whole = at

    @property
    def size(self) -> int:
        return self._whole

    def read(self, offset: int, size: int) -> bytes:
        size = max(0, min(size, self._whole - offset))
        self.asked.append((offset, size))
        body = bytearray(size)
        for at, piece in self._pieces:
            low, high = max(at, offset), min(at + len(piece), offset + size)
            if low < high:
                body[low - offset : high - offset] = piece[low - at : high - at]
        return bytes(body)


@pytest.mark.parametrize("gap", [100_000, 50_000_000])
def test_large_fragments_are_skipped_and_small_ones_read_together(gap: int) -> None:
    body = h264("mp4", GOP, muxing={"movflags": "frag_every_frame+empty_moov+default_base_moof"})()
    sparse = Sparse(body, gap)
    index = index_mp4(RangeReader(sparse.read, sparse.size, 64 << 10))
    assert len(index) == 48
    megabytes = sparse.size >> 20
    assert len(sparse.asked) <= max(megabytes, 4)
    assert len(sparse.asked) <= 48 + 4
    assert sparse.bytes_read <= min(sparse.size * 2, 48 * (64 << 10) + (2 << 20) + (8 << 20))
