"""Size and completeness of pictures that know no orientation: JPEG 2000, BMP, PNM and TGA.

Sources: ITU-T T.800 (codestream, annex A; boxes, annex I), the Windows bitmap headers, the Netpbm
formats, the Truevision TGA specification.
"""

from __future__ import annotations

import re
import struct

from chalicelib.media.images.info import PARTS_LIMIT, BadImage, ImageInfo
from chalicelib.media.reading import Reader

_MAP = re.compile(rb"P([1-6])(?:\s|#[^\n]*\n)+(\d{1,10})(?:\s|#[^\n]*\n)+(\d{1,10})\s")
#: Bytes in which the size of a portable map stands, comments included.
_MAP_HEAD = 64 * 1024
#: The header of a binary map to its end; the largest value is absent where a pixel is a bit.
_SPACE = rb"(?:\s|#[^\n]*\n)+"
_MAP_TO_PIXELS = re.compile(
    rb"P(?:(4)|([56]))" + _SPACE + rb"(\d{1,10})" + _SPACE + rb"(\d{1,10})"
    rb"(?(2)" + _SPACE + rb"(\d{1,5}))\s"
)
#: Compressions of bitmaps that leave a pixel as many bits as it has.
_PLAIN = {0, 3, 6}
_TAIL = 64
_NOTHING = "it is cut off before its picture begins"


def probe_jpeg2000(reader: Reader) -> ImageInfo:
    """The size of a JP2 file or of a bare codestream."""
    if reader.read(0, 2) == b"\xff\x4f":
        right, bottom, left, top = struct.unpack(">4I", reader.read(8, 16))
        return ImageInfo("jp2", right - left, bottom - top)
    offset, end = 0, reader.size
    for _ in range(PARTS_LIMIT):
        head = reader.read(offset, 16)
        size, kind = struct.unpack_from(">I4s", head)
        start = 8
        if size == 1:
            size, start = struct.unpack_from(">Q", head, 8)[0], 16
        elif size == 0:
            size = end - offset
        if kind == b"ihdr":
            height, width = struct.unpack(">II", reader.read(offset + start, 8))
            return ImageInfo("jp2", width, height)
        # The header's own box is gone into: what is wanted stands inside.
        offset += start if kind == b"jp2h" else max(size, 8)
    raise BadImage("its JPEG 2000 header names no size")


def probe_bmp(reader: Reader) -> ImageInfo:
    """The size of a bitmap; a negative height says that the first row is the top one."""
    head = reader.read(14, 16)
    form = "<HH" if struct.unpack_from("<I", head)[0] == 12 else "<ii"
    width, height = struct.unpack_from(form, head, 4)
    return ImageInfo("bmp", abs(width), abs(height))


def probe_portable_map(reader: Reader) -> ImageInfo:
    """The size of a PBM, PGM or PPM picture."""
    found = _MAP.match(reader.read(0, _MAP_HEAD))
    if found is None:
        raise BadImage("its PNM header is damaged")
    return ImageInfo("pnm", int(found[2]), int(found[3]))


def probe_targa(reader: Reader) -> ImageInfo:
    """The size of a TGA picture. Decoders turn it as its header says."""
    width, height = struct.unpack("<HH", reader.read(12, 4))
    return ImageInfo("tga", width, height)


def holds_jpeg2000(reader: Reader) -> bool:
    """Whether the codestream is there up to its end.

    Raises:
        BadImage: nothing of it is.
    """
    offset = 0
    while reader.read(0, 2) != b"\xff\x4f":
        size, kind = struct.unpack_from(">I4s", reader.read(offset, 8))
        if size == 1:
            size = struct.unpack_from(">Q", reader.read(offset + 8, 8))[0]
        if kind == b"jp2c":
            if size:
                end: int = offset + size
                return end <= reader.size
            break  # it goes on to the end of the file
        if size < 8:
            raise BadImage("its JPEG 2000 data is damaged")
        offset += size
    return b"\xff\xd9" in reader.read(max(0, reader.size - _TAIL), _TAIL)


def holds_bmp(reader: Reader) -> bool:
    """Whether a bitmap has all its rows.

    Raises:
        BadImage: it has none.
    """
    head = reader.read(0, 34)
    said, start, header = struct.unpack_from("<I4xII", head, 2)
    core = header == 12
    width, height = struct.unpack_from("<HH" if core else "<ii", head, 18)
    depth = struct.unpack_from("<H", head, 24 if core else 28)[0]
    packed = not core and struct.unpack_from("<I", head, 30)[0] not in _PLAIN
    rows: int = (abs(width) * depth + 31) // 32 * 4 * abs(height)
    if start >= reader.size:
        raise BadImage(_NOTHING)
    # Of packed rows only the file's own size is known, which is 0 in some.
    end: int = said if packed else start + rows
    return reader.size >= end


def holds_portable_map(reader: Reader) -> bool:
    """Whether a portable map has all its rows; those that are written in digits are not counted.

    Raises:
        BadImage: it has none.
    """
    found = _MAP_TO_PIXELS.match(reader.read(0, _MAP_HEAD))
    if found is None:
        return True
    width, height, most = int(found[3]), int(found[4]), int(found[5] or 1)
    if found.end() >= reader.size:
        raise BadImage(_NOTHING)
    row = (width + 7) // 8 if found[1] else width * (2 if most > 255 else 1)
    return reader.size >= found.end() + row * height * (3 if found[2] == b"6" else 1)


def holds_targa(reader: Reader) -> bool:
    """Whether a TGA picture has all its rows; packed ones are not counted.

    Raises:
        BadImage: it has none.
    """
    head = reader.read(0, 18)
    palette = struct.unpack_from("<H", head, 5)[0] * (head[7] // 8 + (head[7] % 8 > 0))
    start = 18 + head[0] + (palette if head[1] else 0)
    width, height = struct.unpack_from("<HH", head, 12)
    if start >= reader.size:
        raise BadImage(_NOTHING)
    rows: int = width * height * ((head[16] + 7) // 8)
    return head[2] > 8 or reader.size >= start + rows
