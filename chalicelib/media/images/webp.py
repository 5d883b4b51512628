"""Size, orientation and frames of WebP files. Source: the WebP container specification."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from chalicelib.media.images.info import BadImage, ImageInfo
from chalicelib.media.images.tiff import exif_orientation
from chalicelib.media.reading import BytesReader, RangeReader, Reader

_EXIF, _ANIMATION = 0x08, 0x02
_EXIF_BYTES = 64 * 1024
#: Frames of an animation are small and many: they are walked in steps of this size.
_STRIDE = 1 << 20


def probe_webp(reader: Reader) -> ImageInfo:
    """The header of a WebP file."""
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
            orientation = _orientation(reader, head[20]) if head[20] & _EXIF else 1
            return ImageInfo("webp", width, height, orientation)
    raise BadImage("its WEBP header is damaged")


def is_whole(reader: Reader) -> bool:
    """Whether the file is as long as it says.

    Raises:
        BadImage: it is cut off, and there is no picture in it that a decoder shows.
    """
    head = reader.read(0, 21)
    said = 8 + int.from_bytes(head[4:8], "little")
    if said <= reader.size:
        return True
    walk = _stepping(reader)
    animated = head[12:16] == b"VP8X" and bool(head[20] & _ANIMATION)
    wanted = {b"ANMF"} if animated else {b"VP8 ", b"VP8L"}
    for name, offset, length in _chunks(walk):
        if name in wanted and offset + length <= reader.size:
            return not animated  # what is lost describes the picture
    raise BadImage(f"it is cut off: {reader.size:,} of its {said:,} bytes are there")


def frame_count(reader: Reader, limit: int) -> int:
    """Frames of an animation as far as the file goes; 1 for a still picture.

    Raises:
        BadImage: more than `limit`.
    """
    head = reader.read(0, 21)
    if head[12:16] != b"VP8X" or not head[20] & _ANIMATION:
        return 1
    count = 0
    for name, offset, length in _chunks(_stepping(reader)):
        if name == b"ANMF" and offset + length <= reader.size:
            count += 1
        if count > limit:
            raise BadImage(f"it has more than {limit:,} frames")
    return count


def whole_part(body: bytes) -> bytes:
    """A file without the chunk in which it is cut off, which decoders do not go around."""
    if 8 + int.from_bytes(body[4:8], "little") <= len(body):
        return body
    end = 12
    for _, offset, length in _chunks(BytesReader(body)):
        if offset + length > len(body):
            break
        end = offset + length + (length & 1)
    return body[:4] + (end - 8).to_bytes(4, "little") + body[8:end]


def _orientation(reader: Reader, flags: int) -> int:
    """Exif stands at the end of a WebP file, after the picture."""
    for name, offset, length in _chunks(_stepping(reader) if flags & _ANIMATION else reader):
        if name == b"EXIF":
            body = reader.read(offset, min(length, _EXIF_BYTES))
            return exif_orientation(body.removeprefix(b"Exif\x00\x00"))
    return 1


def _stepping(reader: Reader) -> Reader:
    return RangeReader(reader.read, reader.size, _STRIDE)


def _chunks(reader: Reader) -> Iterator[tuple[bytes, int, int]]:
    """Name, offset and length of the content of each chunk."""
    offset = 12
    while True:
        head = reader.read(offset, 8)
        if len(head) < 8:
            return
        name, length = struct.unpack("<4sI", head)
        yield name, offset + 8, length
        offset += 8 + length + (length & 1)
