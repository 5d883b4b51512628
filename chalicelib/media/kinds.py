"""What a file really is, by its first bytes. Extensions are what people type."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

#: Point clouds (`pcd`, `bin`) have no first bytes of their own: they are told by name and content.
Family = Literal["image", "document", "points", "video", "archive", "unsupported", "unknown"]

#: Bytes that suffice to tell: a tar archive's first header.
HEAD = 512


class Kind(msgspec.Struct, frozen=True):
    """A format (`jpeg`, `mp4`, …) and the family that decides how it is read."""

    family: Family
    format: str


UNKNOWN = Kind("unknown", "")

_PREFIXES: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", Kind("image", "jpeg")),
    (b"\x89PNG\r\n\x1a\n", Kind("image", "png")),
    (b"GIF87a", Kind("image", "gif")),
    (b"GIF89a", Kind("image", "gif")),
    (b"II*\x00", Kind("image", "tiff")),
    (b"MM\x00*", Kind("image", "tiff")),
    (b"II+\x00", Kind("image", "tiff")),
    (b"MM\x00+", Kind("image", "tiff")),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", Kind("image", "jp2")),
    (b"\xff\x4f\xff\x51\x00", Kind("image", "jp2")),
    (b"\x1aE\xdf\xa3", Kind("video", "mkv")),
    (b"%PDF-", Kind("document", "pdf")),
    (b"PK\x03\x04", Kind("archive", "zip")),
    (b"PK\x05\x06", Kind("archive", "zip")),
    (b"\x1f\x8b", Kind("archive", "gz")),
    (b"\xfd7zXZ\x00", Kind("archive", "xz")),
    (b"\x28\xb5\x2f\xfd", Kind("archive", "zst")),
    (b"Rar!", Kind("unsupported", "RAR")),
    (b"7z\xbc\xaf\x27\x1c", Kind("unsupported", "7z")),
    (b"8BPS", Kind("unsupported", "Photoshop")),
)
_RARE = (
    (b"FLV\x01", "flv"),
    (b"OggS", "ogg"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
)
_MOVIE_BOXES = {b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"}
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs",
                b"mif1", b"mif2", b"msf1"}  # fmt: skip
_PORTABLE_MAP = re.compile(rb"P[1-6](?:\s|#[^\n]*\n)+\d+\s")


def detect(head: bytes) -> Kind:
    """The kind of a file, given its first bytes (`HEAD` or more)."""
    for prefix, kind in _PREFIXES:
        if head.startswith(prefix):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind("image", "webp")
    if head[:4] == b"RIFF" and head[8:11] == b"AVI":
        return Kind("video", "avi")
    if head[:3] == b"BZh" and head[4:10] == b"1AY&SY":
        return Kind("archive", "bz2")
    if head[:2] == b"BM" and len(head) >= 18 and _bmp_header(head):
        return Kind("image", "bmp")
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[4:8] in _MOVIE_BOXES:
        return Kind("video", "mp4")
    if _PORTABLE_MAP.match(head):
        return Kind("image", "pnm")
    if _tar_header(head[:512]):
        return Kind("archive", "tar")
    return _stream(head) or (Kind("image", "tga") if _targa_header(head) else UNKNOWN)


def _by_brand(head: bytes) -> Kind:
    """A still picture or a film: both are ISO base media files that say which in `ftyp`."""
    brand = head[8:12]
    if brand not in _AVIF_BRANDS | _HEIF_BRANDS:
        return Kind("video", "mp4")
    end = min(int.from_bytes(head[:4]), len(head))
    compatible = {head[at : at + 4] for at in range(16, end - 3, 4)}
    if brand in _AVIF_BRANDS or (brand in {b"mif1", b"msf1"} and compatible & _AVIF_BRANDS):
        return Kind("image", "avif")
    return Kind("image", "heic")


def _bmp_header(head: bytes) -> bool:
    return int.from_bytes(head[14:18], "little") in {12, 16, 40, 52, 56, 64, 108, 124}


def _tar_header(header: bytes) -> bool:
    """Whether the checksum of a tar member's header is right, whatever its dialect."""
    said = header[148:156].strip(b" \x00")
    if len(header) < 512 or not said.isdigit() or b"8" in said or b"9" in said:
        return False
    return sum(header[:148]) + sum(b" " * 8) + sum(header[156:]) == int(said, 8)


def _targa_header(head: bytes) -> bool:
    """Whether every field of a TGA header, which has no signature, agrees with the others."""
    if len(head) < 18:
        return False
    mapped, coding, depth = head[1], head[2], head[16]
    if mapped:
        plausible = mapped == 1 and coding in {1, 9} and head[7] in {15, 16, 24, 32} and depth == 8
    else:
        depths = {2: {16, 24, 32}, 10: {16, 24, 32}, 3: {8, 16}, 11: {8, 16}}
        plausible = not any(head[3:8]) and depth in depths.get(coding, set())
    alpha_fits = head[17] & 0x0F in {0, 1, 8} and not head[17] & 0xC0
    return plausible and alpha_fits and any(head[12:14]) and any(head[14:16])


def _stream(head: bytes) -> Kind | None:
    """Containers that FFmpeg reads beside those that most people use."""
    for prefix, name in _RARE:
        if head.startswith(prefix):
            return Kind("video", name)
    # A transport stream has packets of 188 bytes (M2TS: of 192, after a time stamp of 4).
    for first, step in ((0, 188), (4, 192)):
        if all(head[at : at + 1] == b"G" for at in (first, first + step, first + 2 * step)):
            return Kind("video", "mpegts")
    return None


#: Content types of what is stored, for answers.
CONTENT_TYPES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "bmp": "image/bmp",
    "gif": "image/gif",
    "tiff": "image/tiff",
    "heic": "image/heic",
    "avif": "image/avif",
    "jp2": "image/jp2",
    "pnm": "image/x-portable-anymap",
    "tga": "image/x-tga",
    "pdf": "application/pdf",
    "mp4": "video/mp4",
    "mkv": "video/x-matroska",
    "avi": "video/x-msvideo",
    "mpegts": "video/mp2t",
    "zip": "application/zip",
}
