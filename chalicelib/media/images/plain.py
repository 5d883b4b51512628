"""Sizes of pictures in formats that know no orientation: JPEG 2000, BMP, PNM and TGA.

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
