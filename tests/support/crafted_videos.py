"""Videos with what encoders at hand do not write: put together from what they do."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import av
from av.bitstream import BitStreamFilterContext

from tests.support.awkward_videos import GOP, PYRAMID, AwkwardVideo, h264, mpeg4, vp9
from tests.support.clips import FRAME_TICKS, Recipe, add_video, encode, encoded, written
from tests.support.h264_headers import strip_usability
from tests.support.mp4_writer import samples_of, write_mp4

SIZE = (192, 112)
OTHER = "keyint=8:min-keyint=8:scenecut=0:bframes=0:cabac=0:ref=1"
Make = Callable[[], bytes]


def packets(body: bytes) -> Iterator[Any]:
    """Packets of the first video stream."""
    with av.open(io.BytesIO(body), "r") as container:
        yield from (packet for packet in container.demux(video=0) if packet.size)


def two_configurations() -> bytes:
    """H.264 whose second half has other parameter sets, in `stsd`, not in the stream."""
    first, entry = samples_of(h264("mp4", GOP)())
    second, other = samples_of(h264("mp4", OTHER)(), description=2)
    # B-frames delay the first half by two frames: the second must follow it in time.
    delayed = [replace(sample, shift=sample.shift + 2 * FRAME_TICKS) for sample in second[24:]]
    return write_mp4([*first[:24], *delayed], [entry, other], SIZE)


def unknown_reordering() -> bytes:
    """H.264 with B-pyramids that does not say how far its pictures are reordered."""
    samples, entry = samples_of(h264("mp4", PYRAMID)())
    return write_mp4(samples, [strip_usability(entry)], SIZE)


def compact_sizes(bits: int) -> bytes:
    """Sample sizes in a `stz2` box."""
    samples, entry = samples_of(h264("mp4", GOP + ":qp=51", size=(32, 32))())
    return write_mp4(samples, [entry], (32, 32), bits)


def several_streams() -> bytes:
    """A cover picture, sound and a second video beside the first."""

    def write(out: av.container.OutputContainer) -> None:
        recipe = Recipe("mp4", "libx264", {"x264-params": GOP}, size=SIZE)
        other = Recipe("mp4", "libx264", {"x264-params": GOP}, size=(64, 64))
        first, second = add_video(out, recipe), add_video(out, other)
        sound = out.add_stream("aac", rate=48000)
        for pair in zip(encoded(first, recipe), encoded(second, other), strict=True):
            for packet in pair:
                out.mux(packet)
        for number in range(40):
            silence = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            silence.pts, silence.sample_rate = 1024 * number, 48000
            for plane in silence.planes:
                plane.update(bytes(plane.buffer_size))
            out.mux(sound.encode(silence))
        out.mux(sound.encode(None))

    return written("mp4", {}, write)


def joined_streams() -> bytes:
    """Two recordings in one transport stream: time starts again in the middle."""
    return h264("mpegts", frames=24)() + h264("mpegts", frames=30)()


def late_start() -> bytes:
    """A transport stream received from the middle of a group of pictures on."""
    body = h264("mpegts")()
    return body[len(body) // 4 // 188 * 188 :]


def packed_bframes() -> bytes:
    """MPEG-4 in AVI as DivX wrote it: a B-frame in the packet of the frame that it refers to."""
    source = list(packets(mpeg4("avi")()))
    bodies = [bytes(packet) for packet in source]
    marked = _with_user_data(bodies[0])
    # P, no second passed, a marker, 5 bits of time, a marker, "not coded", and stuffing.
    nothing = b"\x00\x00\x01\xb6" + bytes([0b01_0_1_0000, 0b0_1_0_01111])
    packed: list[bytes] = [marked]
    at = 1
    while at < len(bodies):
        if at + 1 < len(bodies) and _is_b(bodies[at + 1]) and not _is_b(bodies[at]):
            packed.append(bodies[at] + bodies[at + 1])
            at += 2
            while at < len(bodies) and _is_b(bodies[at]):
                packed.append(bodies[at])
                at += 1
            packed.append(nothing)
        else:
            packed.append(bodies[at])
            at += 1

    def write(out: av.container.OutputContainer) -> None:
        with av.open(io.BytesIO(mpeg4("avi")()), "r") as container:
            stream = out.add_stream_from_template(container.streams.video[0])
            for number, body in enumerate(packed):
                packet: Any = av.Packet(body)
                packet.pts = packet.dts = number
                packet.time_base, packet.stream = container.streams.video[0].time_base, stream
                packet.is_keyframe = number == 0 or _kind(body) == 0
                out.mux(packet)

    return written("avi", {}, write)


def _kind(body: bytes) -> int:
    """Coding type of the first VOP of a packet: 0 I, 1 P, 2 B."""
    return body[body.index(b"\x00\x00\x01\xb6") + 4] >> 6


def _is_b(body: bytes) -> bool:
    return _kind(body) == 2


def _with_user_data(body: bytes) -> bytes:
    at = body.index(b"\x00\x00\x01\xb6")
    return body[:at] + b"\x00\x00\x01\xb2DivX503b1393p" + body[at:]


def split_superframes() -> bytes:
    """VP9 whose hidden reference frames stand in packets of their own."""
    body = vp9("webm")()

    def write(out: av.container.OutputContainer) -> None:
        with av.open(io.BytesIO(body), "r") as container:
            source = container.streams.video[0]
            stream = out.add_stream_from_template(source)
            split = BitStreamFilterContext("vp9_superframe_split", source)
            for packet in container.demux(source):
                for part in split.filter(packet) if packet.size else []:
                    part.stream = stream
                    out.mux(part)

    # The muxer would join them again.
    return written("webm", {"fflags": "-autobsf"}, write)


def colours_in_the_container() -> bytes:
    """Colours that only the `colr` box tells: BT.709, which changes the conversion to RGB."""
    body = h264("mp4")()
    colr = struct.pack(">I4s4s3HB", 19, b"colr", b"nclx", 1, 1, 1, 0)
    at = body.index(b"avcC") - 4
    grown = bytearray(body[:at] + colr + body[at:])
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"avc1"):
        place = grown.rindex(kind, 0, at) - 4
        size = struct.unpack_from(">I", grown, place)[0]
        struct.pack_into(">I", grown, place, size + len(colr))
    return bytes(grown)


def program_stream() -> bytes:
    """MPEG-2 with open GOPs."""
    return encode(Recipe("mpeg", "mpeg2video", {"bf": "2", "g": "12"}, size=SIZE))


CRAFTED = (
    AwkwardVideo("h264-configurations.mp4", "two sample descriptions", two_configurations),
    AwkwardVideo("h264-unknown.mp4", "does not say how it reorders", unknown_reordering),
    AwkwardVideo("h264-compact.mp4", "compact sample sizes", lambda: compact_sizes(16)),
    AwkwardVideo("h264-streams.mp4", "sound and a second video", several_streams),
    AwkwardVideo("h264-joined.ts", "time starts again in the middle", joined_streams),
    AwkwardVideo("h264-late.ts", "begins in the middle of a GOP", late_start),
    AwkwardVideo("mpeg4-packed.avi", "packed B-frames", packed_bframes),
    AwkwardVideo("vp9-split.webm", "hidden frames in packets of their own", split_superframes),
    AwkwardVideo("h264-colours.mp4", "colours told by the container alone",
                 colours_in_the_container),
    AwkwardVideo("mpeg2.mpg", "MPEG-2 program stream, open GOP", program_stream),
)  # fmt: skip
