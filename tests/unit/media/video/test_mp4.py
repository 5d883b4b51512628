"""What MP4 files say in their `moov` box, and what reading it costs."""

from __future__ import annotations

import gzip
import struct

import numpy as np
import pytest

from chalicelib.media.reading import BytesReader, RangeReader
from chalicelib.media.video.index import BadVideo
from chalicelib.media.video.mp4 import Unsupported, index_mp4
from chalicelib.media.video.mp4_tables import read_tables
from chalicelib.media.video.orientation import of_matrix
from chalicelib.media.video.samples import pack_samples
from tests.support.awkward_videos import FAST_START, h264, sequential
from tests.support.mp4_writer import box

from .conftest import EVERY, CountingReader, known, pictures


def test_an_edit_list_hides_the_frames_before_it() -> None:
    index, _ = known("h264-edit-list.mp4")
    assert (len(index.sizes), len(index), index.expected_frames) == (48, 31, 31)


@pytest.mark.parametrize(
    ("bits", "body"), [(4, b"\x12\x30"), (8, b"\x01\x02\x03"), (16, b"\0\x01\0\x02\0\x03")]
)
def test_compact_sample_sizes(bits: int, body: bytes) -> None:
    stz2 = bytes([*[0] * 7, bits]) + struct.pack(">I", 3) + body
    samples = read_tables(_tables(box(b"stz2", stz2)), 1000)
    assert list(samples.sizes) == [1, 2, 3]
    assert list(samples.offsets) == [40, 41, 43]


def _tables(sizes: bytes) -> bytes:
    """Sample tables of three samples in one chunk at byte 40."""
    stsc = struct.pack(">5I", 0, 1, 1, 3, 1)
    stco = struct.pack(">3I", 0, 1, 40)
    stts = struct.pack(">4I", 0, 1, 3, 10)
    return sizes + box(b"stsc", stsc) + box(b"stco", stco) + box(b"stts", stts)


MATRICES = {
    (1, 0, 0, 1): (0, False), (0, 1, -1, 0): (90, False),
    (-1, 0, 0, -1): (180, False), (0, -1, 1, 0): (270, False),
    (-1, 0, 0, 1): (0, True), (0, -1, -1, 0): (90, True),
    (1, 0, 0, -1): (180, True), (0, 1, 1, 0): (270, True),
}  # fmt: skip


@pytest.mark.parametrize("matrix", list(MATRICES))
def test_each_orientation(matrix: tuple[int, int, int, int]) -> None:
    """As the matrix maps the corners: compared with FFmpeg's own reading of it."""
    body = bytearray(FAST_START())
    a, b, c, d = matrix
    fixed = 1 << 16
    at = body.index(b"tkhd") + 44
    struct.pack_into(">5i", body, at, a * fixed, b * fixed, 0, c * fixed, d * fixed)
    index = index_mp4(BytesReader(bytes(body)))
    assert (index.rotation, index.mirrored) == MATRICES[matrix]
    assert of_matrix(*matrix).rotation == index.rotation
    truth = [picture for _, picture in sequential(bytes(body))]
    (ours,) = pictures(index, bytes(body), [5])
    assert np.array_equal(ours, truth[5])
    told = b'"mirrored":true' in gzip.decompress(pack_samples(index))
    assert told == index.mirrored


def test_a_file_without_its_index_says_what_happened_and_what_to_do() -> None:
    body = EVERY["h264-b-pyramid.mp4"].body
    with pytest.raises(BadVideo, match=r"moov box.* cut off while .* recorded .*Upload it again"):
        index_mp4(BytesReader(body[: len(body) // 2]))
    first = EVERY["h264-moov-first.mp4"].body
    with pytest.raises(BadVideo, match="cut off inside its index"):
        index_mp4(BytesReader(first[: first.index(b"stsz")]))


def test_sound_alone_is_no_video() -> None:
    body = EVERY["h264-moov-first.mp4"].body.replace(b"vide", b"soun")
    with pytest.raises(BadVideo, match="no video track"):
        index_mp4(BytesReader(body))


def test_a_protected_video_says_so() -> None:
    body = EVERY["h264-moov-first.mp4"].body.replace(b"avc1\x00", b"encv\x00")
    with pytest.raises(BadVideo, match="encrypted"):
        index_mp4(BytesReader(body))


def test_a_cover_picture_is_not_the_video() -> None:
    """The first track has one JPEG; the second one is the film."""
    body = EVERY["h264-streams.mp4"].body
    index = index_mp4(BytesReader(body))
    assert (index.width, index.height, len(index)) == (192, 112, 48)
    cover = bytearray(body)
    at = cover.index(b"avc1", cover.index(b"stsd"))
    cover[at : at + 4] = b"jpeg"
    count = cover.index(b"stsz") + 12
    struct.pack_into(">I", cover, count, 1)
    index = index_mp4(BytesReader(bytes(cover)))
    assert (index.width, index.height, len(index)) == (64, 64, 48)


def test_a_rare_codec_is_left_to_ffmpeg() -> None:
    body = EVERY["h264-moov-first.mp4"].body.replace(b"avc1\x00", b"ap4h\x00")
    with pytest.raises(Unsupported, match="ap4h"):
        index_mp4(BytesReader(body))


@pytest.mark.parametrize("muxing", [{}, {"movflags": "faststart"}])
def test_only_the_index_is_read(muxing: dict[str, str]) -> None:
    """Whether it stands first or last behind a gigabyte of samples."""
    body = h264("mp4", muxing=muxing)()
    hole = 1 << 30
    at = body.index(b"mdat") - 4
    size = struct.unpack_from(">I", body, at)[0]
    head, samples, tail = body[:at], body[at : at + size], body[at + size :]
    padding = struct.pack(">I4s", hole, b"free")
    whole = len(body) + hole
    counted = CountingReader(b"")

    def fetch(offset: int, count: int) -> bytes:
        counted.asked.append((offset, count))
        parts = head + samples + padding
        shifted = offset - hole + len(padding)
        if offset < len(parts):
            return (parts + bytes(1 << 18))[offset : offset + count]
        return tail[shifted - len(parts) :][:count] if shifted >= len(parts) else bytes(count)

    index = index_mp4(RangeReader(fetch, whole, 1 << 18))
    assert len(index) == 48
    assert len(counted.asked) <= 3
    assert counted.bytes_read < 1 << 20
