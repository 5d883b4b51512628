"""What `quality=original` gives of a picture: what was uploaded, where any client can open it.

Pictures that browsers do not open (TIFF, HEIC, AVIF, JPEG 2000, PNM, TGA), pages of files that hold
several, and pictures that are not upright come as PNG without loss: with 16 bits and transparency,
if they have them. Two cannot be without loss: JPEG files that must be turned are encoded again at
the best quality, as PNG would be several times as large; and floats, which PNG does not know, come
as they are shown. What was uploaded stays where it is in every case.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import cv2
import numpy.typing as npt
from PIL import Image

from chalicelib.media.files import File
from chalicelib.media.images import gif, opencv, pillow, png, webp
from chalicelib.media.images.info import BadImage
from chalicelib.media.images.passing import OPENED_BY_ALL
from chalicelib.media.images.pixels import decode_image, encode_jpeg, encode_png, turned
from chalicelib.media.reading import BytesReader

_EXTENSIONS = {"jpeg": ("jpg", "jpeg", "jfif"), "bmp": ("bmp", "dib")}
#: For speed rather than size.
_EFFORT = 1


def original(file: File, body: bytes) -> tuple[bytes, str]:
    """What a client gets of a picture, and the extension that says what it is, without a dot.

    Args:
        body: of the whole file, also where `file` is one page of it.

    Raises:
        BadImage: it must be written anew, and is damaged.
    """
    if file.format in OPENED_BY_ALL and file.orientation == 1 and not _several(file, body):
        return body, _extension(file)
    if file.format == "jpeg":
        return encode_jpeg(decode_image(body, file.info), 100), _extension(file)
    return _lossless(file, body), "png"


def _several(file: File, body: bytes) -> bool:
    reader = BytesReader(body)
    match file.format:
        case "gif":
            return file.page > 0 or gif.count_frames(reader, 2**32).begun > 1
        case "webp":
            return file.page > 0 or webp.frame_count(reader, 2**32) > 1
        case "png":
            return file.page > 0 or len(png.animation(reader, 2**32)) > 1
    return False


def _extension(file: File) -> str:
    """That of the name where it is true."""
    named = PurePosixPath(file.name).suffix[1:].lower()
    known = _EXTENSIONS.get(file.format, (file.format,))
    return named if named in known else known[0]


def _lossless(file: File, body: bytes) -> bytes:
    if file.format == "pdf":
        return encode_png(decode_image(body, file.info, file.page))
    try:
        with pillow.opened(body, file.format) as picture:
            pillow.turn_to(picture, file.format, file.page)
            if pillow.has_deep_colours(picture):
                stored = opencv.values(body, file.format, file.page)
                if stored is not None:
                    return _deep_png(stored, file)
            if picture.mode in pillow.KEPT:
                return _png(picture, file)
    except pillow.DAMAGE as error:
        # A kind that only decoding knows how to deal with, or one that it can say more about.
        if not isinstance(error, OSError | ValueError | SyntaxError):
            raise BadImage(f"its {file.format.upper()} data is damaged") from error
    return encode_png(decode_image(body, file.info, file.page))


def _png(picture: Image.Image, file: File) -> bytes:
    picture.load()
    upright = pillow.upright(picture, file.format, file.orientation)
    if file.format == "gif":
        upright = upright.crop((0, 0, file.width, file.height))
    return pillow.saved(upright, "PNG", compress_level=_EFFORT)


def _deep_png(stored: npt.NDArray[Any], file: File) -> bytes:
    if file.format == "png" and file.orientation != 1:
        stored = turned(stored, file.orientation)
    _, encoded = cv2.imencode(".png", stored, [cv2.IMWRITE_PNG_COMPRESSION, _EFFORT])
    return encoded.tobytes()
