"""A small writer of MP4 files with what encoders seldom write.

Boxes by ISO/IEC 14496-12. One video track; times in 1/600 s.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import av

from chalicelib.media.video.mp4_boxes import children, required

SCALE = 600


@dataclass(frozen=True)
class Sample:
    """A coded picture. `shift` is its presentation time minus its decode time."""

    body: bytes
    duration: int
    shift: int
    key: bool
    description: int = 1


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of some payload."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def samples_of(body: bytes, description: int = 1) -> tuple[list[Sample], bytes]:
    """Samples of an MP4, and its sample entry (a whole `avc1` or similar box)."""
    with av.open(io.BytesIO(body), "r") as container:
        stream: Any = container.streams.video[0]
        scale = stream.time_base * SCALE
        packets: list[Any] = [p for p in container.demux(stream) if p.size]
        samples = [
            Sample(
                bytes(p),
                round((later - p.dts) * scale),
                round((p.pts - p.dts) * scale),
                bool(p.is_keyframe),
                description,
            )
            for p, later in zip(
                packets,
                [*(p.dts for p in packets[1:]), packets[-1].dts + packets[-1].duration],
                strict=True,
            )
        ]
    moov = next(payload for kind, payload in children(body) if kind == b"moov")
    stsd = required(moov, b"trak", b"mdia", b"minf", b"stbl", b"stsd")
    kind, entry = next(children(stsd, 8))
    return samples, box(kind, entry)


def write_mp4(
    samples: Sequence[Sample], entries: Sequence[bytes], size: tuple[int, int], compact: int = 0
) -> bytes:
    """A file with the index in front.

    Args:
        entries: sample descriptions.
        compact: bits of a `stz2` table's sizes (4, 8 or 16); 0 for an ordinary `stsz`.
    """
    head = box(b"ftyp", b"isom\x00\x00\x02\x00isom")
    moov = _moov(samples, entries, size, compact, 0)
    return b"".join(
        (
            head,
            _moov(samples, entries, size, compact, len(head) + len(moov) + 8),
            box(b"mdat", *(sample.body for sample in samples)),
        )
    )


def _moov(
    samples: Sequence[Sample],
    entries: Sequence[bytes],
    size: tuple[int, int],
    compact: int,
    data: int,
) -> bytes:
    duration = sum(sample.duration for sample in samples)
    unity = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
    mvhd = struct.pack(">5I", 0, 0, 0, SCALE, duration) + bytes(16) + unity + bytes(28)
    tkhd = struct.pack(">6I", 7, 0, 0, 1, 0, duration) + bytes(16) + unity
    tkhd += struct.pack(">II", size[0] << 16, size[1] << 16)
    mdhd = struct.pack(">6I", 0, 0, 0, SCALE, duration, 0x55C40000)
    hdlr = bytes(8) + b"vide" + bytes(13)
    stbl = box(
        b"stbl",
        _table(b"stsd", entries),
        _table(b"stts", [struct.pack(">II", 1, s.duration) for s in samples]),
        _table(b"ctts", [struct.pack(">Ii", 1, s.shift) for s in samples]),
        _table(b"stss", [struct.pack(">I", n) for n, s in enumerate(samples, 1) if s.key]),
        *_chunks(samples, data),
        _sizes(samples, compact),
    )
    minf = box(b"minf", box(b"vmhd", bytes(12)), stbl)
    mdia = box(b"mdia", box(b"mdhd", mdhd), box(b"hdlr", hdlr), minf)
    return box(b"moov", box(b"mvhd", mvhd), box(b"trak", box(b"tkhd", tkhd), mdia))


def _table(kind: bytes, rows: Sequence[bytes]) -> bytes:
    return box(kind, bytes(4), struct.pack(">I", len(rows)), *rows)


def _chunks(samples: Sequence[Sample], data: int) -> tuple[bytes, bytes]:
    """`stsc` and `stco`: one chunk for each run of samples of the same description."""
    runs, places = [], []
    for number, (description, run) in enumerate(groupby(samples, lambda s: s.description), 1):
        held = list(run)
        runs.append(struct.pack(">III", number, len(held), description))
        places.append(struct.pack(">I", data))
        data += sum(len(sample.body) for sample in held)
    return _table(b"stsc", runs), _table(b"stco", places)


def _sizes(samples: Sequence[Sample], bits: int) -> bytes:
    sizes = [len(sample.body) for sample in samples]
    if not bits:
        head = struct.pack(">III", 0, 0, len(sizes))
        return box(b"stsz", head, *(struct.pack(">I", size) for size in sizes))
    head = struct.pack(">III", 0, bits, len(sizes))
    if bits == 4:
        pairs = zip(sizes[::2], [*sizes[1::2], 0], strict=False)
        return box(b"stz2", head, bytes(a << 4 | b for a, b in pairs))
    form = ">B" if bits == 8 else ">H"
    return box(b"stz2", head, *(struct.pack(form, size) for size in sizes))
