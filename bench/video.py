"""Videos: what indexing costs, one frame of an hour, a worker's memory, and bytes for playback."""

from __future__ import annotations

import importlib
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bench.report import Row

ROOT = Path(__file__).resolve().parents[1]

HOUR, MINUTE = 3600, 60
FRAMES, QUALITY, CHUNK = 40, 70, 36
FIRST = {"movflags": "faststart"}


def run() -> Iterator[Row]:
    # Not at the top: what is measured in a process of its own must not carry the encoders.
    from bench.long_videos import full_hd, looped

    first, last = looped("hour-first.mp4", HOUR, FIRST), looped("hour-last.mp4", HOUR)
    for place, path in (("first", first), ("last", last)):
        told = _measured("index", path)
        what = f"index of 108,000 frames, moov {place}"
        yield Row(f"{what}: CPU", told["cpu"], 3, False, "s", "the whole process, imports too")
        yield Row(f"{what}: requests", told["requests"], 10, False, "")
        yield Row(
            f"{what}: read", told["bytes"] / 1e6, 3, False, "MB",
            f"of {path.stat().st_size / 1e6:.0f} MB; {told['frames']:,} frames",
        )  # fmt: skip
    yield from _random_frames(_measured("frames", last))
    yield from _memory()
    yield _playback(_measured("playback", full_hd()))


def _random_frames(told: dict[str, Any]) -> Iterator[Row]:
    yield Row(
        "random frame of the hour against a bare decode", told["ratio"], 1.5, False,
        detail=f"p50 {told['ours']:.1f} ms; PyAV, from the same keyframe to the same frame, "
        f"{told['bare']:.1f} ms",
    )  # fmt: skip
    yield Row(
        "bytes read for it, of its group of pictures", told["read"], 1, False,
        detail=f"the most of {FRAMES} frames",
    )  # fmt: skip


def _memory() -> Iterator[Row]:
    from bench.long_videos import looped

    for ending in ("mp4", "mkv"):
        short = _measured("memory", looped(f"minute.{ending}", MINUTE))
        long = _measured("memory", looped(f"two-hours.{ending}", 2 * HOUR))
        yield Row(
            f"worker's memory, 1 minute to 2 hours, {ending}",
            long["rss"] / short["rss"], 1.1, False,
            detail=f"{short['rss'] / 1024:.0f} to {long['rss'] / 1024:.0f} MiB, 36 frames decoded",
        )  # fmt: skip


def _playback(told: dict[str, Any]) -> Row:
    return Row(
        "36 frames of 1080p, original packets against JPEG", told["packets"] / told["jpeg"], 0.1,
        False, detail=f"{told['packets'] / 1e6:.2f} MB against {told['jpeg'] / 1e6:.2f} MB",
    )  # fmt: skip


def _measured(task: str, path: Path) -> dict[str, Any]:
    """What a process of its own finds out."""
    command = [sys.executable, "-m", "bench.video", task, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


class _File:
    """A file read by ranges, which are counted."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY)
        self.size = path.stat().st_size
        self.requests = self.bytes = 0

    def read(self, offset: int, size: int) -> bytes:
        body = os.pread(self._descriptor, size, offset)
        self.requests += 1
        self.bytes += len(body)
        return body


def index(path: Path) -> dict[str, Any]:
    """As the worker does: from a file to the stored index."""
    from chalicelib.media.reading import RangeReader
    from chalicelib.media.video import videos
    from chalicelib.media.video.index import pack
    from chalicelib.media.video.mp4 import index_mp4

    file = _File(path)
    found = index_mp4(RangeReader(file.read, file.size, videos.HEADER_BLOCK))
    pack(found)
    spent = os.times()
    return {
        "cpu": spent.user + spent.system,
        "requests": file.requests,
        "bytes": file.bytes,
        "frames": len(found),
    }


def frames(path: Path) -> dict[str, Any]:
    """Random frames, by number and by a loop that knows where to begin and to end."""
    from chalicelib.media.reading import RangeReader
    from chalicelib.media.video.decoding import decode_frames
    from chalicelib.media.video.mp4 import index_mp4

    file = _File(path)
    table = index_mp4(RangeReader(file.read, file.size))
    chance, ours, bare, read = random.Random(1), [], [], []
    for frame in chance.sample(range(len(table)), FRAMES):
        run = next(table.runs([frame]))
        following = next((key for key in table.keys if key > run.start), len(table.sizes))
        for side in chance.sample((0, 1), 2):
            file.bytes, began = 0, time.perf_counter()
            if side:
                ((_, picture),) = decode_frames(table, file, [frame])
                ours.append(time.perf_counter() - began)
                read.append(file.bytes / sum(table.sizes[run.start : following]))
            else:
                picture = _bare(path, table, run)
                bare.append(time.perf_counter() - began)
            assert picture.width == 1280
    ratio = statistics.median(ours) / statistics.median(bare)
    return {
        "ratio": ratio,
        "ours": statistics.median(ours) * 1000,
        "bare": statistics.median(bare) * 1000,
        "read": max(read),
    }


def _bare(path: Path, table: Any, run: Any) -> Any:
    import av

    decoder: Any = av.CodecContext.create("h264", "r")
    decoder.extradata, decoder.thread_type = table.config, "NONE"
    pictures: list[Any] = []
    with path.open("rb") as file:
        for sample in range(run.start, run.stop + 1):
            file.seek(table.offsets[sample])
            packet: Any = av.Packet(file.read(table.sizes[sample]))
            packet.pts = sample
            pictures = decoder.decode(packet) or pictures
    return (decoder.decode(None) or pictures)[-1]


def memory(path: Path) -> dict[str, Any]:
    """The most that a worker holds: it indexes a video and decodes a chunk in its middle."""
    from chalicelib.media.reading import RangeReader
    from chalicelib.media.video import videos
    from chalicelib.media.video.decoding import decode_frames, upright
    from chalicelib.media.video.index import pack
    from chalicelib.media.video.mp4 import index_mp4
    from chalicelib.media.video.packets import index_packets

    # A worker holds its own modules as well.
    importlib.import_module("functions.frames.handler")
    file = _File(path)
    reader = partial(RangeReader, file.read, file.size)
    if path.suffix == ".mp4":
        table = index_mp4(reader(videos.HEADER_BLOCK))
    else:
        table = index_packets(reader(videos.SCAN_BLOCK))
    pack(table)
    middle = len(table) // 2
    for _, picture in decode_frames(table, file, range(middle, middle + CHUNK)):
        upright(picture, 0)
    # Not `getrusage`: what it says includes the process that started this one.
    status = Path("/proc/self/status").read_text()
    return {"rss": int(status.partition("VmHWM:")[2].split()[0])}


def playback(path: Path) -> dict[str, Any]:
    """Bytes of an average chunk, keyframes included, and of the same pictures as JPEG."""
    from chalicelib.media.images.pixels import encode_jpeg
    from chalicelib.media.video.decoding import decode_frames, upright
    from chalicelib.media.video.mp4 import index_mp4

    file = _File(path)
    table = index_mp4(file)
    pictures = decode_frames(table, file, range(len(table)))
    jpeg = sum(len(encode_jpeg(upright(picture, 0), QUALITY)) for _, picture in pictures)
    scale = CHUNK / len(table)
    return {"packets": sum(table.sizes) * scale, "jpeg": jpeg * scale}


if __name__ == "__main__":
    task = {"index": index, "frames": frames, "memory": memory, "playback": playback}[sys.argv[1]]
    print(json.dumps(task(Path(sys.argv[2]))))
