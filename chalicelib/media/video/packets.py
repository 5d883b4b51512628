"""The frame index of containers other than MP4, by one scan of their packets.

Where a packet's payload stands in the file as one piece, its offset is recorded, so that frames
are later read by ranges as from an MP4. Memory: a few blocks of the file, and 52 bytes a sample.
"""

from __future__ import annotations

import zlib
from array import array
from typing import Any

import av
import msgspec
from av.error import FFmpegError

from chalicelib.media.kinds import HEAD, detect
from chalicelib.media.reading import Reader
from chalicelib.media.video.announced import expected_frames
from chalicelib.media.video.containers import VideoPacket, open_video, video_stream
from chalicelib.media.video.counting import settle_order
from chalicelib.media.video.index import BadVideo, Coding, Colours, VideoIndex, present
from chalicelib.media.video.mp4_codecs import av1_string, avc_string, hevc_string
from chalicelib.media.video.mp4_tables import SAMPLE_LIMIT
from chalicelib.media.video.orientation import Orientation, of_matrix
from chalicelib.media.video.showing import shows

#: Bytes before a payload in which a container may put its own header of the packet.
HEADER_LIMIT = 64
#: Seconds by which time must fall back to be a new recording rather than a rounding.
BREAK = 0.5


class Scan(msgspec.Struct):
    """Packets of a stream in decode order; see `VideoIndex`.

    Attributes:
        hidden: samples that yield no picture that is to be shown.
        lost: packets that the file holds in part.
    """

    offsets: array[int] = msgspec.field(default_factory=lambda: array("q"))
    sizes: array[int] = msgspec.field(default_factory=lambda: array("i"))
    dts: array[int] = msgspec.field(default_factory=lambda: array("q"))
    pts: array[int] = msgspec.field(default_factory=lambda: array("q"))
    keys: array[int] = msgspec.field(default_factory=lambda: array("i"))
    positions: array[int] = msgspec.field(default_factory=lambda: array("q"))
    checks: array[int] = msgspec.field(default_factory=lambda: array("q"))
    changes: list[Coding] = []
    hidden: set[int] = set()
    lost: int = 0


def index_packets(reader: Reader) -> VideoIndex:
    """Index the first video stream.

    Raises:
        BadVideo: FFmpeg finds no video in it.
    """
    try:
        with open_video(reader) as container:
            stream = video_stream(container)
            index = _index(container, stream, _scan(stream, container, reader), reader)
        with open_video(reader) as container:
            orientation = _orientation(container, video_stream(container))
        settle_order(index, reader)
    except (FFmpegError, ValueError, OverflowError, ArithmeticError, MemoryError) as error:
        raise BadVideo("no video can be read from it") from error
    index.rotation, index.mirrored = orientation.rotation, orientation.mirrored
    return index


def _scan(stream: av.VideoStream, container: av.container.InputContainer, reader: Reader) -> Scan:
    scan = Scan()
    clock = _Clock(stream)
    codec = stream.codec_context.codec.canonical_name
    contiguous = True
    try:
        for packet in container.demux(stream):
            if packet.size == 0:
                continue
            if _is_cut(packet, reader):
                scan.lost += 1
                continue
            contiguous = _add(scan, packet, codec, clock, reader, contiguous)
    except FFmpegError:
        # A truncated file: what was read so far is whole.
        pass
    if not contiguous:
        scan.offsets = array("q", [-1]) * len(scan.offsets)
    else:
        scan.positions, scan.checks = array("q"), array("q")
    return scan


def _add(
    scan: Scan,
    packet: VideoPacket,
    codec: str,
    clock: _Clock,
    reader: Reader,
    contiguous: bool,
) -> bool:
    """Record a packet. Returns whether all payloads so far are pieces of the file."""
    number, body = len(scan.sizes), bytes(packet)
    if number >= SAMPLE_LIMIT:
        raise BadVideo(f"it has more than {SAMPLE_LIMIT:,} frames")
    if packet.is_keyframe:
        scan.keys.append(number)
    if packet.is_discard or not shows(codec, body):
        # By an edit list, or as VP8 stores it: others refer to this picture, nobody sees it.
        scan.hidden.add(number)
    if packet.has_sidedata("new_extradata"):
        config = bytes(packet.get_sidedata("new_extradata"))
        scan.changes.append(Coding(number, codec, config))
    dts, pts = clock.times(packet)
    scan.dts.append(dts)
    scan.pts.append(pts)
    scan.sizes.append(packet.size)
    offset = _payload_offset(reader, packet, body) if contiguous else -1
    scan.offsets.append(offset)
    scan.positions.append(packet.pos if packet.pos is not None else -1)
    scan.checks.append(zlib.crc32(body))
    return offset >= 0


class _Clock:
    """Times of packets; where a stream begins anew, its times follow those before."""

    def __init__(self, stream: av.VideoStream) -> None:
        base = stream.time_base
        if not base:
            raise BadVideo("its packets carry no times")
        self.scale, self.timescale = base.numerator, base.denominator
        self._break = max(1, int(BREAK / base))
        self._shift = self._last = self._step = 0
        self._begun = False

    def times(self, packet: VideoPacket) -> tuple[int, int]:
        """Decode and presentation time in 1/timescale s."""
        shown = packet.pts if packet.pts is not None else packet.dts
        decoded = packet.dts if packet.dts is not None else shown
        if shown is None or decoded is None:
            # Nothing but the order is known.
            shown = decoded = self._last - self._shift + max(1, self._step)
        decoded += self._shift
        if self._begun and decoded < self._last - self._break:
            again = self._last + max(1, self._step) - decoded
            self._shift += again
            decoded += again
        self._step = decoded - self._last if self._begun else 0
        self._last, self._begun = decoded, True
        return decoded * self.scale, (shown + self._shift) * self.scale


def _index(
    container: av.container.InputContainer, stream: av.VideoStream, scan: Scan, reader: Reader
) -> VideoIndex:
    if not scan.sizes:
        raise BadVideo("it has no frames")
    if not scan.keys:
        scan.keys.append(0)
    context = stream.codec_context
    config = bytes(context.extradata or b"")
    name = context.codec.canonical_name
    frames = array("i", (s for s in present(scan.pts, scan.keys) if s not in scan.hidden))
    timescale = _Clock(stream).timescale
    seconds = (max(scan.pts) - min(scan.pts)) / timescale * (1 + 1 / max(1, len(frames) - 1))
    announced = (container.duration or 0) / av.time_base
    return VideoIndex(
        container=detect(reader.read(0, HEAD)).format,
        codec=name,
        codec_string="" if scan.changes else _codec_string(name, context, config),
        config=config,
        timescale=timescale,
        coded_width=context.width,
        coded_height=context.height,
        rotation=0,
        colours=_colours(context),
        changes=tuple(scan.changes),
        offsets=scan.offsets,
        sizes=scan.sizes,
        dts=scan.dts,
        pts=scan.pts,
        keys=scan.keys,
        frames=frames,
        positions=scan.positions,
        checks=scan.checks,
        expected_frames=expected_frames(reader, len(frames), scan.lost, seconds, announced),
    )


def _is_cut(packet: VideoPacket, reader: Reader) -> bool:
    """Whether the file ends inside the packet: FFmpeg hands out what is there of it."""
    if not packet.is_corrupt or packet.pos is None:
        return False
    return packet.pos + packet.size + HEADER_LIMIT >= reader.size


def _payload_offset(reader: Reader, packet: VideoPacket, body: bytes) -> int:
    if packet.pos is None or packet.pos < 0:
        return -1
    found = reader.read(packet.pos, len(body) + HEADER_LIMIT).find(body)
    return packet.pos + found if found >= 0 else -1


def _colours(context: av.VideoCodecContext) -> Colours:
    return Colours(
        int(context.color_primaries),
        int(context.color_trc),
        int(context.colorspace),
        int(context.color_range),
    )


def _codec_string(name: str, context: av.CodecContext, config: bytes) -> str:
    try:
        if name == "h264" and config[:1] == b"\x01":
            return avc_string("avc1", config)[0]
        if name == "hevc" and config[:1] == b"\x01":
            return hevc_string("hvc1", config)[0]
        if name == "av1" and config:
            return av1_string("av01", config)[0]
    except IndexError:
        return ""
    if name == "vp8":
        return "vp8"
    if name == "vp9":
        # Matroska carries no level; 4.1 covers 1080p60 and decoders do not insist on it.
        profile = (context.profile or "0")[-1]
        depth = "08" if profile in "01" else "10"
        return f"vp09.0{profile}.41.{depth}"
    return ""


def _orientation(container: av.container.InputContainer, stream: av.VideoStream) -> Orientation:
    """From the first picture: containers disagree on where they keep it."""
    try:
        for frame in container.decode(stream):
            matrix: Any = frame.side_data.get("DISPLAYMATRIX")
            if matrix is None:
                break
            values = memoryview(bytes(matrix)).cast("i")
            return of_matrix(values[0], values[1], values[3], values[4])
    except FFmpegError:
        # What cannot be decoded is told when its frames are asked for.
        pass
    return Orientation()
