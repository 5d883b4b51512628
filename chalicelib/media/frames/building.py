"""Derived media: frames, chunks and previews, built from what was uploaded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from fractions import Fraction

import av

from chalicelib.media.images.pixels import Pixels

#: Quality (of 100) of the "original" chunks of a video.
ORIGINAL_QUALITY = 67
CHUNK_RATE = 25


def zip_chunk(members: Iterable[tuple[bytes, str]]) -> bytes:
    """A zip of pictures `%06d.<extension>` in order, stored: pictures do not deflate.

    Args:
        members: (bytes, extension without dot).
    """
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for number, (body, extension) in enumerate(members):
            # A fixed date makes a chunk's bytes, and so its checksum, repeatable.
            archive.writestr(zipfile.ZipInfo(f"{number:06d}.{extension}"), body)
    return sink.getvalue()


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
