"""What Pillow opens, as RGB."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image, ImageFile

from chalicelib.media.images import deep, webp
from chalicelib.media.images.deep import Pixels
from chalicelib.media.images.info import PIXEL_LIMIT, ImageInfo, check_size
from chalicelib.media.reading import Reader, SeekableFile

#: Pillow's names of formats, where they are not ours in capitals.
_NAMES = {"jp2": "JPEG2000", "pnm": "PPM"}
#: Formats whose orientation is seen to when they are decoded.
TURNED_BY_DECODER = frozenset({"tiff", "heic"})
#: Modes that PNG keeps as they are.
KEPT = frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "I;16"})
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_DEEP = ("I", "F")
#: Rows are converted so many pixels at a time, so that one copy of a large picture is made, not
#: several.
_AT_ONCE = 1 << 22

# A header was measured against our own limit when its file was looked into. It is measured again
# before anything is decoded, as files may have been replaced meanwhile: here for what Pillow itself
# unpacks on the way.
Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
# A photograph that is cut off is shown as far as it goes, as browsers and CVAT show it: an error
# would take the other pictures of its chunk away, too.
ImageFile.LOAD_TRUNCATED_IMAGES = True

#: What damaged files make Pillow and its libraries raise.
DAMAGE = (
    OSError, SyntaxError, ValueError, EOFError, RuntimeError, TypeError, KeyError, IndexError,
    OverflowError, MemoryError, Image.DecompressionBombError,
)  # fmt: skip


def opened(body: bytes | Reader, form: str) -> Image.Image:
    """A picture file, its pixels not yet decoded. Raises any of `DAMAGE`; BadImage: too large."""
    if form == "heic":
        # A library that only these pictures need: most workers start without it.
        import pi_heif

        whole = body if isinstance(body, bytes) else body.read(0, body.size)
        found = pi_heif.open_heif(whole)
        check_size(ImageInfo(form, *found.size))
        heic: Image.Image = found.to_pillow()
        return heic
    if form == "webp" and isinstance(body, bytes):
        body = webp.whole_part(body)
    source: Any = io.BytesIO(body) if isinstance(body, bytes) else SeekableFile(body)
    picture = Image.open(source, formats=[_NAMES.get(form, form.upper())])
    check_size(ImageInfo(form, *picture.size))
    return picture


def turn_to(picture: Image.Image, form: str, page: int) -> None:
    """Go to a page of an opened file, not yet decoded. Raises as `opened`."""
    if page:
        picture.seek(page)
        check_size(ImageInfo(form, *picture.size))


def upright(picture: Image.Image, form: str, orientation: int) -> Image.Image:
    """A decoded picture turned by Exif's orientation, unless its decoder has seen to that."""
    turn = None if form in TURNED_BY_DECODER else _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    """A decoded picture as a file, in its mode and with its colour profile.

    Nothing else that the file said of itself is kept, Exif's orientation above all.
    """
    for name in ("icc_profile", "transparency"):
        if picture.info.get(name) is not None:
            options[name] = picture.info[name]
    bare = picture.copy()
    bare.info = {}
    sink = io.BytesIO()
    bare.save(sink, form, exif=b"", **options)
    return sink.getvalue()


def has_deep_colours(picture: Image.Image) -> bool:
    """Whether an opened picture, not yet decoded, has colours of 16 bits: Pillow keeps 8 of them.

    Only of formats that OpenCV reads, too.
    """
    if picture.format not in {"PNG", "TIFF"} or picture.mode.startswith(_DEEP):
        return False
    return any(";16" in str(tile) for tile in getattr(picture, "tile", ()))


def rgb(picture: Image.Image) -> Pixels:
    """A decoded picture on a white background, shape (height, width, 3).

    Browsers show white where a page says nothing else, and white is what most drawings and cut-outs
    with transparency are made for.
    """
    if picture.mode.startswith(_DEEP):
        return deep.shown(np.asarray(picture))
    transparent = picture.has_transparency_data
    width, height = picture.size
    rows = max(1, _AT_ONCE // width)
    if rows >= height:
        return _part(picture, transparent=transparent)
    sink = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        part = picture.crop((0, top, width, bottom))
        sink[top:bottom] = _part(part, transparent=transparent)
    return sink


def _part(picture: Image.Image, *, transparent: bool) -> Pixels:
    if transparent:
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture.convert("RGBA"))
    return np.asarray(picture.convert("RGB"), np.uint8)
