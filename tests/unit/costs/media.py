"""Media to make tasks of: real photographs, and a film as long as an hour."""

from __future__ import annotations

import io

import av
from PIL import Image

from tests.unit.media.conftest import GOP, X264, encode, package_file

SECONDS = 3600


def photographs(count: int) -> dict[str, bytes]:
    """One photograph under many names."""
    sink = io.BytesIO()
    with Image.open(package_file("skimage", "data", "rocket.jpg")) as rocket:
        rocket.resize((160, 106)).save(sink, "JPEG")
    return {f"street_{number:05d}.jpg": sink.getvalue() for number in range(count)}


def hour_of_video() -> bytes:
    """An MP4 of 90,000 frames: a short real clip again and again, without decoding it."""
    clip = encode("mp4", X264, options={"x264-params": GOP, "crf": "51"})
    sink = io.BytesIO()
    with av.open(io.BytesIO(clip), "r") as source, av.open(sink, "w", format="mp4") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        packets = [packet for packet in source.demux(video=0) if packet.size]
        times = [(packet.pts, packet.dts) for packet in packets]
        base = packets[0].time_base
        period = round(len(packets) / 25 / base)
        for turn in range(SECONDS * 25 // len(packets)):
            for packet, (shown, decoded) in zip(packets, times, strict=True):
                assert shown is not None
                assert decoded is not None
                packet.stream, packet.time_base = stream, base
                packet.pts, packet.dts = shown + turn * period, decoded + turn * period
                out.mux(packet)
    return sink.getvalue()
