"""Sample tables of MP4 (the `stbl` box): sizes, offsets, times, keyframes and descriptions."""

from __future__ import annotations

import struct
import sys
from array import array
from itertools import accumulate, chain, islice, repeat

import msgspec

from chalicelib.media.video.index import BadVideo
from chalicelib.media.video.mp4_boxes import child, required

#: More samples than a day at 120 frames/s: a damaged or hostile count.
SAMPLE_LIMIT = 24 * 3600 * 120
DAMAGED = "its index (the moov box) is damaged"


class Samples(msgspec.Struct):
    """Samples of a track in decode order; times in ticks of the track.

    Attributes:
        keys: numbers of the samples that are keyframes.
        descriptions: (first sample, number of the sample description from 0), ascending.
        end: the decode time that follows.
        unlisted: samples that are announced, but cannot be in the file.
    """

    offsets: array[int] = msgspec.field(default_factory=lambda: array("q"))
    sizes: array[int] = msgspec.field(default_factory=lambda: array("i"))
    dts: array[int] = msgspec.field(default_factory=lambda: array("q"))
    pts: array[int] = msgspec.field(default_factory=lambda: array("q"))
    keys: array[int] = msgspec.field(default_factory=lambda: array("i"))
    descriptions: list[tuple[int, int]] = []
    end: int = 0
    unlisted: int = 0

    def __len__(self) -> int:
        return len(self.sizes)

    def describe(self, sample: int, description: int) -> None:
        """Say that a description holds from a sample on."""
        if not self.descriptions or self.descriptions[-1][1] != description:
            self.descriptions.append((sample, description))


def read_tables(stbl: bytes, file_size: int) -> Samples:
    """The samples that `stbl` lists."""
    samples = Samples()
    _read_sizes(stbl, file_size, samples)
    if len(samples):
        _read_offsets(stbl, samples)
        _read_times(stbl, samples)
        samples.keys = _keys(stbl, len(samples))
    return samples


def integers(body: bytes, count: int, typecode: str, start: int = 8) -> array[int]:
    """`count` big-endian integers of a box. Raises `BadVideo` if it is shorter."""
    values = array(typecode)
    end = start + count * values.itemsize
    if end > len(body):
        raise BadVideo(DAMAGED)
    values.frombytes(body[start:end])
    if sys.byteorder == "little":
        values.byteswap()
    return values


def counted(body: bytes, at: int = 4) -> int:
    """A number of entries. Raises `BadVideo` if it is absurd."""
    count: int = struct.unpack_from(">I", body, at)[0]
    if count > SAMPLE_LIMIT:
        raise BadVideo(f"its index announces {count:,} entries, which cannot be")
    return count


def _read_sizes(stbl: bytes, file_size: int, samples: Samples) -> None:
    stsz = child(stbl, b"stsz")
    if stsz is None:
        samples.sizes = _compact_sizes(required(stbl, b"stz2"))
        return
    fixed, count = struct.unpack_from(">I", stsz, 4)[0], counted(stsz, 8)
    if fixed:
        # Nothing but this number says how many there are: no more than the file can hold.
        kept = min(count, file_size // fixed + 1)
        samples.sizes, samples.unlisted = array("i", [fixed]) * kept, count - kept
    else:
        samples.sizes = array("i", integers(stsz, count, "I", 12))


def _compact_sizes(stz2: bytes) -> array[int]:
    bits, count = stz2[7], counted(stz2, 8)
    if bits == 16:
        return array("i", integers(stz2, count, "H", 12))
    if bits == 8:
        return array("i", integers(stz2, count, "B", 12))
    if bits != 4:
        raise BadVideo(DAMAGED)
    pairs = integers(stz2, (count + 1) // 2, "B", 12)
    return array("i", chain.from_iterable((p >> 4, p & 15) for p in pairs))[:count]


def _read_offsets(stbl: bytes, samples: Samples) -> None:
    """Chunks from stco or co64, samples per chunk and their description from stsc."""
    stco = child(stbl, b"stco")
    if stco is not None:
        chunks = integers(stco, counted(stco), "I")
    else:
        co64 = required(stbl, b"co64")
        chunks = integers(co64, counted(co64), "Q")
    stsc = required(stbl, b"stsc")
    runs = integers(stsc, 3 * counted(stsc), "I")
    sizes, offsets, at = samples.sizes, samples.offsets, 0
    ends = [*runs[3::3], len(chunks) + 1]
    for first, end, count, kind in zip(runs[0::3], ends, runs[1::3], runs[2::3], strict=True):
        if at < len(sizes):
            samples.describe(at, kind - 1)
        for chunk in chunks[first - 1 : end - 1]:
            if at >= len(sizes) or not count:
                break
            offsets.extend(accumulate(sizes[at : at + count - 1], initial=chunk))
            at += count
    if len(offsets) < len(sizes):
        raise BadVideo(DAMAGED)
    del offsets[len(sizes) :]


def _read_times(stbl: bytes, samples: Samples) -> None:
    stts = required(stbl, b"stts")
    pairs = integers(stts, 2 * counted(stts), "I")
    samples.dts = array("q", accumulate(_expand(pairs, len(samples)), initial=0))
    samples.end = samples.dts.pop()
    ctts = child(stbl, b"ctts")
    if ctts is None:
        samples.pts = samples.dts[:]
        return
    # Version 0 is unsigned by the letter, but writers store negative numbers there as well.
    shifts = _expand(integers(ctts, 2 * counted(ctts), "i"), len(samples))
    samples.pts = array("q", map(int.__add__, samples.dts, shifts))


def _expand(pairs: array[int], samples: int) -> array[int]:
    """Run lengths `(count, value)…` as one value per sample, the last one held."""
    counts, values = pairs[0::2], pairs[1::2]
    expanded = array("q", islice(chain.from_iterable(map(repeat, values, counts)), samples))
    last = expanded[-1] if expanded else 1
    expanded.extend(repeat(last, samples - len(expanded)))
    return expanded


def _keys(stbl: bytes, samples: int) -> array[int]:
    stss = child(stbl, b"stss")
    if stss is None:
        return array("i", range(samples))
    numbers = integers(stss, counted(stss), "I")
    keys = array("i", sorted({n - 1 for n in numbers if 0 < n <= samples}))
    if not keys and samples:
        keys.append(0)
    return keys
