"""The frame index of containers other than plain MP4, by one scan of their packets.

Nothing is decoded. Where a packet's payload stands in the file as one piece, its offset is
recorded, so that frames are later read by ranges as from an MP4.
"""

from __future__ import annotations

from array import array
from typing import Any, TypeAlias

import av
from av.error import FFmpegError

from chalicelib.media.kinds import HEAD, detect
from chalicelib.media.reading import Reader, SeekableFile
from chalicelib.media.video.index import BadVideo, VideoIndex, present
from chalicelib.media.video.mp4_codecs import av1_string, avc_string, hevc_string

#: Bytes before a payload in which a container may put its own header of the packet.
HEADER_LIMIT = 64
VideoPacket: TypeAlias = "av.Packet[Any]"
#: FFmpeg's names of demuxers, where they are not ours.
DEMUXERS = {"mkv": "matroska"}


def index_packets(reader: Reader) -> VideoIndex:
    """Index the first video stream.

    Raises:
        BadVideo: FFmpeg finds no video in it.
    """
    try:
        with open_video(reader) as container:
            stream = video_stream(container)
            index = _scan(container, stream, reader)
        with open_video(reader) as container:
            index.rotation = _rotation(container, video_stream(container))
            return index
    except FFmpegError as error:
        raise BadVideo("no video can be read from it") from error


def open_video(reader: Reader) -> av.container.InputContainer:
    """Open a container with the one demuxer that its first bytes call for.

    FFmpeg's own guess must not decide: playlists and the like would make it open other files.

    Raises:
        BadVideo: not a container that is known.
    """
    kind = detect(reader.read(0, HEAD))
    if kind.family != "video":
        raise BadVideo("it is not a video")
    return av.open(SeekableFile(reader), mode="r", format=DEMUXERS.get(kind.format, kind.format))


def video_stream(container: av.container.InputContainer) -> av.VideoStream:
    """The first video stream that is not a cover picture."""
    for stream in container.streams.video:
        if not stream.disposition & av.stream.Disposition.attached_pic:
            stream.codec_context.thread_type = "NONE"
            return stream
    raise BadVideo("it has no video track")


def _scan(
    container: av.container.InputContainer, stream: av.VideoStream, reader: Reader
) -> VideoIndex:
    offsets, sizes = array("q"), array("i")
    dts, pts, keys = array("q"), array("q"), array("i")
    hidden: set[int] = set()
    lost = 0
    context = stream.codec_context
    try:
        for packet in container.demux(stream):
            if packet.size == 0 or not shows(context.name, packet):
                continue
            if _is_cut(packet, reader):
                lost += 1
                continue
            if packet.is_keyframe:
                keys.append(len(sizes))
            if packet.is_discard:
                # An edit list: others refer to this picture, but it is not shown.
                hidden.add(len(sizes))
            sizes.append(packet.size)
            offsets.append(_payload_offset(reader, packet))
            shown = packet.pts if packet.pts is not None else packet.dts
            if shown is None:
                raise BadVideo("its packets carry no times")
            pts.append(shown)
            dts.append(packet.dts if packet.dts is not None else shown)
    except FFmpegError:
        # A truncated file: what was read so far is whole.
        pass
    if not sizes:
        raise BadVideo("it has no frames")
    if len(set(pts)) != len(pts):
        raise BadVideo("several of its frames have the same time")
    if not keys:
        keys.append(0)
    config = bytes(context.extradata or b"")
    frames = array("i", (s for s in present(pts, keys) if s not in hidden))
    base = stream.time_base
    assert base is not None, "a demuxed stream has a time base"
    # Ticks are scaled to an integer rate: a time base of 1001/30000 counts 30000 ticks a second.
    scale = base.numerator
    return VideoIndex(
        container=detect(reader.read(0, HEAD)).format,
        codec=context.codec.canonical_name,
        codec_string=_codec_string(context.codec.canonical_name, context, config),
        config=config,
        timescale=base.denominator,
        coded_width=context.width,
        coded_height=context.height,
        rotation=0,
        offsets=offsets,
        sizes=sizes,
        dts=array("q", (t * scale for t in dts)),
        pts=array("q", (t * scale for t in pts)),
        keys=keys,
        frames=frames,
        expected_frames=max(len(frames) + lost, stream.frames),
    )


def shows(codec: str, packet: VideoPacket) -> bool:
    """Whether a packet yields a picture. VP8 stores its hidden reference frames as packets."""
    return "vp8" not in codec or bool(bytes(packet)[0] & 0x10)


def _is_cut(packet: VideoPacket, reader: Reader) -> bool:
    """Whether the file ends inside the packet: FFmpeg hands out what is there of it."""
    if not packet.is_corrupt or packet.pos is None:
        return False
    return packet.pos + packet.size + HEADER_LIMIT >= reader.size


def _payload_offset(reader: Reader, packet: VideoPacket) -> int:
    if packet.pos is None or packet.pos < 0:
        return -1
    body = bytes(packet)
    found = reader.read(packet.pos, len(body) + HEADER_LIMIT).find(body)
    return packet.pos + found if found >= 0 else -1


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


def _rotation(container: av.container.InputContainer, stream: av.VideoStream) -> int:
    """Degrees clockwise, from the first picture: containers disagree on where they keep it."""
    for frame in container.decode(stream):
        return -frame.rotation % 360
    return 0
