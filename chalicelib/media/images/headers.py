"""Size and orientation of photographs from their headers, without decoding a pixel.

Usually the first 64 KB suffice; where a header lies deeper, the reader is asked for that range.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import partial

from chalicelib.media.images.gif import probe_gif
from chalicelib.media.images.heif import probe_heif
from chalicelib.media.images.info import (
    PIXEL_LIMIT,
    BadImage,
    ImageInfo,
    check_bytes,
    check_size,
)
from chalicelib.media.images.jpeg import probe_jpeg
from chalicelib.media.images.plain import (
    probe_bmp,
    probe_jpeg2000,
    probe_portable_map,
    probe_targa,
)
from chalicelib.media.images.png import is_deep, probe_png
from chalicelib.media.images.tiff import exif_orientation, probe_tiff
from chalicelib.media.images.webp import probe_webp
from chalicelib.media.kinds import HEAD, detect
from chalicelib.media.reading import Reader

__all__ = ["FIRST_READ", "PIXEL_LIMIT", "BadImage", "ImageInfo", "exif_orientation", "probe"]

#: Bytes with which most headers are complete.
FIRST_READ = 64 * 1024

_PARSERS: dict[str, Callable[[Reader], ImageInfo]] = {
    "jpeg": probe_jpeg,
    "png": probe_png,
    "webp": probe_webp,
    "gif": probe_gif,
    "bmp": probe_bmp,
    "tiff": probe_tiff,
    "jp2": probe_jpeg2000,
    "heic": partial(probe_heif, expected="heic"),
    "avif": partial(probe_heif, expected="avif"),
    "pnm": probe_portable_map,
    "tga": probe_targa,
}


def probe(reader: Reader) -> ImageInfo:
    """Read an image's header.

    Raises:
        BadImage: not an image, damaged, or more pixels or bytes than the limit.
    """
    kind = detect(reader.read(0, HEAD))
    parse = _PARSERS.get(kind.format)
    if parse is None:
        raise BadImage("it is not an image")
    try:
        info = parse(reader)
    except (struct.error, IndexError) as error:
        raise BadImage(f"its {kind.format.upper()} header is damaged or cut off") from error
    check_size(info, deep=kind.format == "png" and is_deep(reader))
    check_bytes(reader.size)
    return info
