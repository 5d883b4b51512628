"""Damaged, cut off and lying videos: what is whole is usable, the rest is a clear `BadVideo`."""

from __future__ import annotations

import contextlib
import random
import resource
import struct
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.media.reading import BytesReader
from chalicelib.media.video.decoding import decode_frames
from chalicelib.media.video.index import BadVideo, VideoIndex
from chalicelib.media.video.mp4 import Unsupported, index_mp4
from chalicelib.media.video.packets import index_packets
from tests.support.awkward_videos import H264_MKV, h264, mpeg4, sequential, vp9

from .conftest import EVERY, pictures

#: Every video, or thousands of damaged files: more than `make check` waits for.
pytestmark = pytest.mark.slow


def indexed(body: bytes) -> VideoIndex:
    """As `videos.index_video` does."""
    reader = BytesReader(body)
    if body[4:8] == b"ftyp":
        try:
            return index_mp4(reader)
        except Unsupported:
            pass
    return index_packets(reader)


WHOLE = {
    "mp4": h264("mp4", muxing={"movflags": "faststart"}),
    "fragmented": h264("mp4", muxing={"movflags": "frag_keyframe+empty_moov"}),
    "mkv": H264_MKV,
    "webm": vp9("webm"),
    "avi": mpeg4("avi"),
}


@pytest.mark.parametrize("kind", list(WHOLE))
@pytest.mark.parametrize("seed", range(20))
def test_a_file_cut_off_anywhere(kind: str, seed: int) -> None:
    """Each frame that is there is one of the whole file's, in its order; the rest is told."""
    whole = WHOLE[kind]()
    size = random.Random(f"{kind}{seed}").randrange(1, len(whole))
    body = whole[:size]
    try:
        index = indexed(body)
    except BadVideo as error:
        assert len(str(error)) > 10  # noqa: PT017  # either outcome is right
        assert size < len(whole) * (0.9 if kind == "mp4" else 0.3)
        return
    truth = [picture for _, picture in sequential(whole)]
    assert len(index) <= len(truth)
    assert index.expected_frames >= len(index)
    at = -1
    for frame, picture in enumerate(pictures(index, body, list(range(len(index))))):
        same = (n for n in range(at + 1, len(truth)) if np.array_equal(picture, truth[n]))
        at = next(same, -2)
        assert at >= 0, frame


@pytest.mark.parametrize("kind", ["mp4", "mkv", "avi"])
def test_a_cut_file_tells_how_much_was_lost(kind: str) -> None:
    whole = WHOLE[kind]()
    index = indexed(whole[: len(whole) // 2])
    assert len(index) < 40
    assert 40 <= index.expected_frames <= 56


@pytest.mark.parametrize("name", ["h264-open-gop.mkv", "vp9-odd.webm", "mpeg4-odd.avi", "h264.flv"])
def test_a_whole_file_has_lost_nothing(name: str) -> None:
    index = indexed(EVERY[name].body)
    assert index.expected_frames == len(index) == 48


def _patched(body: bytes, box: bytes, offset: int, form: str, value: float) -> bytes:
    changed = bytearray(body)
    struct.pack_into(form, changed, body.index(box) + len(box) + offset, value)
    return bytes(changed)


def test_a_header_that_claims_a_billion_frames() -> None:
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    body = WHOLE["mp4"]()
    with pytest.raises(BadVideo, match="1,000,000,000 entries"):
        indexed(_patched(body, b"stsz", 8, ">I", 10**9))
    with pytest.raises(BadVideo, match="1,000,000,000 entries"):
        indexed(_patched(body, b"stts", 4, ">I", 10**9))
    # Ten million samples of one byte each: fewer than the limit, but they are not in the file.
    many = _patched(_patched(body, b"stsz", 4, ">I", 1), b"stsz", 8, ">I", 10_000_000)
    with pytest.raises(BadVideo, match="damaged"):
        indexed(many)
    # A run of the same duration that never ends is cut to the samples that there are.
    assert len(indexed(_patched(body, b"stts", 8, ">I", 2**32 - 1))) == 48
    avi = WHOLE["avi"]()
    for box, offset in ((b"avih", 4 + 16), (b"strh", 4 + 32)):
        lying = indexed(_patched(avi, box, offset, "<I", 10**9))
        assert len(lying) == lying.expected_frames == 48
    fragments = WHOLE["fragmented"]()
    with pytest.raises(BadVideo, match="no frames"):
        indexed(_patched(fragments, b"trun", 4, ">I", 10**9))
    assert time.process_time() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_a_header_that_claims_a_million_hours() -> None:
    """Matroska's duration, in milliseconds, as a float of eight bytes."""
    body = WHOLE["mkv"]()
    lying = _patched(body, b"\x44\x89\x88", 0, ">d", 3.6e12)
    assert indexed(lying).expected_frames == 48
    cut = indexed(lying[: len(lying) // 2])
    assert len(cut) < cut.expected_frames < 100


def test_files_without_frames() -> None:
    for body in (b"", b"\x00" * 100, WHOLE["mkv"]()[:200], WHOLE["mp4"]()[:40]):
        with pytest.raises(BadVideo):
            indexed(body)
    body = _patched(WHOLE["mp4"](), b"stsz", 8, ">I", 0)
    with pytest.raises(BadVideo, match="no frames"):
        indexed(body)


def test_a_frame_that_cannot_be_decoded_is_named() -> None:
    body = bytearray(WHOLE["mkv"]())
    index = indexed(bytes(body))
    for sample in range(12, 24):
        at = index.offsets[sample]
        body[at : at + index.sizes[sample]] = bytes(index.sizes[sample])
    with pytest.raises(BadVideo, match=r"frame 1\d cannot be decoded"):
        list(decode_frames(index, BytesReader(bytes(body)), [18]))
    assert len(list(decode_frames(index, BytesReader(bytes(body)), [3, 40]))) == 2


MUTANTS = ("mp4", "fragmented", "mkv", "avi")


@pytest.mark.parametrize("kind", MUTANTS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_mutations_of_real_files_are_refused_or_read(kind: str, data: st.DataObject) -> None:
    """Bytes of headers replaced: never another error than `BadVideo`, nor much time or memory."""
    body = bytearray(WHOLE[kind]())
    head = min(len(body), 3000)
    places = st.tuples(st.integers(0, head - 4), st.binary(min_size=1, max_size=4))
    for at, value in data.draw(st.lists(places, min_size=1, max_size=6)):
        body[at : at + len(value)] = value
    began = time.process_time()
    try:
        index = indexed(bytes(body))
    except BadVideo:
        pass
    else:
        samples = len(index.sizes)
        assert samples == len(index.pts) == len(index.dts) == len(index.offsets) < 10_000
        assert all(0 <= sample < samples for sample in index.frames)
        assert all(0 <= sample < samples for sample in index.keys)
        assert 0 <= index.expected_frames < 1 << 40
        with contextlib.suppress(BadVideo):
            list(decode_frames(index, BytesReader(bytes(body)), list(range(min(2, len(index))))))
    assert time.process_time() - began < 3
