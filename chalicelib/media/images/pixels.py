"""Pictures in and out: RGB arrays, uint8, shape (height, width, 3).

Numbers of red, green and blue are those of the file: a colour profile is not applied, so that a
compressed frame and what an image library reads of the original are the same picture to a model.

While a picture is decoded and encoded it takes, besides its file, at most 10 bytes a pixel; WebP,
AVIF, TIFF and deep colours at most 16, JPEG 2000 at most 20: what a decoder keeps, and one copy of
what it gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import cv2
import numpy as np
import numpy.typing as npt
import simplejpeg
from PIL import Image, UnidentifiedImageError

from chalicelib.media.images import opencv, pdf, pillow, tiff
from chalicelib.media.images.deep import Pixels
from chalicelib.media.images.info import BadImage, ImageInfo, check_size
from chalicelib.media.reading import BytesReader, Reader

__all__ = [
    "Pixels",
    "decode_image",
    "decode_pages",
    "encode_jpeg",
    "encode_png",
    "encode_preview",
    "reencode_upright",
    "turned",
]

Value = TypeVar("Value", bound=np.generic)

#: Longest side of a preview.
PREVIEW = 256

#: Choosing the best filter for each row, as encoders do, doubles the time and wins nothing.
_PNG = [
    cv2.IMWRITE_PNG_COMPRESSION, 1,
    cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP,
]  # fmt: skip

_SAVING: dict[str, dict[str, Any]] = {
    "webp": {"lossless": True},
    "tiff": {"compression": "tiff_lzw"},
}


def decode_image(body: bytes | Reader, info: ImageInfo, page: int = 0) -> Pixels:
    """A picture as shown: upright, 8 bits, on white where it is transparent.

    Args:
        body: the whole file; a `Reader` spares the memory for documents.
        page: its number in a file that holds several.

    Raises:
        BadImage: it is damaged; one that is merely cut off is shown as far as it goes.
    """
    pixels = next(decode_pages(body, info, [page]))
    height, width = pixels.shape[:2]
    _check_same(info, ImageInfo(info.format, width, height))
    return pixels


def decode_pages(body: bytes | Reader, info: ImageInfo, pages: Sequence[int]) -> Iterator[Pixels]:
    """Pictures of a file that holds several, in one pass; each as `decode_image` gives it.

    Args:
        info: the header of any of them: pages of documents and TIFF files have their own sizes.
        pages: ascending.

    Raises:
        BadImage: at the first page that is damaged.
    """
    if info.format == "pdf":
        yield from pdf.render(BytesReader(body) if isinstance(body, bytes) else body, pages)
        return
    whole = body if isinstance(body, bytes) else body.read(0, body.size)
    if info.format == "jpeg":
        try:
            height, width, *_ = simplejpeg.decode_jpeg_header(whole, strict=False)
            _check_same(info, ImageInfo("jpeg", width, height, info.orientation))
            pixels = simplejpeg.decode_jpeg(whole, "RGB", strict=False)
        except (ValueError, KeyError):
            # Four colours, an unusual subsampling (told by either of both), or so broken that
            # Pillow may know better.
            pass
        else:
            yield turned(pixels, info.orientation)
            return
    orientation = 1 if info.format in pillow.TURNED_BY_DECODER else info.orientation
    for pixels in _with_pillow(whole, info, pages):
        yield turned(pixels, orientation)


def turned(pixels: npt.NDArray[Value], orientation: int) -> npt.NDArray[Value]:
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
    _, encoded = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), _PNG)
    return encoded.tobytes()


def reencode_upright(body: bytes, info: ImageInfo) -> bytes:
    """A picture whose pixels are turned, in its own format at the best quality.

    Args:
        info: of a JPEG, PNG, WebP or TIFF picture.

    Raises:
        BadImage: it is damaged.
    """
    if info.format == "jpeg":
        return encode_jpeg(decode_image(body, info), 100)
    form, options = info.format.upper(), _SAVING.get(info.format, {})
    try:
        with pillow.opened(body, info.format) as picture:
            if picture.mode in pillow.KEPT and not pillow.has_deep_colours(picture):
                picture.load()
                turned_ = pillow.upright(picture, info.format, info.orientation)
                return pillow.saved(turned_, form, **options)
    except pillow.DAMAGE as error:
        raise BadImage(f"its {form} data is damaged or cut off") from error
    shown = Image.fromarray(decode_image(body, info))
    return pillow.saved(shown, form, **options)


def _check_same(said: ImageInfo, found: ImageInfo) -> None:
    """Refuse a picture of another size than it had when it was looked into: files are replaced."""
    if (said.width, said.height) != (found.width, found.height):
        raise BadImage(
            f"its header says {said.width} × {said.height},"
            f" but it holds a picture of {found.width} × {found.height}"
        )


def _with_pillow(body: bytes, info: ImageInfo, pages: Sequence[int]) -> Iterator[Pixels]:
    try:
        with pillow.opened(body, info.format) as picture:
            for page in pages:
                yield _page(picture, body, info, page)
    except UnidentifiedImageError as error:
        if info.format != "tiff":
            raise BadImage(f"its {info.format.upper()} data is damaged") from error
        for page in pages:
            yield _unusual(body, page)
    except pillow.DAMAGE as error:
        raise BadImage(f"its {info.format.upper()} data is damaged or cut off") from error


def _page(picture: Image.Image, body: bytes, info: ImageInfo, page: int) -> Pixels:
    pillow.turn_to(picture, info.format, page)
    if pillow.has_deep_colours(picture):
        stored = opencv.values(body, info.format, page)
        if stored is not None:
            return opencv.rgb(stored)
    picture.load()
    pixels = pillow.rgb(picture)
    if info.format == "gif":
        # A frame that goes beyond the canvas is cut at its edge.
        pixels = pixels[: info.stored_height, : info.stored_width]
    return pixels


def _unusual(body: bytes, page: int) -> Pixels:
    """A page of a TIFF file that Pillow does not open."""
    check_size(tiff.page_header(BytesReader(body), page))
    stored = opencv.values(body, "tiff", page)
    if stored is None:
        raise BadImage("its TIFF data is damaged, or of a kind that is not supported")
    return opencv.rgb(stored)
