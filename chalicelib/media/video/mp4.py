"""The frame index of an MP4 or MOV file, from its `moov` box alone.

An hour of 720p costs a few range requests; no sample is read.
Source of the formats: ISO/IEC 14496-12 (boxes) and the QuickTime File Format.
"""

from __future__ import annotations

import struct
import sys
from array import array
from itertools import accumulate, chain, islice, repeat

from chalicelib.media.reading import Reader
from chalicelib.media.video.index import BadVideo, VideoIndex, present
from chalicelib.media.video.mp4_boxes import child, children, find_moov, required
from chalicelib.media.video.mp4_codecs import UnknownCodec, parse_entry

#: More samples than a day at 120 frames/s: a damaged or hostile count.
SAMPLE_LIMIT = 24 * 3600 * 120


class Unsupported(Exception):
    """A valid file with something that this parser leaves to FFmpeg (fragments, rare codecs)."""


def index_mp4(reader: Reader) -> VideoIndex:
    """Index the first video track.

    Raises:
        BadVideo: the file is damaged, or has no video.
        Unsupported: use `packets.index_packets`.
    """
    moov = find_moov(reader)
    try:
        return _index(moov, reader.size)
    except (struct.error, IndexError, OverflowError, ValueError) as error:
        raise BadVideo("its index (the moov box) is damaged") from error


def _index(moov: bytes, file_size: int) -> VideoIndex:
    trak = _video_track(moov)
    stbl = required(trak, b"mdia", b"minf", b"stbl")
    kind, entry = _sample_entry(stbl)
    try:
        codec = parse_entry(kind, entry)
    except UnknownCodec as error:
        raise Unsupported(str(error)) from error
    stsz = child(stbl, b"stsz")
    if stsz is None:
        raise Unsupported("compact sample sizes")
    sizes = _sizes(stsz)
    if not sizes:
        if child(moov, b"mvex") is not None:
            raise Unsupported("fragmented MP4")
        raise BadVideo("it has no frames")
    offsets = _offsets(stbl, sizes)
    dts, pts = _times(stbl, len(sizes))
    timescale = _timescale(required(trak, b"mdia", b"mdhd"))
    edits = _edits(trak, _timescale(required(moov, b"mvhd")), timescale)
    whole = _whole(offsets, sizes, file_size)
    keys = _keys(stbl, whole)
    shown = present(pts, keys, edits)
    if 0 in sizes:
        # A dropped frame: its time passes while the one before it stays.
        shown = array("i", (sample for sample in shown if sizes[sample]))
    return VideoIndex(
        container="mp4",
        codec=codec.name,
        codec_string=codec.string,
        config=codec.config,
        timescale=timescale,
        coded_width=codec.width,
        coded_height=codec.height,
        rotation=_rotation(required(trak, b"tkhd")),
        offsets=offsets[:whole],
        sizes=sizes[:whole],
        dts=dts[:whole],
        pts=pts[:whole],
        keys=keys,
        frames=shown if whole == len(sizes) else array("i", (s for s in shown if s < whole)),
        expected_frames=len(shown),
    )


def _video_track(moov: bytes) -> bytes:
    for kind, trak in children(moov):
        if kind == b"trak":
            handler = child(trak, b"mdia", b"hdlr")
            if handler is not None and handler[8:12] == b"vide":
                return trak
    raise BadVideo("it has no video track")


def _sample_entry(stbl: bytes) -> tuple[bytes, bytes]:
    entries = list(children(required(stbl, b"stsd"), 8))
    if not entries:
        raise BadVideo("its index describes no picture format")
    if len(entries) > 1:
        raise Unsupported("several sample descriptions")
    return entries[0]


def _table(body: bytes, count: int, typecode: str, start: int = 8) -> array[int]:
    """`count` big-endian integers of a full box."""
    values = array(typecode)
    end = start + count * values.itemsize
    if end > len(body):
        raise BadVideo("its index (the moov box) is damaged")
    values.frombytes(body[start:end])
    if sys.byteorder == "little":
        values.byteswap()
    return values


def _count(body: bytes, at: int = 4) -> int:
    count: int = struct.unpack_from(">I", body, at)[0]
    if count > SAMPLE_LIMIT:
        raise BadVideo("its index (the moov box) is damaged")
    return count


def _sizes(stsz: bytes) -> array[int]:
    fixed = struct.unpack_from(">I", stsz, 4)[0]
    count = _count(stsz, 8)
    if fixed:
        return array("i", [fixed]) * count
    return array("i", _table(stsz, count, "I", 12))


def _offsets(stbl: bytes, sizes: array[int]) -> array[int]:
    """Byte offset of each sample: chunks from stco or co64, samples per chunk from stsc."""
    stco = child(stbl, b"stco")
    if stco is not None:
        chunks = _table(stco, _count(stco), "I")
    else:
        co64 = required(stbl, b"co64")
        chunks = _table(co64, _count(co64), "Q")
    stsc = required(stbl, b"stsc")
    runs = _table(stsc, 3 * _count(stsc), "I")
    firsts, counts = runs[0::3], runs[1::3]
    ends = [*firsts[1:], len(chunks) + 1]
    offsets: array[int] = array("q")
    at = 0
    for first, end, count in zip(firsts, ends, counts, strict=True):
        for chunk in chunks[first - 1 : end - 1]:
            offsets.extend(accumulate(sizes[at : at + count - 1], initial=chunk))
            at += count
            if at > len(sizes) + count:
                raise BadVideo("its index (the moov box) is damaged")
    if len(offsets) < len(sizes):
        raise BadVideo("its index (the moov box) is damaged")
    return offsets[: len(sizes)]


def _times(stbl: bytes, samples: int) -> tuple[array[int], array[int]]:
    stts = required(stbl, b"stts")
    pairs = _table(stts, 2 * _count(stts), "I")
    durations = _expand(pairs, samples)
    dts = array("q", accumulate(durations[:-1], initial=0))
    ctts = child(stbl, b"ctts")
    if ctts is None:
        return dts, dts[:]
    # Version 0 is unsigned by the letter, but writers store negative numbers there as well.
    shifts = _expand(_table(ctts, 2 * _count(ctts), "i"), samples)
    return dts, array("q", map(int.__add__, dts, shifts))


def _expand(pairs: array[int], samples: int) -> list[int]:
    """Run lengths `(count, value)…` as one value per sample, the last one held."""
    counts, values = pairs[0::2], pairs[1::2]
    expanded = list(islice(chain.from_iterable(map(repeat, values, counts)), samples))
    if len(expanded) < samples:
        expanded.extend([expanded[-1] if expanded else 1] * (samples - len(expanded)))
    return expanded


def _keys(stbl: bytes, samples: int) -> array[int]:
    stss = child(stbl, b"stss")
    if stss is None:
        return array("i", range(samples))
    numbers = _table(stss, _count(stss), "I")
    keys = array("i", [n - 1 for n in numbers if 0 < n <= samples])
    if not keys and samples:
        keys.append(0)
    return keys


def _whole(offsets: array[int], sizes: array[int], file_size: int) -> int:
    """Samples before the first one that the file does not hold completely."""
    if all(offset + size <= file_size for offset, size in zip(offsets, sizes, strict=True)):
        return len(sizes)
    for sample, (offset, size) in enumerate(zip(offsets, sizes, strict=True)):
        if offset + size > file_size:
            return sample
    return len(sizes)


def _timescale(header: bytes) -> int:
    scale: int = struct.unpack_from(">I", header, 20 if header[0] == 1 else 12)[0]
    if scale == 0:
        raise BadVideo("its index (the moov box) is damaged")
    return scale


def _edits(trak: bytes, movie_scale: int, media_scale: int) -> list[tuple[int, int]]:
    """Intervals of media time that are shown. Empty edits only delay, so they are left out."""
    elst = child(trak, b"edts", b"elst")
    if elst is None:
        return []
    wide = elst[0] == 1
    entry = struct.Struct(">QqI" if wide else ">IiI")
    edits: list[tuple[int, int]] = []
    for number in range(min(_count(elst), (len(elst) - 8) // entry.size)):
        duration, start, _rate = entry.unpack_from(elst, 8 + number * entry.size)
        if start < 0:
            continue
        # Rounded to the nearest tick, as FFmpeg does, so that a coarse movie time scale does
        # not cut off the last frame.
        ticks = (duration * media_scale + movie_scale // 2) // movie_scale
        edits.append((start, start + ticks if duration else 1 << 62))
    return edits


def _rotation(tkhd: bytes) -> int:
    """Degrees clockwise of the track's transformation matrix, to the nearest right angle."""
    a, b = struct.unpack_from(">ii", tkhd, 52 if tkhd[0] == 1 else 40)
    if abs(a) >= abs(b):
        return 0 if a >= 0 else 180
    return 90 if b > 0 else 270
