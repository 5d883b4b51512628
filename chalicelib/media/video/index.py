"""The sample table of a video: which bytes hold which frame, and what must be decoded to see it.

Two orders matter. *Decode order* is the order of samples in the stream; *presentation order* is
the order in which they are shown. A frame's number is its rank in presentation order after the
edit list; every other array is in decode order.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from operator import sub

import msgspec
import zstandard


class BadVideo(Exception):
    """The file cannot be used as a video. The text says why, without the file's name."""


class Colours(msgspec.Struct, frozen=True, array_like=True):
    """What the container says of colours, as ISO/IEC 23091-2 numbers (2: not said).

    `full_range` is 0 if it is not said, 1 for studio range, 2 for full range.
    """

    primaries: int = 2
    transfer: int = 2
    matrix: int = 2
    full_range: int = 0


class Coding(msgspec.Struct, frozen=True, array_like=True):
    """How the samples from number `start` on are coded: see `VideoIndex`."""

    start: int
    codec: str
    config: bytes


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
        mirrored: whether left and right of a decoded frame must be swapped before it is turned.
        colours: what the container says where the stream itself may say nothing.
        changes: other codings, where the file changes from one to another, ascending.
        offsets: byte offset of each sample's payload; -1 if the payloads are not contiguous in
            the file and must be read through a demuxer: then all are -1.
        positions, checks: of such samples, where in the file a demuxer finds each, and the CRC-32
            of the payload; otherwise empty.
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
    mirrored: bool = False
    colours: Colours = Colours()
    changes: tuple[Coding, ...] = ()
    positions: array[int] = msgspec.field(default_factory=lambda: array("q"))
    checks: array[int] = msgspec.field(default_factory=lambda: array("q"))

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
        return not self.positions

    def coding(self, sample: int) -> Coding:
        """How a sample is coded."""
        at = bisect_right(self.changes, sample, key=lambda change: change.start) - 1
        return self.changes[at] if at >= 0 else Coding(0, self.codec, self.config)

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
        # A change of coding starts anew: what precedes it is of no use.
        return max(self.keys[max(at, 0)], self.coding(sample).start)

    def runs(self, frames: Sequence[int]) -> Iterator[Run]:
        """Split frames (ascending numbers) into runs of samples to decode, none decoded twice."""
        start = stop = -1
        wanted: list[int] = []
        for frame in frames:
            entry = self.entry(frame)
            if wanted and (
                not start <= entry <= stop + 1 or self.coding(entry) != self.coding(start)
            ):
                yield Run(start, stop, tuple(wanted))
                wanted = []
            if not wanted:
                start, stop = entry, entry
            wanted.append(frame)
            stop = max(stop, self.frames[frame])
        if wanted:
            yield Run(start, stop, tuple(wanted))


class _Stored(msgspec.Struct, array_like=True):
    facts: tuple[str, str, str, bytes, int, int, int, int, int, bool]
    colours: Colours
    changes: tuple[Coding, ...]
    arrays: dict[str, bytes]


#: First bytes of a stored index: its format's name and version.
MAGIC = b"SVI2"
_TYPECODES = {
    "offsets": "q",
    "sizes": "i",
    "dts": "q",
    "pts": "q",
    "keys": "i",
    "frames": "i",
    "positions": "q",
    "checks": "q",
}


def pack(index: VideoIndex) -> bytes:
    """Serialise an index: MessagePack of native little-endian differences, in zstandard.

    Each array is compressed by itself, so that they are never all in memory a second time.
    """
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
        index.mirrored,
    )
    arrays = {name: _deltas(getattr(index, name)) for name in _TYPECODES}
    return MAGIC + msgspec.msgpack.encode(_Stored(facts, index.colours, index.changes, arrays))


def unpack(body: bytes) -> VideoIndex:
    """The inverse of `pack`. Raises `BadVideo` for an index of another version."""
    if not body.startswith(MAGIC):
        raise BadVideo("its index is of another version of Skylabel: upload it to a new task")
    stored = msgspec.msgpack.decode(memoryview(body)[len(MAGIC) :], type=_Stored)
    arrays = {name: _sums(stored.arrays[name], code) for name, code in _TYPECODES.items()}
    container, codec, string, config, timescale, width, height = stored.facts[:7]
    rotation, expected, mirrored = stored.facts[7:]
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
        mirrored=mirrored,
        colours=stored.colours,
        changes=stored.changes,
        **arrays,
    )


def _deltas(values: array[int]) -> bytes:
    differences = array("q", map(sub, values, chain([0], values)))
    return zstandard.compress(differences.tobytes(), 3)


def _sums(body: bytes, typecode: str) -> array[int]:
    return array(typecode, accumulate(array("q", zstandard.decompress(body))))


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
    ordered = _ordered(pts, first)
    if ordered and pts[ordered[0]] < pts[first]:
        ordered = array("i", (s for s in ordered if pts[s] >= pts[first]))
    if not edits:
        return ordered
    return array("i", (s for low, high in edits for s in ordered if low <= pts[s] < high))


def _ordered(pts: Sequence[int], first: int) -> array[int]:
    """Samples from `first` on by presentation time, those of the same time in decode order.

    Sorted piece by piece, where no later sample is shown before an earlier one: a list of all
    would need ten times the memory of the result.
    """
    ordered = array("i")
    earliest = array("q", accumulate(reversed(pts), min))
    start, latest = first, -(1 << 63)
    for sample in range(first, len(pts)):
        if latest < earliest[len(pts) - 1 - sample]:
            ordered.extend(sorted(range(start, sample), key=pts.__getitem__))
            start = sample
        latest = max(latest, pts[sample])
    ordered.extend(sorted(range(start, len(pts)), key=pts.__getitem__))
    return ordered
