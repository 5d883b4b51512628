"""JPEG chunks of a video, beside a bare loop of decode and encode by the same libraries.

A chunk is built as the worker builds it, with the bucket in memory: what is compared is the CPU
that the worker adds. Every round runs in processes of their own, each held to one core.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import simplejpeg

from bench.media import film
from bench.report import Row
from bench.servers import ROOT

CHUNK, CHUNKS, QUALITY, ROUNDS = 36, 8, 70, 5
FRAMES = CHUNK * CHUNKS
#: Of one group of pictures as long as the film: every chunk but the first begins within it.
LONG_GROUP = 600


def run() -> Iterator[Row]:
    source = film()
    pairs = [(_cpu("bare", source), _cpu("ours", source)) for _ in range(ROUNDS)]
    ratio = statistics.median(bare / ours for bare, ours in pairs)
    bare, ours = (statistics.median(side) * 1000 / FRAMES for side in zip(*pairs, strict=True))
    yield Row(
        "JPEG chunks of a video, one core", ratio, 0.85, True,
        detail=f"{ours:.2f} ms of CPU a 720p frame; the bare loop {bare:.2f} ms",
    )  # fmt: skip
    alone, both = (min(_wall(source, workers) for _ in range(ROUNDS)) for workers in (1, 2))
    yield Row(
        "two chunk workers against one", 2 * alone / both, 1.7, True,
        detail=f"{alone:.2f} s alone, {both:.2f} s side by side, each {CHUNKS} chunks",
    )  # fmt: skip
    source = _long_group()
    yield Row(
        "chunks of one group of pictures", _cpu("ours", source) / _cpu("bare", source), 1.3, False,
        detail=f"CPU beside the bare loop; {CHUNKS} chunks, one key frame",
    )  # fmt: skip


def _cpu(side: str, source: Path) -> float:
    return float(json.loads(_start(side, source, 0).communicate()[0])["cpu"])


def _wall(source: Path, workers: int) -> float:
    cores = sorted(os.sched_getaffinity(0))
    started = [_start("ours", source, cores[n % len(cores)]) for n in range(workers)]
    return max(float(json.loads(process.communicate()[0])["wall"]) for process in started)


def _start(side: str, source: Path, core: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "bench.chunks", side, str(source), str(core)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "SKYLABEL_BUCKET": "bench", "AWS_DEFAULT_REGION": "us-east-1"},
    )


def _long_group() -> Path:
    """A film whose only key frame is its first."""
    path = film().with_name("one-group.mp4")
    if not path.exists():
        building = path.with_suffix(".building.mp4")
        with av.open(str(film())) as source, av.open(str(building), "w") as target:
            options = {"preset": "ultrafast", "g": "100000", "sc_threshold": "0"}
            stream = target.add_stream("libx264", rate=25, options=options)
            stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
            for number, frame in enumerate(islice(source.decode(video=0), LONG_GROUP)):
                frame.pts, frame.time_base, frame.pict_type = number, Fraction(1, 25), 0
                target.mux(stream.encode(frame))
            target.mux(stream.encode())
        building.rename(path)
    return path


def _bare(source: Path) -> Callable[[], None]:
    """What nobody could do without: decode, convert, encode."""

    def work() -> None:
        with av.open(str(source)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "NONE"
            for frame in islice(container.decode(stream), FRAMES):
                simplejpeg.encode_jpeg(
                    frame.to_ndarray(format="rgb24"), QUALITY, "RGB", colorsubsampling="420"
                )

    return work


def _ours(source: Path) -> Callable[[], None]:
    """The worker's own handler on a bucket in memory."""
    from chalicelib.media import frame_list
    from chalicelib.media.files import describe
    from chalicelib.media.frame_list import FrameList, VideoFile
    from chalicelib.media.frames.orders import Order
    from chalicelib.media.reading import BytesReader
    from chalicelib.media.video import videos
    from chalicelib.platform import bucket
    from functions.frames.handler import _store

    body = source.read_bytes()
    objects = {"film": body}

    def put(key: str, stored: bytes, content_type: str = "") -> str:
        objects[key] = stored
        return "checksum"

    bucket.put = put  # type: ignore[assignment]
    bucket.get = objects.get  # type: ignore[assignment]
    bucket.get_range = lambda key, at, size: objects[key][at : at + size]  # type: ignore[assignment]
    file = describe("film.mp4", "film", 0, len(body), BytesReader(body))
    index = videos.index_video(file)
    videos.save(1, 1, index)
    frame_list.save(1, 1, FrameList(len(index), video=VideoFile(file, 1280, 720, len(index), "")))
    orders = [
        Order(1, 1, "chunk", n * CHUNK, (n + 1) * CHUNK, "compressed", QUALITY, "zip")
        for n in range(CHUNKS)
    ]
    videos.load(1, 1)

    def build() -> None:
        for order in orders:
            _store(order)

    return build


def _main(side: str, source: str, core: str) -> None:
    os.sched_setaffinity(0, {int(core)})
    work = {"ours": _ours, "bare": _bare}[side](Path(source))
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    print(json.dumps({"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
