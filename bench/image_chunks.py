"""JPEG chunks of photographs, beside a bare loop of decode and encode by the fastest library.

A chunk is built as the worker builds it, with the bucket in memory: what is compared is the CPU
that the worker adds. Every round runs in processes of their own, each held to one core. The same
is done for photographs that Exif turns, where the bare loop turns them, too.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import simplejpeg

from bench.media import photographs
from bench.report import Row
from bench.servers import ROOT

CHUNK, CHUNKS, QUALITY, ROUNDS = 36, 5, 70, 5
PICTURES = CHUNK * CHUNKS
#: Exif that says: turn by a quarter to the right.
TURNED = bytes.fromhex("ffe100224578696600004d4d002a00000008000101120003000000010006000000000000")


def run() -> Iterator[Row]:
    for what, side in (("photographs", "upright"), ("photographs that Exif turns", "turned")):
        pairs = [(_cpu("bare", side), _cpu("ours", side)) for _ in range(ROUNDS)]
        ratio = statistics.median(bare / ours for bare, ours in pairs)
        bare, ours = (
            statistics.median(side) * 1000 / PICTURES for side in zip(*pairs, strict=True)
        )
        yield Row(
            f"JPEG chunks of {what}, one core", ratio, 0.85, True,
            detail=f"{ours:.2f} ms of CPU a 720p picture; the bare loop {bare:.2f} ms",
        )  # fmt: skip
    alone, both = (min(_wall(workers) for _ in range(ROUNDS)) for workers in (1, 2))
    yield Row(
        "two workers of image chunks against one", 2 * alone / both, 1.7, True,
        detail=f"{alone:.2f} s alone, {both:.2f} s side by side, each {CHUNKS} chunks",
    )  # fmt: skip


def _cpu(builder: str, side: str) -> float:
    return float(json.loads(_start(builder, side, 0).communicate()[0])["cpu"])


def _wall(workers: int) -> float:
    cores = sorted(os.sched_getaffinity(0))
    started = [_start("ours", "upright", cores[n % len(cores)]) for n in range(workers)]
    return max(float(json.loads(process.communicate()[0])["wall"]) for process in started)


def _start(builder: str, side: str, core: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "bench.image_chunks", builder, side, str(core)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "SKYLABEL_BUCKET": "bench", "AWS_DEFAULT_REGION": "us-east-1"},
    )


def _bodies(side: str) -> list[bytes]:
    bodies = [path.read_bytes() for path in photographs()[:PICTURES]]
    return [body[:2] + TURNED + body[2:] for body in bodies] if side == "turned" else bodies


def _bare(side: str) -> Callable[[], None]:
    """What nobody could do without: decode, turn, encode."""
    bodies = _bodies(side)

    def work() -> None:
        for body in bodies:
            pixels = simplejpeg.decode_jpeg(body, "RGB")
            if side == "turned":
                pixels = np.ascontiguousarray(np.rot90(pixels, -1))
            simplejpeg.encode_jpeg(pixels, QUALITY, "RGB", colorsubsampling="420")

    return work


def _ours(side: str) -> Callable[[], None]:
    """The worker's own handler on a bucket in memory."""
    from chalicelib.media import frame_list
    from chalicelib.media.files import describe
    from chalicelib.media.frame_list import FrameList
    from chalicelib.media.frames.orders import Order
    from chalicelib.media.reading import BytesReader
    from chalicelib.platform import bucket
    from functions.frames.handler import _store

    objects = {f"photo_{number:03d}.jpg": body for number, body in enumerate(_bodies(side))}
    files = [
        describe(name, name, 0, len(body), BytesReader(body)) for name, body in objects.items()
    ]
    assert {file.orientation for file in files} == {6 if side == "turned" else 1}

    def put(key: str, stored: bytes, content_type: str = "") -> str:
        objects[key] = stored
        return "checksum"

    bucket.put = put  # type: ignore[assignment]
    bucket.get = objects.get  # type: ignore[assignment]
    bucket.get_range = lambda key, at, size: objects[key][at : at + size]  # type: ignore[assignment]
    frame_list.save(1, 1, FrameList(len(files), images=files))
    orders = [
        Order(1, 1, "chunk", n * CHUNK, (n + 1) * CHUNK, "compressed", QUALITY, "zip")
        for n in range(CHUNKS)
    ]
    frame_list.load(1, 1)

    def build() -> None:
        for order in orders:
            _store(order)

    return build


def _main(builder: str, side: str, core: str) -> None:
    os.sched_setaffinity(0, {int(core)})
    work = {"ours": _ours, "bare": _bare}[builder](side)
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    print(json.dumps({"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
