"""Exact frames of a video by number.

Packets are handed to the decoder straight from the sample table: the seeking of FFmpeg's wrappers
counts wrongly on open GOP, variable frame rate, edit lists and truncated files.

Memory: one request of at most `SPAN` bytes of samples (or one sample, if it is larger), and the
pictures that the decoder itself keeps: of H.264 and HEVC as many as the stream's level allows, at
most 16 and at 8K 5; of VP9 and AV1 at most 9. A picture of 8K (7680 × 4320, 8 bits, 4:2:0) has
50 MB, and 100 MB as RGB. A process that decodes H.264 of 8K, turns its frames upright and encodes
them as JPEG stays below `MEMORY_8K` (measured: 0.75 GB).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import av
import numpy as np
from av.error import FFmpegError

from chalicelib.media.reading import Reader
from chalicelib.media.video.decoders import open_decoder, packet_of
from chalicelib.media.video.fetching import SPAN, fetch
from chalicelib.media.video.index import BadVideo, Run, VideoIndex

__all__ = ["MEMORY_8K", "SPAN", "decode_frames", "upright"]

#: Bytes that a process needs to decode 8K video frame by frame, everything that it is included.
MEMORY_8K = 1 << 30


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


def upright(frame: av.VideoFrame, rotation: int, mirrored: bool = False) -> np.ndarray:
    """A picture as RGB, uint8, shape (height, width, 3), turned as the index says."""
    pixels = frame.to_ndarray(format="rgb24")
    if mirrored:
        pixels = pixels[:, ::-1]
    if rotation:
        pixels = np.rot90(pixels, -rotation // 90)
    return np.ascontiguousarray(pixels)


def _decode_run(index: VideoIndex, reader: Reader, run: Run) -> Iterator[tuple[int, av.VideoFrame]]:
    wanted: dict[int, list[int]] = {}
    for number in run.frames:
        wanted.setdefault(index.frames[number], []).append(number)
    early: dict[int, av.VideoFrame] = {}
    queue = list(reversed(run.frames))
    for picture in _pictures(index, reader, run):
        # Packets carry their sample's number as their time, and so do the pictures.
        sample = picture.pts
        if sample is None or not 0 <= sample < len(index.pts):
            continue
        picture.pts = index.pts[sample]
        for number in wanted.pop(sample, []):
            early[number] = picture
        while queue and queue[-1] in early:
            number = queue.pop()
            yield number, early.pop(number)
        if not queue:
            return
    raise BadVideo(f"frame {queue[-1]} cannot be decoded")


def _pictures(index: VideoIndex, reader: Reader, run: Run) -> Iterator[av.VideoFrame]:
    decoder = open_decoder(index, run.start)
    for sample, body in fetch(index, reader, run):
        try:
            pictures = decoder.decode(packet_of(sample, body))
        except FFmpegError:
            # The caller names the frame that it did not get; others may be whole.
            continue
        yield from pictures
    yield from decoder.decode(None)
