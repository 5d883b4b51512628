"""Sample entries of MP4 files: codec names, RFC 6381 strings and decoder configuration."""

from __future__ import annotations

import struct

import msgspec

from chalicelib.media.video.index import BadVideo, Colours
from chalicelib.media.video.mp4_boxes import child, children

#: Bytes of a VisualSampleEntry before its child boxes.
VISUAL_ENTRY = 78


class Codec(msgspec.Struct, frozen=True):
    """What a sample entry says. `name` is FFmpeg's; `string` is for WebCodecs, or ""."""

    name: str
    string: str
    config: bytes
    width: int
    height: int
    colours: Colours = Colours()


class UnknownCodec(Exception):
    """Not a codec that this module describes; FFmpeg may still know it."""


def parse_entry(kind: bytes, entry: bytes) -> Codec:
    """Describe a visual sample entry (payload after size and type).

    Raises:
        UnknownCodec: leave it to FFmpeg.
    """
    if len(entry) < VISUAL_ENTRY:
        raise BadVideo("its index describes no picture format")
    width, height = struct.unpack_from(">HH", entry, 24)
    box, name, describe = _KINDS.get(kind, (b"", "", None))
    if describe is None:
        raise UnknownCodec(kind.decode("latin1"))
    config = child(entry, box, start=VISUAL_ENTRY)
    if config is None:
        raise UnknownCodec(kind.decode("latin1"))
    string, extradata = describe(kind.decode("latin1"), config)
    return Codec(name, string, extradata, width, height, _colours(entry))


def _colours(entry: bytes) -> Colours:
    """The `colr` box: `nclx` says the range as well, QuickTime's `nclc` does not."""
    for kind, colr in children(entry, VISUAL_ENTRY):
        if kind == b"colr" and colr[:4] in {b"nclx", b"nclc"} and len(colr) >= 10:
            full_range = 0
            if colr[:4] == b"nclx" and len(colr) > 10:
                full_range = 2 if colr[10] & 0x80 else 1
            primaries, transfer, matrix = struct.unpack_from(">3H", colr, 4)
            return Colours(primaries, transfer, matrix, full_range)
    return Colours()


def avc_string(kind: str, config: bytes) -> tuple[str, bytes]:
    """`avc1.PPCCLL` of an AVCDecoderConfigurationRecord."""
    return f"{kind}.{config[1:4].hex()}", config


def hevc_string(kind: str, config: bytes) -> tuple[str, bytes]:
    """`hvc1.…` of an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, annex E)."""
    space = ("", "A", "B", "C")[config[1] >> 6]
    tier = "H" if config[1] & 0x20 else "L"
    flags = int(f"{int.from_bytes(config[2:6], 'big'):032b}"[::-1], 2)
    limits = config[6:12].rstrip(b"\x00")
    parts = [kind, f"{space}{config[1] & 31}", f"{flags:x}", f"{tier}{config[12]}"]
    return ".".join(parts + [f"{byte:x}" for byte in limits]), config


def vp9_string(_kind: str, config: bytes) -> tuple[str, bytes]:
    """`vp09.PP.LL.DD` of a VPCodecConfigurationBox. The decoder needs no configuration."""
    return f"vp09.{config[4]:02d}.{config[5]:02d}.{config[6] >> 4:02d}", b""


def av1_string(_kind: str, config: bytes) -> tuple[str, bytes]:
    """`av01.P.LLT.DD` of an AV1CodecConfigurationRecord."""
    profile, level = config[1] >> 5, config[1] & 31
    tier = "H" if config[2] & 0x80 else "M"
    depth = (12 if config[2] & 0x20 else 10) if config[2] & 0x40 else 8
    return f"av01.{profile}.{level:02d}{tier}.{depth:02d}", config


def _mpeg4(_kind: str, esds: bytes) -> tuple[str, bytes]:
    """Specific information of an MPEG-4 part 2 stream (ISO/IEC 14496-1 descriptors)."""
    at, object_type = 4, 0
    while at < len(esds):
        tag, at = esds[at], at + 1
        size = 0
        while at < len(esds):
            byte, at = esds[at], at + 1
            size = size << 7 | byte & 127
            if not byte & 128:
                break
        if tag == 3 and at + 2 < len(esds):
            flags = esds[at + 2]
            at += 3 + (2 if flags & 0x80 else 0) + (2 if flags & 0x20 else 0)
        elif tag == 4:
            object_type = esds[at]
            at += 13
        elif tag == 5 and object_type == 0x20:
            return "", esds[at : at + size]
        else:
            at += size
    raise UnknownCodec("mp4v")


_KINDS = {
    b"avc1": (b"avcC", "h264", avc_string),
    b"avc3": (b"avcC", "h264", avc_string),
    b"hvc1": (b"hvcC", "hevc", hevc_string),
    b"hev1": (b"hvcC", "hevc", hevc_string),
    b"vp09": (b"vpcC", "vp9", vp9_string),
    b"av01": (b"av1C", "av1", av1_string),
    b"mp4v": (b"esds", "mpeg4", _mpeg4),
}
