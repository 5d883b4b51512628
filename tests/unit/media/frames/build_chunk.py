"""Builds the chunks of one file as a worker does and prints the most memory that it took, in bytes.

Run by `test_memory.py` in a process of its own: `build_chunk.py FILE FORMAT FRAMES`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from chalicelib.media import frame_list
from chalicelib.media.files import File, describe
from chalicelib.media.frame_list import FrameList, VideoFile
from chalicelib.media.frames.orders import Order, Product, Quality
from chalicelib.media.reading import BytesReader
from chalicelib.media.video import videos
from chalicelib.platform import bucket
from functions.frames import handler

PRODUCTS: tuple[tuple[Product, Quality, str], ...] = (
    ("chunk", "compressed", "zip"),
    ("chunk", "original", "zip"),
    ("chunk", "compressed", "mp4"),
    ("chunk", "original", "mp4"),
    ("preview", "compressed", "jpeg"),
)


class Parts:
    """What is sent of an object, dropped: the bucket is not this process's memory."""

    def create_multipart_upload(self, **_: object) -> dict[str, str]:
        return {"UploadId": "one"}

    def upload_part(self, **_: object) -> dict[str, str]:
        return {"ETag": "a part"}

    def complete_multipart_upload(self, **_: object) -> dict[str, str]:
        return {"ETag": "whole"}


def build(path: Path, form: str, frames: int) -> int:
    kept: dict[str, bytes] = {}

    def put(key: str, body: bytes, content_type: str = "") -> str:
        if "/index/" in key:
            kept[key] = body
        return "checksum"

    def get_range(key: str, offset: int, size: int) -> bytes:
        if key in kept:
            return kept[key][offset : offset + size]
        with path.open("rb") as opened:
            opened.seek(offset)
            return opened.read(size)

    bucket.put = put  # type: ignore[assignment]
    bucket.get = kept.get  # type: ignore[assignment]
    bucket.get_range = get_range
    bucket.client = Parts  # type: ignore[assignment]
    file = describe(path.name, "media", 0, path.stat().st_size, BytesReader(path.read_bytes()))
    frame_list.save(1, 1, _listed(file, form, frames))
    for product, quality, extension in PRODUCTS:
        if form == "image" and extension == "mp4":
            continue
        handler._store(
            Order(1, 1, product, 0, frames if product == "chunk" else 1, quality, 70, extension)
        )
    # Not `getrusage`, which counts what the parent had before it became this process.
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(peak) * 1024


def _listed(file: File, form: str, frames: int) -> FrameList:
    if form == "image":
        return FrameList(frames, images=[file] * frames)
    index = videos.index_video(file)
    videos.save(1, 1, index)
    return FrameList(frames, video=VideoFile(file, index.width, index.height, frames, ""))


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
