"""Chunks: zips of pictures, and videos."""

from __future__ import annotations

import io
import zipfile

import av
import numpy as np

from chalicelib.media.frames.building import (
    chunk_size_in_pixels,
    constant_rate_factor,
    mp4_chunk,
    zip_chunk,
)

from ..conftest import real_frames
from ..pictures import photographs


def test_a_zip_chunk_holds_originals_untouched_and_undeflated() -> None:
    bodies = list(photographs(2).values())
    chunk = b"".join(zip_chunk(zip(bodies, ["jpg", "png"], strict=True)))
    with zipfile.ZipFile(io.BytesIO(chunk)) as archive:
        assert archive.namelist() == ["000000.jpg", "000001.png"]
        assert [archive.read(name) for name in archive.namelist()] == bodies
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


def test_an_mp4_chunk_shows_its_frames_in_order() -> None:
    frames = real_frames()[:12]
    chunk = mp4_chunk(frames, 70, reduced=True)
    with av.open(io.BytesIO(chunk), "r") as clip:
        shown = [f.to_ndarray(format="rgb24") for f in clip.decode(video=0)]
    assert len(shown) == 12
    for number, picture in enumerate(shown):
        errors = [np.abs(picture.astype(int) - f).mean() for f in frames]
        assert int(np.argmin(errors)) == number


def test_quality_and_size_of_video_chunks() -> None:
    assert (constant_rate_factor(100), constant_rate_factor(1)) == (0, 51)
    assert chunk_size_in_pixels(1921, 1081, reduced=True) == (960, 540)
    assert chunk_size_in_pixels(3840, 2160, reduced=True) == (960, 540)
    assert chunk_size_in_pixels(3840, 2160, reduced=False) == (3840, 2160)
    assert chunk_size_in_pixels(1279, 719, reduced=True) == (1278, 718)
