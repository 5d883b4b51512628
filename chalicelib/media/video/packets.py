"""The frame index of containers other than MP4, by one scan of their packets.

Memory: a few blocks of the file, and 52 bytes a sample.
"""

from __future__ import annotations

from array import array
from typing import Any

import av
from av.error import FFmpegError

from chalicelib.media.kinds import HEAD, detect
from chalicelib.media.reading import Reader
from chalicelib.media.video.announced import expected_frames
from chalicelib.media.video.containers import open_video, video_stream
from chalicelib.media.video.counting import settle_order
from chalicelib.media.video.index import BadVideo, Colours, VideoIndex, present
from chalicelib.media.video.mp4_codecs import av1_string, avc_string, hevc_string
from chalicelib.media.video.orientation import Orientation, of_matrix
from chalicelib.media.video.scanning import Scan, Transformed, scan


def index_packets(reader: Reader) -> VideoIndex:
    """Index the first video stream.

    Raises:
        BadVideo: FFmpeg finds no video in it.
    """
    try:
        try:
            index = _scanned(reader, contiguous=True)
        except Transformed:
            index = _scanned(reader, contiguous=False)
        with open_video(reader) as container:
            orientation = _orientation(container, video_stream(container))
        settle_order(index, reader)
    except (FFmpegError, ValueError, OverflowError, ArithmeticError, MemoryError) as error:
        raise BadVideo("no video can be read from it") from error
    index.rotation, index.mirrored = orientation.rotation, orientation.mirrored
    return index


def _scanned(reader: Reader, contiguous: bool) -> VideoIndex:
    with open_video(reader) as container:
        stream = video_stream(container)
        found = scan(stream, container, reader, contiguous)
        return _index(container, stream, found, reader)


def _index(
    container: av.container.InputContainer, stream: av.VideoStream, scanned: Scan, reader: Reader
) -> VideoIndex:
    if not scanned.sizes:
        raise BadVideo("it has no frames")
    if not scanned.keys:
        scanned.keys.append(0)
    context = stream.codec_context
    config = bytes(context.extradata or b"") + scanned.headers
    name = context.codec.canonical_name
    frames = array("i", (s for s in present(scanned.pts, scanned.keys) if s not in scanned.hidden))
    assert stream.time_base is not None, "scanning asks for it"
    timescale = stream.time_base.denominator
    seconds = (max(scanned.pts) - min(scanned.pts)) / timescale * (1 + 1 / max(1, len(frames) - 1))
    announced = (container.duration or 0) / av.time_base
    return VideoIndex(
        container=detect(reader.read(0, HEAD)).format,
        codec=name,
        codec_string="" if scanned.changes else _codec_string(name, context, config),
        config=config,
        timescale=timescale,
        coded_width=context.width,
        coded_height=context.height,
        rotation=0,
        colours=_colours(context),
        changes=tuple(scanned.changes),
        offsets=scanned.offsets,
        sizes=scanned.sizes,
        dts=scanned.dts,
        pts=scanned.pts,
        keys=scanned.keys,
        frames=frames,
        positions=scanned.positions,
        checks=scanned.checks,
        expected_frames=expected_frames(
            reader, len(frames), scanned.lost, stream.frames, (seconds, announced)
        ),
    )


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
