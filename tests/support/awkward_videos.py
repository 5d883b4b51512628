"""Videos about which players, libraries and CVAT disagree, and what their frames truly are.

`python -m tests.support.awkward_videos OUTDIR` writes them beside `expected.json`:

    {"<file>": {"why": …, "frames": n, "width": w, "height": h, "fingerprints": [[…], …]}}

`width` and `height` are in pixels as shown (turned upright). A fingerprint has 192 integers: the
mean red, green and blue of each cell of an 8 × 8 grid, row by row from the top left; the cell in
column c spans the pixels from c·w//8 to (c+1)·w//8, rows likewise.
"""

from __future__ import annotations

import io
import json
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random
from typing import Any

import av
import numpy as np

from tests.support.clips import FRAME_TICKS, FRAMES, Recipe, encode

GOP = "keyint=12:min-keyint=12:scenecut=0:bframes=3:b-adapt=0"
PYRAMID = "keyint=24:min-keyint=24:scenecut=0:bframes=7:b-adapt=0:b-pyramid=normal"
X265 = "log-level=none:keyint=12:min-keyint=12:scenecut=0:bframes=4:b-pyramid=1:pools=none"
ODD = (191, 111)
UNEVEN = tuple(accumulate(Random(7).randrange(5, 120) for _ in range(FRAMES)))


@dataclass(frozen=True)
class AwkwardVideo:
    """A video and why it is one.

    Attributes:
        make: its bytes.
        whole: the bytes of the video that it was cut from, if it was.
    """

    name: str
    why: str
    make: Callable[[], bytes]
    whole: Callable[[], bytes] | None = None

    @property
    def body(self) -> bytes:
        return _made(self.make)

    def truth(self) -> Iterator[np.ndarray]:
        """Its frames in order, upright, RGB, uint8, (height, width, 3): decoded one by one."""
        if self.whole is None:
            return (picture for _, picture in sequential(self.body))
        kept = _whole_times(_made(self.whole), len(self.body))
        return (picture for pts, picture in sequential(_made(self.whole)) if pts in kept)


@cache
def _made(make: Callable[[], bytes]) -> bytes:
    return make()


def sequential(body: bytes) -> Iterator[tuple[int, np.ndarray]]:
    """(presentation time, picture) of every frame that FFmpeg decodes, without any seeking."""
    with av.open(io.BytesIO(body), "r") as container:
        stream = next(s for s in container.streams.video if not _is_cover(s))
        stream.thread_type = "NONE"
        for frame in container.decode(stream):
            assert frame.pts is not None
            yield frame.pts, upright(frame)


def _is_cover(stream: av.VideoStream) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def upright(frame: av.VideoFrame) -> np.ndarray:
    """A decoded picture as its display matrix says: x' = a·x + c·y, y' = b·x + d·y."""
    pixels = frame.to_ndarray(format="rgb24")
    data: Any = frame.side_data.get("DISPLAYMATRIX")
    if data is None:
        return pixels
    a, b, _, c, d = struct.unpack_from("=5i", bytes(data))
    if abs(b) > abs(a):
        pixels, right, down = pixels.transpose(1, 0, 2), c, b
    else:
        right, down = a, d
    pixels = pixels[:, ::-1] if right < 0 else pixels
    return np.ascontiguousarray(pixels[::-1] if down < 0 else pixels)


def _whole_times(body: bytes, size: int) -> set[int]:
    """Presentation times of the packets that lie within the first `size` bytes."""
    with av.open(io.BytesIO(body), "r") as container:
        packets: list[Any] = [p for p in container.demux(video=0) if p.size]
        # A block's header stands between its position and its payload.
        return {p.pts for p in packets if p.pos + p.size + 8 <= size}


def fingerprint(pixels: np.ndarray) -> list[int]:
    """Mean colours of an 8 × 8 grid, as described above."""
    height, width = pixels.shape[:2]
    rows = [height * n // 8 for n in range(9)]
    columns = [width * n // 8 for n in range(9)]
    means = [
        pixels[top:bottom, left:right].mean(axis=(0, 1))
        for top, bottom in pairwise(rows)
        for left, right in pairwise(columns)
    ]
    return [round(float(value)) for value in np.concatenate(means)]


def h264(container: str = "mp4", params: str = GOP, **more: Any) -> Callable[[], bytes]:
    """Makes an H.264 clip."""
    options = {"x264-params": params, "preset": "veryfast"}
    return lambda: encode(Recipe(container, "libx264", options, **more))


def hevc(container: str, **more: Any) -> Callable[[], bytes]:
    """Makes an HEVC clip with open GOPs."""
    options = {"x265-params": X265, "preset": "veryfast"}
    return lambda: encode(Recipe(container, "libx265", options, **more))


def vp9(container: str, **more: Any) -> Callable[[], bytes]:
    """Makes a VP9 clip with hidden reference frames."""
    options = {
        "auto-alt-ref": "1",
        "lag-in-frames": "16",
        "deadline": "realtime",
        "cpu-used": "6",
        "b": "300k",
        "g": "24",
    }
    return lambda: encode(Recipe(container, "libvpx-vp9", options, **more))


def av1(container: str, **more: Any) -> Callable[[], bytes]:
    """Makes an AV1 clip with frames that are shown later than they are stored."""
    options = {"preset": "12", "g": "20", "svtav1-params": "hierarchical-levels=4"}
    return lambda: encode(Recipe(container, "libsvtav1", options, **more))


def mpeg4(container: str, **more: Any) -> Callable[[], bytes]:
    """Makes an MPEG-4 part 2 clip with B-frames."""
    return lambda: encode(Recipe(container, "mpeg4", {"bf": "2", "g": "12"}, **more))


def mirrored(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Turns the display matrix of an MP4 into a reflection from left to right."""

    def patched() -> bytes:
        body = bytearray(make())
        matrix = body.index(b"tkhd") + 4 + 40
        struct.pack_into(">i", body, matrix, -65536)
        return bytes(body)

    return patched


def cut(make: Callable[[], bytes], part: float) -> Callable[[], bytes]:
    """The first part of a file."""
    return lambda: _made(make)[: int(len(_made(make)) * part)]


FAST_START = h264(muxing={"movflags": "faststart"})
H264_MKV = h264("matroska", params=GOP + ":open-gop=1")
_FRAGMENTS = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
_EDITED = {"avoid_negative_ts": "disabled", "use_editlist": "1"}
_PROGRESSIVE = {"movflags": "frag_keyframe", "frag_size": "9000"}

VIDEOS = (
    AwkwardVideo("h264-b-pyramid.mp4", "B-frames as references; moov last", h264("mp4", PYRAMID)),
    AwkwardVideo("h264-moov-first.mp4", "moov first", FAST_START),
    AwkwardVideo("h264-open-gop.mp4", "open GOP", h264("mp4", GOP + ":open-gop=1")),
    AwkwardVideo("h264-vfr.mp4", "variable frame rate", h264("mp4", times=UNEVEN)),
    AwkwardVideo(
        "h264-edit-list.mp4",
        "an edit list hides the first 17 frames",
        h264("mp4", shift=FRAME_TICKS * 17, muxing=_EDITED),
    ),
    AwkwardVideo("h264-rotated.mp4", "to be turned by 90°", h264("mp4", turn=90)),
    AwkwardVideo("h264-mirrored.mp4", "to be mirrored", mirrored(h264("mp4"))),
    AwkwardVideo("h264-fragmented.mp4", "fragments", h264("mp4", GOP, muxing=_FRAGMENTS)),
    AwkwardVideo(
        "h264-mixed.mp4", "samples in moov and in fragments", h264("mp4", muxing=_PROGRESSIVE)
    ),
    AwkwardVideo("h264-truncated.mp4", "cut off in the middle", cut(FAST_START, 0.6), FAST_START),
    AwkwardVideo("h264-open-gop.mkv", "open GOP in Matroska", H264_MKV),
    AwkwardVideo("h264-truncated.mkv", "cut off in the middle", cut(H264_MKV, 0.6), H264_MKV),
    AwkwardVideo("h264.ts", "Annex B, no index, repeated parameter sets", h264("mpegts")),
    AwkwardVideo("h264.flv", "cropped; B-frames in Flash video", h264("flv", size=(186, 106))),
    AwkwardVideo("hevc.mp4", "HEVC, open GOP, B-pyramid", hevc("mp4")),
    AwkwardVideo("hevc-vfr.mkv", "HEVC, variable frame rate", hevc("matroska", times=UNEVEN)),
    AwkwardVideo("vp9-odd.webm", "hidden frames, odd size", vp9("webm", size=ODD)),
    AwkwardVideo("vp9-vfr.mp4", "VP9 in MP4, variable frame rate", vp9("mp4", times=UNEVEN)),
    AwkwardVideo("av1-odd.mp4", "frames shown later, odd size", av1("mp4", size=ODD)),
    AwkwardVideo("av1.webm", "AV1 in WebM", av1("webm")),
    AwkwardVideo("mpeg4.mp4", "MPEG-4 part 2 with B-frames", mpeg4("mp4")),
    AwkwardVideo("mpeg4-odd.avi", "MPEG-4 in AVI without times, odd size", mpeg4("avi", size=ODD)),
)  # fmt: skip


def describe(video: AwkwardVideo) -> dict[str, Any]:
    """What `expected.json` says of a video."""
    prints, width, height = [], 0, 0
    for pixels in video.truth():
        height, width = pixels.shape[:2]
        prints.append(fingerprint(pixels))
    return {
        "why": video.why,
        "frames": len(prints),
        "width": width,
        "height": height,
        "fingerprints": prints,
    }


def main(folder: Path) -> None:
    """Write the videos and what is expected of them."""
    folder.mkdir(parents=True, exist_ok=True)
    expected = {}
    for video in VIDEOS:
        (folder / video.name).write_bytes(video.body)
        expected[video.name] = describe(video)
    (folder / "expected.json").write_text(json.dumps(expected))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
