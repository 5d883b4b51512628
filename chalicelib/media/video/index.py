"""The sample table of a video: which bytes hold which frame, and what must be decoded to see it.

Two orders matter. *Decode order* is the order of samples in the stream; *presentation order* is
the order in which they are shown. A frame's number is its rank in presentation order after the
edit list; every other array is in decode order.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

import msgspec
import zstandard


class BadVideo(Exception):
    """The file cannot be used as a video. The text says why, without the file's name."""


class Run(msgspec.Struct, frozen=True):
    """Samples `start..stop` (inclusive, decode order) that suffice to decode `frames` exactly."""

    start: int
    stop: int
    frames: tuple[int, ...]


class VideoIndex(msgspec.Struct):
    """Everything that a decoder needs, apart from the samples' bytes.

    Attributes:
        container: "mp4" or another container's name.
        codec: codec name as FFmpeg spells it, e.g. "h264".
        codec_string: RFC 6381 string for WebCodecs, or "" if the codec has none.
        config: decoder configuration (avcC, hvcC, av1C, esds' specific info); may be empty.
        timescale: ticks per second of `dts` and `pts`.
        coded_width, coded_height: pixels as decoded.
        rotation: degrees clockwise (0, 90, 180, 270) by which a decoded frame must be turned.
        offsets: byte offset of each sample's payload; -1 if the payload is not contiguous in the
            file and must be read through a demuxer.
        sizes: bytes of each sample.
        dts, pts: decode and presentation time, in ticks.
        keys: decode-order numbers of the samples from which decoding can start, ascending.
        frames: sample number of each frame, in presentation order.
        expected_frames: frames that the container announces; more than `len(frames)` if the file
            is truncated.
    """

    container: str
    codec: str
    codec_string: str
    config: bytes
    timescale: int
    coded_width: int
    coded_height: int
    rotation: int
    offsets: array[int]
    sizes: array[int]
    dts: array[int]
    pts: array[int]
    keys: array[int]
    frames: array[int]
    expected_frames: int

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def width(self) -> int:
        """Width as shown, in pixels."""
        return self.coded_height if self.rotation % 180 else self.coded_width

    @property
    def height(self) -> int:
        """Height as shown, in pixels."""
        return self.coded_width if self.rotation % 180 else self.coded_height

    @property
    def contiguous(self) -> bool:
        """Whether every sample can be read by a range of bytes."""
        return not self.offsets or min(self.offsets) >= 0

    def frame_pts(self, frame: int) -> int:
        """Presentation time of a frame in ticks."""
        return self.pts[self.frames[frame]]

    def entry(self, frame: int) -> int:
        """The key sample at which decoding must start to get a frame exactly.

        It is the last key sample that precedes the frame both in decode and in presentation
        order: with an open GOP, pictures that follow a key sample in the stream but are shown
        before it refer to the previous GOP.
        """
        sample = self.frames[frame]
        shown = self.pts[sample]
        at = bisect_right(self.keys, sample) - 1
        while at > 0 and self.pts[self.keys[at]] > shown:
            at -= 1
        return self.keys[max(at, 0)]

    def runs(self, frames: Sequence[int]) -> Iterator[Run]:
        """Split frames (ascending numbers) into runs of samples to decode, none decoded twice."""
        start = stop = -1
        wanted: list[int] = []
        for frame in frames:
            entry = self.entry(frame)
            if wanted and entry > stop + 1:
                yield Run(start, stop, tuple(wanted))
                wanted = []
            if not wanted:
                start, stop = entry, entry
            wanted.append(frame)
            stop = max(stop, self.frames[frame])
        if wanted:
            yield Run(start, stop, tuple(wanted))


class _Stored(msgspec.Struct, array_like=True):
    facts: tuple[str, str, str, bytes, int, int, int, int, int]
    arrays: dict[str, bytes]


_ARRAYS = ("offsets", "sizes", "dts", "pts", "keys", "frames")
_TYPECODES = {"offsets": "q", "sizes": "i", "dts": "q", "pts": "q", "keys": "i", "frames": "i"}


def pack(index: VideoIndex) -> bytes:
    """Serialise an index: MessagePack of native little-endian differences, in zstandard."""
    arrays = {name: _deltas(getattr(index, name)) for name in _ARRAYS}
    facts = (
        index.container,
        index.codec,
        index.codec_string,
        index.config,
        index.timescale,
        index.coded_width,
        index.coded_height,
        index.rotation,
        index.expected_frames,
    )
    return zstandard.compress(msgspec.msgpack.encode(_Stored(facts, arrays)), 3)


def unpack(body: bytes) -> VideoIndex:
    """The inverse of `pack`."""
    stored = msgspec.msgpack.decode(zstandard.decompress(body), type=_Stored)
    arrays = {name: _sums(stored.arrays[name], _TYPECODES[name]) for name in _ARRAYS}
    container, codec, string, config, timescale, width, height, rotation, expected = stored.facts
    return VideoIndex(
        container=container,
        codec=codec,
        codec_string=string,
        config=config,
        timescale=timescale,
        coded_width=width,
        coded_height=height,
        rotation=rotation,
        expected_frames=expected,
        **arrays,
    )


def _deltas(values: array[int]) -> bytes:
    return array("q", (b - a for a, b in zip([0, *values], values, strict=False))).tobytes()


def _sums(body: bytes, typecode: str) -> array[int]:
    return array(typecode, accumulate(array("q", body)))


def present(
    pts: Sequence[int], keys: Sequence[int], edits: Sequence[tuple[int, int]] = ()
) -> array[int]:
    """Sample numbers in presentation order.

    Args:
        edits: intervals of media time `[start, stop)` that are shown, in order; none means all.

    Pictures that precede the first key sample in decode or presentation order are left out: no
    decoder can show them.
    """
    first = keys[0] if keys else 0
    ordered = sorted(range(first, len(pts)), key=pts.__getitem__)
    if ordered and pts[ordered[0]] < pts[first]:
        ordered = [s for s in ordered if pts[s] >= pts[first]]
    if not edits:
        return array("i", ordered)
    return array("i", [s for low, high in edits for s in ordered if low <= pts[s] < high])
