"""What one scan of packets finds out, and when it must decode instead."""

from __future__ import annotations

import gzip
import io
import json
from typing import Any

import av
import numpy as np
import pytest

from chalicelib.media.reading import BytesReader, RangeReader
from chalicelib.media.video import counting
from chalicelib.media.video.index import BadVideo
from chalicelib.media.video.packets import index_packets
from chalicelib.media.video.samples import pack_samples
from chalicelib.media.video.showing import mpeg4_pictures, shows
from tests.support.awkward_videos import h264, mpeg4, sequential
from tests.support.clips import Recipe, encode, written
from tests.support.crafted_videos import packets

from .conftest import EVERY, CountingReader, known, pictures


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Notes each time that a stream is counted by decoding it."""
    seen: list[int] = []
    original = counting._count

    def spy(*given: Any) -> None:
        seen.append(1)
        original(*given)

    monkeypatch.setattr(counting, "_count", spy)
    return seen


@pytest.mark.parametrize("name", ["h264-open-gop.mkv", "h264.ts", "vp9-split.webm", "mpeg2.mpg"])
def test_ordinary_streams_are_not_decoded_whole(name: str, counts: list[int]) -> None:
    index_packets(BytesReader(EVERY[name].body))
    assert not counts


def test_packed_frames_are_counted(counts: list[int]) -> None:
    index_packets(BytesReader(EVERY["mpeg4-packed.avi"].body))
    assert counts


def test_damage_at_the_beginning_costs_its_frames_alone(counts: list[int]) -> None:
    """One picture of the first group is overwritten; the others tell that the rule holds."""
    body = _repeated(h264("matroska")(), 3)
    index = index_packets(BytesReader(body))
    assert len(index) == 144
    at, size = index.offsets[9], index.sizes[9]
    damaged = body[:at] + bytes(size) + body[at + size :]
    found = index_packets(BytesReader(damaged))
    assert not counts
    assert 132 < len(found) < 144
    truth = [picture for _, picture in sequential(body)]
    (ours,) = pictures(found, damaged, [len(found) - 1])
    assert np.array_equal(ours, truth[-1])


def _repeated(body: bytes, times: int) -> bytes:
    """A clip several times one after the other, in one file."""
    source = list(packets(body))

    def write(out: av.container.OutputContainer) -> None:
        with av.open(io.BytesIO(body), "r") as container:
            stream = out.add_stream_from_template(container.streams.video[0])
        step = max(packet.pts for packet in source) + 40
        for turn in range(times):
            for packet in source:
                copy: Any = av.Packet(bytes(packet))
                copy.pts, copy.dts = packet.pts + turn * step, (packet.dts or 0) + turn * step
                copy.time_base, copy.is_keyframe = packet.time_base, packet.is_keyframe
                copy.stream = stream
                out.mux(copy)

    return written("matroska", {}, write)


def test_other_containers_and_codecs() -> None:
    for recipe in (
        Recipe("asf", "wmv2", {"g": "12"}),
        Recipe("ogg", "libvpx", {"g": "12"}),
        Recipe("mpegts", "mpeg2video", {"bf": "2", "g": "12"}),
        Recipe("avi", "libx264", {"x264-params": "bframes=2:keyint=12"}),
    ):
        body = encode(recipe)
        index = index_packets(BytesReader(body))
        truth = [picture for _, picture in sequential(body)]
        assert len(index) == len(truth) == 48, recipe
        for frame in (0, 17, 40):
            (ours,) = pictures(index, body, [frame])
            assert np.array_equal(ours, truth[frame]), recipe


def test_a_scan_reads_little_more_than_the_file() -> None:
    body = EVERY["h264-open-gop.mkv"].body
    counting_reader = CountingReader(body)
    index_packets(RangeReader(counting_reader.read, len(body), 1 << 14))
    assert counting_reader.bytes_read < 5 * len(body)


def test_sound_alone_is_no_video() -> None:
    def write(out: av.container.OutputContainer) -> None:
        sound = out.add_stream("aac", rate=48000)
        for number in range(20):
            silence = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            silence.pts, silence.sample_rate = 1024 * number, 48000
            for plane in silence.planes:
                plane.update(bytes(plane.buffer_size))
            out.mux(sound.encode(silence))
        out.mux(sound.encode(None))

    with pytest.raises(BadVideo, match="no video track"):
        index_packets(BytesReader(written("matroska", {}, write)))


def test_packets_that_show_nothing() -> None:
    assert shows("h264", b"\x00")
    assert shows("vp8", b"\x10")
    assert not shows("vp8", b"\x00")
    # VP9: marker 2, profile 0, no existing frame, not a key frame, not shown; then shown.
    assert not shows("vp9", bytes([0b1000_0100, 0]))
    assert shows("vp9", bytes([0b1000_0110, 0]))
    assert shows("vp9", bytes([0b1000_1000]))


def test_pictures_of_a_packet_are_its_pieces() -> None:
    body = bytes(next(iter(packets(mpeg4("avi")()))))
    double = body + body
    pieces = mpeg4_pictures(double)
    assert len(pieces) == 2
    assert b"".join(double[low:high] for low, high in pieces) == double


def test_browsers_are_told_of_mirrors_and_colours() -> None:
    for name, mirrored, colours in (
        ("h264-mirrored.mp4", True, [2, 2, 2, 0]),
        ("h264-colours.mp4", False, [1, 1, 1, 1]),
    ):
        table = gzip.decompress(pack_samples(known(name)[0]))
        facts = json.loads(table[4 : 4 + int.from_bytes(table[:4], "little")])
        assert (facts["mirrored"], facts["colours"]) == (mirrored, colours)
