"""Bytes of samples: by ranges of the file, or through a demuxer where a range holds no sample."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import islice

from av.error import FFmpegError

from chalicelib.media.reading import Reader
from chalicelib.media.video.containers import open_video, video_stream
from chalicelib.media.video.index import BadVideo, Run, VideoIndex

#: Samples are fetched together up to this many bytes, gaps (audio) included.
SPAN = 8 * 1024 * 1024
#: Packets among which the wanted one must be after a seek: remains of those before it come first.
RESYNC = 64


def fetch(index: VideoIndex, reader: Reader, run: Run) -> Iterator[tuple[int, bytes]]:
    """(number, payload) of the samples of a run, in decode order, without empty ones."""
    by = _by_range if index.contiguous else _by_demuxing
    return by(index, reader, run.start, run.stop)


def _by_range(
    index: VideoIndex, reader: Reader, start: int, stop: int
) -> Iterator[tuple[int, bytes]]:
    sample = start
    while sample <= stop:
        last = _span(index, sample, stop)
        low = index.offsets[sample]
        high = max(index.offsets[s] + index.sizes[s] for s in range(sample, last + 1))
        body = memoryview(reader.read(low, high - low))
        for number in range(sample, last + 1):
            if index.sizes[number] == 0:
                continue  # an empty packet would end the stream
            at = index.offsets[number] - low
            yield number, bytes(body[at : at + index.sizes[number]])
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


def _by_demuxing(
    index: VideoIndex, reader: Reader, start: int, stop: int
) -> Iterator[tuple[int, bytes]]:
    """From where a demuxer found the first sample; from the file's start if that goes wrong.

    Every payload is compared with what it was when the file was indexed.
    """
    sample = start
    for seek in (index.positions[start], None):
        try:
            for body in _demuxed(index, reader, sample, seek):
                if zlib.crc32(body) != index.checks[sample]:
                    break
                yield sample, body
                sample += 1
                if sample > stop:
                    return
        except FFmpegError:
            continue
    raise BadVideo("it is not the file that was indexed")


def _demuxed(
    index: VideoIndex, reader: Reader, start: int, position: int | None
) -> Iterator[bytes]:
    """Payloads from sample `start` on, looked for from a position in the file or by counting."""
    with open_video(reader) as container:
        stream = video_stream(container)
        bodies = (bytes(packet) for packet in container.demux(stream) if packet.size)
        if position is None:
            yield from islice(bodies, start, None)
            return
        container.seek(position, stream=stream, any_frame=True, unsupported_byte_offset=True)
        check = index.checks[start]
        found = (body for body in islice(bodies, RESYNC) if zlib.crc32(body) == check)
        for first in found:
            yield first
            yield from bodies
