"""Which track of a movie is its video, and what its headers say (ISO/IEC 14496-12)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import msgspec

from chalicelib.media.video.index import BadVideo
from chalicelib.media.video.mp4_boxes import child, children, required
from chalicelib.media.video.mp4_codecs import Codec, UnknownCodec, parse_entry
from chalicelib.media.video.mp4_tables import DAMAGED, counted
from chalicelib.media.video.orientation import Orientation, of_matrix

_STILLS = {b"jpeg", b"png ", b"gif "}


class Unsupported(Exception):
    """A valid file with something that these parsers leave to FFmpeg: a rare codec."""


class Track(msgspec.Struct, frozen=True):
    """A video track.

    Attributes:
        number: its ID in the file.
        stbl: payload of its sample tables.
        codecs: its sample descriptions.
        timescale: ticks per second.
        edits: intervals of media time `[start, stop)` that are shown; none means all.
    """

    number: int
    stbl: bytes
    codecs: list[Codec]
    timescale: int
    edits: list[tuple[int, int]]
    orientation: Orientation


def video_track(moov: bytes) -> Track:
    """The first video track that is neither a cover nor a chapter's picture.

    Raises:
        BadVideo: there is none, or it is encrypted. Unsupported: its codec is left to FFmpeg.
    """
    trak = _first_video(moov)
    stbl = required(trak, b"mdia", b"minf", b"stbl")
    timescale = _timescale(required(trak, b"mdia", b"mdhd"))
    tkhd = required(trak, b"tkhd")
    wide = tkhd[0] == 1
    return Track(
        number=_number(tkhd),
        stbl=stbl,
        codecs=_codecs(stbl),
        timescale=timescale,
        edits=_edits(trak, _timescale(required(moov, b"mvhd")), timescale),
        orientation=of_matrix(*_matrix(tkhd, 52 if wide else 40)),
    )


def announced_end(moov: bytes, track: Track) -> int:
    """Ticks that a fragmented movie says it lasts (`mehd`); 0 if it does not."""
    mehd = child(moov, b"mvex", b"mehd")
    if mehd is None:
        return 0
    duration: int = struct.unpack_from(">Q" if mehd[0] == 1 else ">I", mehd, 4)[0]
    return duration * track.timescale // _timescale(required(moov, b"mvhd"))


def _first_video(moov: bytes) -> bytes:
    tracks = [trak for kind, trak in children(moov) if kind == b"trak"]
    pictures = set().union(*map(_chapters, tracks)) if tracks else set()
    for trak in tracks:
        handler = child(trak, b"mdia", b"hdlr")
        if handler is None or handler[8:12] != b"vide":
            continue
        if _number(required(trak, b"tkhd")) not in pictures and not _is_still(trak):
            return trak
    raise BadVideo("it has no video track")


def _chapters(trak: bytes) -> set[int]:
    """Tracks that hold titles and pictures of a track's chapters."""
    chap = child(trak, b"tref", b"chap") or b""
    return {number for (number,) in struct.iter_unpack(">I", chap[: len(chap) // 4 * 4])}


def _is_still(trak: bytes) -> bool:
    """A track of one picture: a cover."""
    stbl = child(trak, b"mdia", b"minf", b"stbl") or b""
    kinds = {kind for kind, _ in children(child(stbl, b"stsd") or b"", 8)}
    stsz = child(stbl, b"stsz")
    return kinds <= _STILLS and stsz is not None and struct.unpack_from(">I", stsz, 8)[0] == 1


def _number(tkhd: bytes) -> int:
    number: int = struct.unpack_from(">I", tkhd, 20 if tkhd[0] == 1 else 12)[0]
    return number


def _codecs(stbl: bytes) -> list[Codec]:
    found = list(_entries(stbl))
    if not found:
        raise BadVideo("its index describes no picture format")
    return found


def _entries(stbl: bytes) -> Iterator[Codec]:
    for kind, entry in children(required(stbl, b"stsd"), 8):
        if kind == b"encv":
            raise BadVideo("it is encrypted (protected by digital rights management)")
        try:
            yield parse_entry(kind, entry)
        except UnknownCodec as error:
            raise Unsupported(str(error)) from error


def _timescale(header: bytes) -> int:
    scale: int = struct.unpack_from(">I", header, 20 if header[0] == 1 else 12)[0]
    if scale == 0:
        raise BadVideo(DAMAGED)
    return scale


def _matrix(tkhd: bytes, at: int) -> tuple[int, int, int, int]:
    a, b, _, c, d = struct.unpack_from(">5i", tkhd, at)
    return a, b, c, d


def _edits(trak: bytes, movie_scale: int, media_scale: int) -> list[tuple[int, int]]:
    """Intervals of media time that are shown. Empty edits only delay, so they are left out."""
    elst = child(trak, b"edts", b"elst")
    if elst is None:
        return []
    wide = elst[0] == 1
    entry = struct.Struct(">QqI" if wide else ">IiI")
    edits: list[tuple[int, int]] = []
    for number in range(min(counted(elst), (len(elst) - 8) // entry.size)):
        duration, start, _rate = entry.unpack_from(elst, 8 + number * entry.size)
        if start < 0:
            continue
        # Rounded to the nearest tick, as FFmpeg does, so that a coarse movie time scale does
        # not cut off the last frame.
        ticks = (duration * media_scale + movie_scale // 2) // movie_scale
        edits.append((start, start + ticks if duration else 1 << 62))
    return edits
