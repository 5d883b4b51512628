"""Pictures in and out: RGB arrays, uint8, shape (height, width, 3)."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
import simplejpeg
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from chalicelib.media.images.headers import PIXEL_LIMIT, BadImage, ImageInfo

Pixels = npt.NDArray[np.uint8]

#: Longest side of a preview.
PREVIEW = 256

_SAVING: dict[str, dict[str, Any]] = {
    "webp": {"lossless": True},
    "tiff": {"compression": "tiff_lzw"},
}

# The header was measured against our own limit before a picture gets here.
Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
# A photograph that is cut off is shown as far as it goes, as browsers and CVAT show it: an error
# would take the other pictures of its chunk away, too.
ImageFile.LOAD_TRUNCATED_IMAGES = True


def decode_image(body: bytes, info: ImageInfo) -> Pixels:
    """A picture as shown, turned upright by its Exif orientation.

    Raises:
        BadImage: it is damaged; one that is merely cut off is shown as far as it goes.
    """
    if info.format == "jpeg":
        try:
            return turned(simplejpeg.decode_jpeg(body, "RGB"), info.orientation)
        except ValueError:
            pass  # CMYK and broken files: Pillow reads some of them
    try:
        with Image.open(io.BytesIO(body), formats=[info.format.upper()]) as picture:
            picture.load()
            return np.asarray(_eight_bits(ImageOps.exif_transpose(picture)), np.uint8)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise BadImage(f"its {info.format.upper()} data is damaged: {error}") from error


def turned(pixels: Pixels, orientation: int) -> Pixels:
    """Turn and mirror by an Exif orientation 1…8."""
    if orientation in {5, 6, 7, 8}:
        pixels = pixels.transpose(1, 0, 2)
    if orientation in {2, 3, 6, 7}:
        pixels = pixels[:, ::-1]
    if orientation in {3, 4, 7, 8}:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def encode_jpeg(pixels: Pixels, quality: int) -> bytes:
    """JPEG with the usual chroma subsampling, or none at quality 100."""
    subsampling = "444" if quality >= 100 else "420"
    encoded: bytes = simplejpeg.encode_jpeg(
        pixels, max(1, quality), colorspace="RGB", colorsubsampling=subsampling
    )
    return encoded


def encode_preview(pixels: Pixels) -> bytes:
    """A JPEG that fits into 256 × 256."""
    height, width = pixels.shape[:2]
    scale = PREVIEW / max(width, height)
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        pixels = np.asarray(Image.fromarray(pixels).resize(size, reducing_gap=2.0), np.uint8)
    return encode_jpeg(pixels, 80)


def encode_png(pixels: Pixels) -> bytes:
    """A lossless picture, for speed rather than size."""
    sink = io.BytesIO()
    Image.fromarray(pixels).save(sink, "PNG", compress_level=1)
    return sink.getvalue()


def reencode_upright(body: bytes, info: ImageInfo) -> bytes:
    """A picture whose pixels are turned, in its own format at the best quality."""
    pixels = decode_image(body, info)
    if info.format == "jpeg":
        return encode_jpeg(pixels, 100)
    sink = io.BytesIO()
    options = _SAVING.get(info.format, {})
    Image.fromarray(pixels).save(sink, info.format.upper(), **options)
    return sink.getvalue()


def _eight_bits(picture: Image.Image) -> Image.Image:
    """RGB of any mode; deep greys are stretched so that the brightest is white."""
    if picture.mode == "F" or picture.mode.startswith("I"):
        values = np.asarray(picture, np.float64)
        values = values * (255 / max(1.0, float(values.max())))
        picture = Image.fromarray(values.clip(0, 255).astype(np.uint8))
    return picture.convert("RGB")
