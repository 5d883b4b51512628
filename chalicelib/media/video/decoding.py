"""Exact frames of a video by number.

Packets are handed to the decoder straight from the sample table: the seeking of FFmpeg's wrappers
counts wrongly on open GOP, variable frame rate, edit lists and truncated files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import av
import numpy as np
from av.codec.context import Flags
from av.error import FFmpegError

from chalicelib.media.reading import Reader
from chalicelib.media.video.index import BadVideo, Run, VideoIndex
from chalicelib.media.video.packets import VideoPacket, open_video, shows, video_stream

#: Samples are fetched together up to this many bytes, gaps (audio) included.
SPAN = 8 * 1024 * 1024


def decode_frames(
    index: VideoIndex, reader: Reader, frames: Sequence[int]
) -> Iterator[tuple[int, av.VideoFrame]]:
    """Yield (number, picture) of frames given in ascending order, in that order.

    Pictures are as coded: `upright` turns them.

    Raises:
        BadVideo: a frame cannot be decoded; the text names it.
    """
    for run in index.runs(frames):
        yield from _decode_run(index, reader, run)


def upright(frame: av.VideoFrame, rotation: int) -> np.ndarray:
    """A picture as RGB, uint8, shape (height, width, 3), turned as the index says."""
    pixels = frame.to_ndarray(format="rgb24")
    return np.ascontiguousarray(np.rot90(pixels, -rotation // 90)) if rotation else pixels


def _decode_run(index: VideoIndex, reader: Reader, run: Run) -> Iterator[tuple[int, av.VideoFrame]]:
    wanted: dict[int, list[int]] = {}
    for number in run.frames:
        wanted.setdefault(index.frame_pts(number), []).append(number)
    decoder = _decoder(index)
    packets = _by_range if index.contiguous else _by_demuxing
    early: dict[int, av.VideoFrame] = {}
    queue = list(run.frames)
    for picture in _pictures(decoder, packets(index, reader, run)):
        for number in wanted.pop(picture.pts, []) if picture.pts is not None else []:
            early[number] = picture
        while queue and queue[0] in early:
            number = queue.pop(0)
            yield number, early.pop(number)
        if not queue:
            return
    raise BadVideo(f"frame {queue[0]} cannot be decoded")


def _pictures(
    decoder: av.VideoCodecContext, packets: Iterator[VideoPacket]
) -> Iterator[av.VideoFrame]:
    try:
        for packet in packets:
            yield from decoder.decode(packet)
        yield from decoder.decode(None)
    except FFmpegError:
        # The caller names the frame that it did not get.
        return


def _decoder(index: VideoIndex) -> av.VideoCodecContext:
    decoder = av.CodecContext.create(index.codec, "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.thread_type = "NONE"
    decoder.flags |= Flags.output_corrupt
    decoder.width, decoder.height = index.coded_width, index.coded_height
    if index.config:
        decoder.extradata = index.config
    return decoder


def _by_range(index: VideoIndex, reader: Reader, run: Run) -> Iterator[VideoPacket]:
    sample = run.start
    while sample <= run.stop:
        last = _span(index, sample, run.stop)
        low = min(index.offsets[sample : last + 1])
        high = max(index.offsets[s] + index.sizes[s] for s in range(sample, last + 1))
        body = memoryview(reader.read(low, high - low))
        for number in range(sample, last + 1):
            if index.sizes[number] == 0:
                continue  # an empty packet would end the stream
            start = index.offsets[number] - low
            yield _packet(index, number, bytes(body[start : start + index.sizes[number]]))
        sample = last + 1


def _span(index: VideoIndex, first: int, stop: int) -> int:
    """The last sample that is worth fetching in one request with `first`."""
    base = index.offsets[first]
    last = first
    while last < stop:
        at = index.offsets[last + 1]
        if not base <= at <= base + SPAN - index.sizes[last + 1]:
            break
        last += 1
    return last


def _by_demuxing(index: VideoIndex, reader: Reader, run: Run) -> Iterator[VideoPacket]:
    """Packets of a container whose payloads are stored transformed: counted from its start."""
    number = -1
    with open_video(reader) as container:
        stream = video_stream(container)
        for packet in container.demux(stream):
            if packet.size == 0 or not shows(stream.codec_context.name, packet):
                continue
            number += 1
            if run.start <= number <= run.stop:
                yield _packet(index, number, bytes(packet))
            if number == run.stop:
                return


def _packet(index: VideoIndex, sample: int, body: bytes) -> VideoPacket:
    # Packet(body) would lend FFmpeg the bytes without the zero padding that its bit readers run
    # into; allocating by size pads.
    packet: VideoPacket = av.Packet(len(body))
    packet.update(body)
    packet.pts, packet.dts = index.pts[sample], index.dts[sample]
    return packet
