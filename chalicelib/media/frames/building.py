"""Containers of derived media: zips of pictures and small videos, made forwards, piece by piece."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from fractions import Fraction

import av

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.media.images.pixels import Pixels

#: Quality (of 100) of the "original" chunks of a video.
ORIGINAL_QUALITY = 67
CHUNK_RATE = 25


class _Pieces(list[bytes]):
    """What was written and not yet passed on."""

    write = list.append

    def take(self) -> list[bytes]:
        taken = self[:]
        self.clear()
        return taken


def zip_of(members: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """A zip of (name, bytes), stored: pictures do not deflate. One member in memory at a time.

    The same members always make the same bytes, and so the same checksum.
    """
    pieces = _Pieces()
    archive = ArchiveWriter(pieces)
    for name, body in members:
        archive.image(name, body)
        yield from pieces.take()
    archive.close()
    yield from pieces.take()


def zip_chunk(members: Iterable[tuple[bytes, str]]) -> Iterator[bytes]:
    """A zip of pictures `%06d.<extension>` in order.

    Args:
        members: (bytes, extension without dot).
    """
    return zip_of(
        (f"{number:06d}.{extension}", body) for number, (body, extension) in enumerate(members)
    )


def constant_rate_factor(quality: int) -> int:
    """x264's quality scale (0 best … 51 worst) for a quality of 1…100."""
    return round(51 * (100 - quality) / 99)


def chunk_size_in_pixels(width: int, height: int, *, reduced: bool) -> tuple[int, int]:
    """Size of a video chunk: even, and if `reduced` halved until it is lower than 1080."""
    while reduced and height >= 1080:
        width, height = width // 2, height // 2
    return max(2, width - width % 2), max(2, height - height % 2)


def mp4_chunk(frames: Iterable[Pixels | av.VideoFrame], quality: int, *, reduced: bool) -> bytes:
    """An H.264 MP4 of frames at 25 frames/s, yuv420p."""
    sink = io.BytesIO()
    with av.open(sink, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=CHUNK_RATE)
        stream.codec_context.thread_type = "NONE"
        stream.pix_fmt = "yuv420p"
        stream.options = {
            "crf": str(constant_rate_factor(quality)),
            "preset": "ultrafast",
            "tune": "fastdecode",
        }
        size: tuple[int, int] | None = None
        for number, pixels in enumerate(frames):
            picture = (
                pixels
                if isinstance(pixels, av.VideoFrame)
                else av.VideoFrame.from_ndarray(pixels, format="rgb24")
            )
            if size is None:
                size = chunk_size_in_pixels(picture.width, picture.height, reduced=reduced)
                stream.width, stream.height = size
            picture = picture.reformat(*size, format="yuv420p")
            picture.pts, picture.time_base = number, Fraction(1, CHUNK_RATE)
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    return sink.getvalue()
