"""Whether all of a picture is there: by its size where that tells, else by its last bytes."""

from __future__ import annotations

import struct
from collections.abc import Callable

from chalicelib.media.images import heif, jpeg, plain, png, tiff, webp
from chalicelib.media.images.info import BadImage
from chalicelib.media.reading import Reader

#: GIF files tell only when they are walked from end to end, which `pages.py` does.
_ASKED: dict[str, Callable[[Reader], bool]] = {
    "jpeg": jpeg.is_whole,
    "png": png.is_whole,
    "webp": webp.is_whole,
    "heic": heif.is_whole,
    "avif": heif.is_whole,
    "tiff": tiff.is_whole,
    "bmp": plain.holds_bmp,
    "jp2": plain.holds_jpeg2000,
    "pnm": plain.holds_portable_map,
    "tga": plain.holds_targa,
}


def is_whole(reader: Reader, form: str) -> bool:
    """Whether a picture's file holds all of it. If not, it is shown as far as it goes.

    Args:
        form: its format; one that cannot be told counts as whole.

    Raises:
        BadImage: so much is missing that nothing can be shown.
    """
    asked = _ASKED.get(form)
    if asked is None:
        return True
    try:
        return asked(reader)
    except (struct.error, IndexError) as error:
        raise BadImage("it is cut off before its picture begins") from error
