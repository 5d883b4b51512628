"""Size and orientation of photographs from their headers, without decoding a pixel.

Usually the first 64 KB suffice; where a header lies deeper, the reader is asked for that range.
Sources: ITU-T T.81 (JPEG), PNG 3rd edition, the WebP container specification, GIF89a, TIFF 6.0 and
BigTIFF, Exif 2.3 (orientation).
"""

from __future__ import annotations

import struct
from collections.abc import Callable

import msgspec

from chalicelib.media.kinds import HEAD, detect
from chalicelib.media.reading import Reader

#: Bytes with which most headers are complete.
FIRST_READ = 64 * 1024
#: Pictures above this are refused before anything decodes them: 16,384 × 16,384.
PIXEL_LIMIT = 1 << 28

_ORIENTATION = 0x0112
_WIDTH, _HEIGHT = 0x0100, 0x0101


class BadImage(Exception):
    """The file cannot be used as an image. The text says why, without the file's name."""


class ImageInfo(msgspec.Struct, frozen=True):
    """A picture's header. `stored_*` in pixels as encoded; `orientation` is Exif's 1…8."""

    format: str
    stored_width: int
    stored_height: int
    orientation: int = 1

    @property
    def width(self) -> int:
        """Width as shown."""
        return self.stored_height if self.orientation > 4 else self.stored_width

    @property
    def height(self) -> int:
        """Height as shown."""
        return self.stored_width if self.orientation > 4 else self.stored_height


def probe(reader: Reader) -> ImageInfo:
    """Read an image's header.

    Raises:
        BadImage: not an image, damaged, or more pixels than the limit.
    """
    kind = detect(reader.read(0, HEAD))
    parse = _PARSERS.get(kind.format)
    if parse is None:
        raise BadImage("it is not an image")
    try:
        info = parse(reader)
    except (struct.error, IndexError) as error:
        raise BadImage(f"its {kind.format.upper()} header is damaged or cut off") from error
    if info.width < 1 or info.height < 1:
        raise BadImage(f"its {kind.format.upper()} header says {info.width} × {info.height}")
    if info.width * info.height > PIXEL_LIMIT:
        raise BadImage(
            f"it has {info.width} × {info.height} pixels; at most {PIXEL_LIMIT:,} are accepted"
        )
    return info


def _jpeg(reader: Reader) -> ImageInfo:
    offset, orientation = 2, 1
    while True:
        head = reader.read(offset, 9)
        marker = head[1]
        if head[0] != 0xFF:
            raise BadImage("its JPEG header is damaged")
        if marker in {0xFF, 0x01} or 0xD0 <= marker <= 0xD8:
            offset += 1 if marker == 0xFF else 2
            continue
        if marker in {0xD9, 0xDA}:
            raise BadImage("its JPEG header names no size")
        length = struct.unpack_from(">H", head, 2)[0]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack_from(">HH", head, 5)
            return ImageInfo("jpeg", width, height, orientation)
        if marker == 0xE1 and orientation == 1:
            body = reader.read(offset + 4, length - 2)
            if body.startswith(b"Exif\x00\x00"):
                orientation = exif_orientation(body[6:])
        offset += 2 + length


def _png(reader: Reader) -> ImageInfo:
    width, height = struct.unpack_from(">II", reader.read(16, 8))
    offset, orientation = 8, 1
    while True:
        head = reader.read(offset, 8)
        if len(head) < 8 or head[4:] in {b"IDAT", b"IEND"}:
            return ImageInfo("png", width, height, orientation)
        length = struct.unpack_from(">I", head)[0]
        if head[4:] == b"eXIf":
            orientation = exif_orientation(reader.read(offset + 8, length))
        offset += 12 + length


def _webp(reader: Reader) -> ImageInfo:
    head = reader.read(0, 30)
    match head[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", head, 26)
            return ImageInfo("webp", width & 0x3FFF, height & 0x3FFF)
        case b"VP8L":
            bits = struct.unpack_from("<I", head, 21)[0]
            return ImageInfo("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8X":
            width = int.from_bytes(head[24:27], "little") + 1
            height = int.from_bytes(head[27:30], "little") + 1
            orientation = _webp_orientation(reader) if head[20] & 0x08 else 1
            return ImageInfo("webp", width, height, orientation)
    raise BadImage("its WEBP header is damaged")


def _webp_orientation(reader: Reader) -> int:
    """Exif stands at the end of a WebP file, after the picture."""
    offset = 12
    while True:
        head = reader.read(offset, 8)
        if len(head) < 8:
            return 1
        length = struct.unpack_from("<I", head, 4)[0]
        if head[:4] == b"EXIF":
            body = reader.read(offset + 8, length)
            return exif_orientation(body.removeprefix(b"Exif\x00\x00"))
        offset += 8 + length + (length & 1)


def _bmp(reader: Reader) -> ImageInfo:
    head = reader.read(14, 16)
    if struct.unpack_from("<I", head)[0] == 12:
        width, height = struct.unpack_from("<HH", head, 4)
    else:
        width, height = struct.unpack_from("<ii", head, 4)
    return ImageInfo("bmp", abs(width), abs(height))


def _gif(reader: Reader) -> ImageInfo:
    width, height = struct.unpack_from("<HH", reader.read(6, 4))
    return ImageInfo("gif", width, height)


def _tiff(reader: Reader) -> ImageInfo:
    tags = _directory(reader.read, {_WIDTH, _HEIGHT, _ORIENTATION})
    if _WIDTH not in tags or _HEIGHT not in tags:
        raise BadImage("its TIFF header names no size")
    return ImageInfo("tiff", tags[_WIDTH], tags[_HEIGHT], _sane(tags.get(_ORIENTATION, 1)))


_PARSERS: dict[str, Callable[[Reader], ImageInfo]] = {
    "jpeg": _jpeg,
    "png": _png,
    "webp": _webp,
    "bmp": _bmp,
    "gif": _gif,
    "tiff": _tiff,
}


def exif_orientation(exif: bytes) -> int:
    """Orientation 1…8 from an Exif block (a TIFF file); 1 if it is absent or damaged."""
    try:
        tags = _directory(lambda offset, size: exif[offset : offset + size], {_ORIENTATION})
    except (struct.error, IndexError):
        return 1
    return _sane(tags.get(_ORIENTATION, 1))


def _sane(orientation: int) -> int:
    return orientation if 1 <= orientation <= 8 else 1


def _directory(read: Callable[[int, int], bytes], wanted: set[int]) -> dict[int, int]:
    """Integer values of the wanted tags of the first directory of a TIFF or BigTIFF file."""
    head = read(0, 16)
    order = "<" if head[:2] == b"II" else ">"
    big = struct.unpack_from(order + "H", head, 2)[0] == 43
    if big:
        offset = struct.unpack_from(order + "Q", head, 8)[0]
        count, start = struct.unpack_from(order + "Q", read(offset, 8))[0], offset + 8
        entry = struct.Struct(order + "HHQ8s")
    else:
        offset = struct.unpack_from(order + "I", head, 4)[0]
        count, start = struct.unpack_from(order + "H", read(offset, 2))[0], offset + 2
        entry = struct.Struct(order + "HHI4s")
    body = read(start, entry.size * min(count, 4096))
    found: dict[int, int] = {}
    for at in range(0, len(body) - entry.size + 1, entry.size):
        tag, kind, _count, value = entry.unpack_from(body, at)
        code = {1: "B", 3: "H", 4: "I", 16: "Q"}.get(kind)
        if tag in wanted and code is not None:
            found.setdefault(tag, struct.unpack_from(order + code, value)[0])
    return found
