"""Movie fragments of MP4: samples that `moof` boxes list, as recorders and streams write them.

Only these boxes are read. Where they stand close to each other the file is read in large blocks,
because a request costs more than the samples in between; otherwise the samples are skipped. So
there is at most one request for each megabyte of the file. Source: ISO/IEC 14496-12, 8.8.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from itertools import accumulate, repeat

import msgspec

from chalicelib.media.reading import Reader
from chalicelib.media.video.index import BadVideo
from chalicelib.media.video.mp4_boxes import box_at, child, children
from chalicelib.media.video.mp4_tables import SAMPLE_LIMIT, Samples, integers

#: Bytes of a `moof`: a million samples need 16 MB.
MOOF_LIMIT = 64 << 20
#: Fragments of fewer bytes than this are read through, those of more are skipped.
FAR = 1 << 20
BLOCK, SKIPPING_BLOCK = 8 << 20, 64 << 10
#: Samples of a run that says nothing of each, so that its length is a mere claim.
MANY_ALIKE = 1 << 16
#: The bits of a sample's flags that say that it depends on others.
DEPENDENT = 0x0101_0000


class Defaults(msgspec.Struct, frozen=True):
    """What holds for a sample unless its run says otherwise: `trex`, overridden by `tfhd`."""

    description: int = 1
    duration: int = 0
    size: int = 0
    flags: int = 0


def track_defaults(moov: bytes, track: int) -> Defaults:
    """The `trex` box of a track."""
    for kind, trex in children(child(moov, b"mvex") or b""):
        if kind == b"trex" and struct.unpack_from(">I", trex, 4)[0] == track:
            return Defaults(*struct.unpack_from(">4I", trex, 8))
    return Defaults()


def read_fragments(
    reader: Reader, offset: int, track: int, defaults: Defaults, samples: Samples
) -> None:
    """Append the samples of a track that fragments from a position on list.

    What follows a fragment that is cut off or damaged is not read.
    """
    for at, moof in _moofs(reader, offset):
        try:
            end_of_data = at
            for kind, traf in children(moof):
                if kind == b"traf":
                    end_of_data = _Traf(traf, at, end_of_data, defaults).append(track, samples)
        except (struct.error, IndexError, OverflowError, BadVideo):
            return
        if len(samples) > SAMPLE_LIMIT:
            raise BadVideo(f"it has more than {SAMPLE_LIMIT:,} frames")


class _Window:
    """The part of the file that was read last."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._start, self._body = 0, b""
        self.size = reader.size
        self.block = SKIPPING_BLOCK

    def read(self, offset: int, size: int) -> bytes:
        at = offset - self._start
        if not 0 <= at <= len(self._body) - min(size, self.size - offset):
            self._start, at = offset, 0
            self._body = self._reader.read(offset, max(size, self.block))
        return self._body[at : at + size]


def _moofs(reader: Reader, offset: int) -> Iterator[tuple[int, bytes]]:
    """(position, payload) of each whole `moof` from a position on."""
    window, began, count = _Window(reader), offset, 0
    while offset + 8 <= reader.size:
        try:
            box = box_at(window, offset)
        except BadVideo:
            return
        if box.kind == b"moof":
            if box.end > reader.size or box.size > MOOF_LIMIT:
                return
            count += 1
            yield offset, window.read(offset + box.header, box.size - box.header)
            far = (box.end - began) / count > FAR
            window.block = SKIPPING_BLOCK if far else BLOCK
        offset = box.end


class _Traf:
    """What a fragment says of one track."""

    def __init__(self, traf: bytes, moof: int, end_of_data: int, defaults: Defaults) -> None:
        self._traf = traf
        tfhd = child(traf, b"tfhd")
        if tfhd is None:
            raise BadVideo("a fragment has no header")
        flags, self.track = struct.unpack_from(">II", tfhd)
        flags &= 0xFFFFFF
        at = 8
        # Without either flag, data follow those of the track before.
        self._base = moof if flags & 0x20000 else end_of_data
        if flags & 0x1:
            self._base, at = struct.unpack_from(">Q", tfhd, at)[0], at + 8
        values = list(msgspec.structs.astuple(defaults))
        for number, flag in enumerate((0x2, 0x8, 0x10, 0x20)):
            if flags & flag:
                values[number], at = struct.unpack_from(">I", tfhd, at)[0], at + 4
        self._defaults = Defaults(*values)

    def append(self, track: int, samples: Samples) -> int:
        """Append the samples if the track is the wanted one. Returns where its data end."""
        wanted, end = self.track == track, self._base
        if wanted:
            samples.end = max(samples.end, self._decode_time())
        for kind, trun in children(self._traf):
            if kind == b"trun":
                end = self._run(trun, end, samples if wanted else Samples())
        return end

    def _decode_time(self) -> int:
        tfdt = child(self._traf, b"tfdt")
        if tfdt is None:
            return 0
        time: int = struct.unpack_from(">Q" if tfdt[0] == 1 else ">I", tfdt, 4)[0]
        return time

    def _run(self, trun: bytes, start: int, samples: Samples) -> int:
        flags, count = struct.unpack_from(">II", trun)
        flags &= 0xFFFFFF
        at = 8
        if flags & 0x1:
            start, at = self._base + struct.unpack_from(">i", trun, at)[0], at + 4
        first_flags = None
        if flags & 0x4:
            first_flags, at = struct.unpack_from(">I", trun, at)[0], at + 4
        if not count:
            return start
        columns = [bit for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit]
        if not 0x200 & flags and not self._defaults.size:
            raise BadVideo("a fragment does not say how large its samples are")
        if count > (SAMPLE_LIMIT if columns else MANY_ALIKE):
            raise BadVideo("a fragment announces more samples than there can be")
        rows = integers(trun, count * len(columns), "I", at)
        found = {bit: rows[n :: len(columns)] for n, bit in enumerate(columns)}
        durations = found.get(0x100) or array("I", [self._defaults.duration]) * count
        sizes = found.get(0x200) or array("I", [self._defaults.size]) * count
        sample_flags = found.get(0x400) or array("I", [self._defaults.flags]) * count
        if first_flags is not None:
            sample_flags[0] = first_flags
        shifts = array("i", found[0x800].tobytes()) if 0x800 in found else repeat(0)
        number = len(samples)
        samples.describe(number, self._defaults.description - 1)
        times = array("q", accumulate(durations, initial=samples.end))
        samples.end = times.pop()
        samples.dts.extend(times)
        samples.pts.extend(time + shift for time, shift in zip(times, shifts, strict=False))
        offsets = array("q", accumulate(sizes, initial=start))
        end: int = offsets.pop()
        samples.offsets.extend(offsets)
        samples.sizes.extend(array("i", sizes))
        samples.keys.extend(n for n, f in enumerate(sample_flags, number) if not f & DEPENDENT)
        return end
