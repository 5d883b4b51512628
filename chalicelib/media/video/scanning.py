"""One pass over the packets of a stream: nothing is decoded.

Where a packet's payload stands in the file as one piece, its offset is recorded, so that frames
are later read by ranges as from an MP4.
"""

from __future__ import annotations

import zlib
from array import array

import av
import msgspec
from av.error import FFmpegError

from chalicelib.media.reading import Reader
from chalicelib.media.video.containers import VideoPacket
from chalicelib.media.video.index import BadVideo, Coding
from chalicelib.media.video.mp4_tables import SAMPLE_LIMIT
from chalicelib.media.video.showing import headers, is_filler, mpeg4_pictures, shows

#: Bytes before a payload in which a container may put its own header of the packet.
HEADER_LIMIT = 64
#: Seconds by which time must fall back to be a new recording rather than a rounding.
BREAK = 0.5


class Scan(msgspec.Struct):
    """Samples of a stream in decode order; see `VideoIndex`.

    Attributes:
        hidden: samples that yield no picture that is to be shown.
        lost: packets that the file holds in part.
        headers: of an MPEG-4 part 2 stream, what comes before its first picture.
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
    headers: bytes = b""


class Transformed(Exception):
    """A container whose payloads are not pieces of the file: only its demuxer can read them."""


def scan(
    stream: av.VideoStream,
    container: av.container.InputContainer,
    reader: Reader,
    contiguous: bool,
) -> Scan:
    """All whole packets of a stream.

    Args:
        contiguous: record offsets; otherwise positions and checks.

    Raises:
        BadVideo: there are absurdly many. Transformed: a packet has no offset.
    """
    scanner = _Scanner(stream, reader, contiguous)
    try:
        for packet in container.demux(stream):
            if packet.size:
                scanner.add(packet)
    except FFmpegError:
        # A truncated file: what was read so far is whole.
        pass
    return scanner.finish()


class _Scanner:
    def __init__(self, stream: av.VideoStream, reader: Reader, contiguous: bool) -> None:
        self._scan = Scan()
        self._clock = _Clock(stream)
        self._codec = stream.codec_context.codec.canonical_name
        self._reader = reader
        self._contiguous = contiguous
        self._owed = 0

    def add(self, packet: VideoPacket) -> None:
        if _is_cut(packet, self._reader):
            self._scan.lost += 1
            return
        body = bytes(packet)
        offset = self._offset(packet, body)
        dts, pts = self._clock.times(packet)
        self._scan.dts.append(dts)
        self._scan.pts.append(pts)
        pieces = mpeg4_pictures(body) if self._codec == "mpeg4" and offset >= 0 else []
        if len(pieces) > 1:
            # Packed B-frames: later packets of no content make up for the number of packets.
            self._owed += len(pieces) - 1
            for low, high in pieces:
                self._sample(packet, body[low:high], offset + low, first=low == 0)
        elif self._owed and is_filler(body):
            self._owed -= 1
        else:
            self._sample(packet, body, offset)

    def finish(self) -> Scan:
        found = self._scan
        for times in (found.dts, found.pts):
            step = max(1, times[-1] - times[-2]) if len(times) > 1 else 1
            while len(times) < len(found.sizes):
                times.append(times[-1] + step)
            del times[len(found.sizes) :]
        return found

    def _sample(self, packet: VideoPacket, body: bytes, offset: int, first: bool = True) -> None:
        found, number = self._scan, len(self._scan.sizes)
        if number >= SAMPLE_LIMIT:
            raise BadVideo(f"it has more than {SAMPLE_LIMIT:,} frames")
        if packet.is_keyframe and first:
            found.keys.append(number)
        if packet.is_discard or not shows(self._codec, body):
            # By an edit list, or as VP8 stores it: others refer to this picture, nobody sees it.
            found.hidden.add(number)
        if packet.has_sidedata("new_extradata"):
            config = bytes(packet.get_sidedata("new_extradata"))
            found.changes.append(Coding(number, self._codec, config))
        if number == 0 and self._codec == "mpeg4":
            found.headers = headers(body)
        found.sizes.append(len(body))
        found.offsets.append(offset)
        if not self._contiguous:
            found.positions.append(packet.pos if packet.pos is not None else -1)
            found.checks.append(zlib.crc32(body))

    def _offset(self, packet: VideoPacket, body: bytes) -> int:
        """Where a payload stands in the file; -1 if that is not asked for."""
        if not self._contiguous:
            return -1
        if packet.pos is None or packet.pos < 0:
            raise Transformed
        found = self._reader.read(packet.pos, len(body) + HEADER_LIMIT).find(body)
        if found < 0:
            raise Transformed
        return packet.pos + found


class _Clock:
    """Times of packets; where a stream begins anew, its times follow those before."""

    def __init__(self, stream: av.VideoStream) -> None:
        base = stream.time_base
        if not base:
            raise BadVideo("its packets carry no times")
        self._scale = base.numerator
        self._break = max(1, int(BREAK / base))
        self._shift = self._last = self._step = 0
        self._begun = False

    def times(self, packet: VideoPacket) -> tuple[int, int]:
        """Decode and presentation time in ticks of the stream's denominator."""
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
        return decoded * self._scale, (shown + self._shift) * self._scale


def _is_cut(packet: VideoPacket, reader: Reader) -> bool:
    """Whether the file ends inside the packet: FFmpeg hands out what is there of it."""
    if not packet.is_corrupt or packet.pos is None:
        return False
    return packet.pos + packet.size + HEADER_LIMIT >= reader.size
