"""A worker that builds chunks stays within `rendering.MEMORY`, whatever the pictures."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import simplejpeg

from chalicelib.media.frames.rendering import MEMORY
from tests.support.server import ROOT

from ..conftest import real_frames

pytestmark = pytest.mark.slow


def memory(path: Path, form: str, frames: int) -> int:
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("build_chunk.py"), path, form, str(frames)],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT), "SKYLABEL_BUCKET": "none"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def real(width: int, height: int, number: int = 0) -> np.ndarray:
    """A real picture, repeated up to a size."""
    tile = real_frames()[number]
    across, down = -(-width // tile.shape[1]), -(-height // tile.shape[0])
    return np.ascontiguousarray(np.tile(tile, (down, across, 1))[:height, :width])


def film(path: Path, width: int, height: int, frames: int) -> Path:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"preset": "ultrafast", "bf": "3"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(real(width, height, number), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def test_8k_video(tmp_path: Path) -> None:
    assert memory(film(tmp_path / "8k.mp4", 7680, 4320, 6), "video", 6) < MEMORY


def test_pictures_of_100_megapixels(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    path.write_bytes(simplejpeg.encode_jpeg(real(12000, 8400), 85))
    assert memory(path, "image", 4) < MEMORY


def test_a_longer_chunk_takes_no_more(tmp_path: Path) -> None:
    few = memory(film(tmp_path / "few.mp4", 1280, 720, 15), "video", 15)
    many = memory(film(tmp_path / "many.mp4", 1280, 720, 60), "video", 60)
    assert many < few * 1.5
