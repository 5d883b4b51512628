"""What a file really is, by its first bytes. Extensions are what people type."""

from __future__ import annotations

from typing import Literal

import msgspec

Family = Literal["image", "video", "archive", "unsupported", "unknown"]

#: Bytes that suffice to tell.
HEAD = 64


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
    (b"\x1aE\xdf\xa3", Kind("video", "mkv")),
    (b"PK\x03\x04", Kind("archive", "zip")),
    (b"PK\x05\x06", Kind("archive", "zip")),
    (b"%PDF-", Kind("unsupported", "PDF")),
    (b"\x1f\x8b", Kind("unsupported", "gzip")),
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
_STILL_BRANDS = {b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIF", b"msf1": "HEIF",
                 b"avif": "AVIF", b"avis": "AVIF"}  # fmt: skip


def detect(head: bytes) -> Kind:
    """The kind of a file, given its first bytes (`HEAD` or more)."""
    for prefix, kind in _PREFIXES:
        if head.startswith(prefix):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind("image", "webp")
    if head[:4] == b"RIFF" and head[8:11] == b"AVI":
        return Kind("video", "avi")
    if head[:2] == b"BM" and len(head) >= 18 and _bmp_header(head):
        return Kind("image", "bmp")
    if head[4:8] == b"ftyp":
        still = _STILL_BRANDS.get(head[8:12])
        return Kind("unsupported", still) if still else Kind("video", "mp4")
    if head[4:8] in _MOVIE_BOXES:
        return Kind("video", "mp4")
    return _stream(head)


def _bmp_header(head: bytes) -> bool:
    return int.from_bytes(head[14:18], "little") in {12, 16, 40, 52, 56, 64, 108, 124}


def _stream(head: bytes) -> Kind:
    """Containers that FFmpeg reads beside those that most people use."""
    for prefix, name in _RARE:
        if head.startswith(prefix):
            return Kind("video", name)
    return UNKNOWN


#: Content types of what is stored, for answers.
CONTENT_TYPES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "bmp": "image/bmp",
    "gif": "image/gif",
    "tiff": "image/tiff",
    "mp4": "video/mp4",
    "mkv": "video/x-matroska",
    "avi": "video/x-msvideo",
    "zip": "application/zip",
}
