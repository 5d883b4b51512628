"""Indexing a video in the bucket, by ranges."""

from __future__ import annotations

from functools import lru_cache

from chalicelib.media import layout
from chalicelib.media.files import File, read
from chalicelib.media.reading import RangeReader
from chalicelib.media.video.index import BadVideo, VideoIndex, pack, unpack
from chalicelib.media.video.mp4 import Unsupported, index_mp4
from chalicelib.platform import bucket

#: Block when only boxes' headers are looked at.
HEADER_BLOCK = 64 << 10
#: Block when a whole file is scanned or samples are read.
SCAN_BLOCK = 2 << 20


def reader_of(file: File, block: int = SCAN_BLOCK) -> RangeReader:
    """Random access to a file in the bucket."""
    return RangeReader(lambda offset, size: read(file, offset, size), file.size, block)


def index_video(file: File) -> VideoIndex:
    """The sample table of a video.

    Raises:
        BadVideo: it cannot be used.
    """
    if file.format == "mp4":
        try:
            return index_mp4(reader_of(file, HEADER_BLOCK))
        except Unsupported:
            pass
    # FFmpeg is loaded only for what the parser above does not read.
    from chalicelib.media.video.packets import index_packets

    index = index_packets(reader_of(file))
    if not len(index):
        raise BadVideo("none of its frames can be read")
    return index


def save(task_id: int, revision: int, index: VideoIndex) -> None:
    """Store a sample table."""
    bucket.put(layout.video(task_id, revision), pack(index))


@lru_cache(maxsize=4)
def load(task_id: int, revision: int) -> VideoIndex:
    """The sample table of a version of a task's data. Raises KeyError."""
    key = layout.video(task_id, revision)
    body = bucket.get(key)
    if body is None:
        raise KeyError(key)
    return unpack(body)
