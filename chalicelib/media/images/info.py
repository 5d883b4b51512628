"""What a picture's header says, and what is accepted of it."""

from __future__ import annotations

import msgspec

#: Pictures above this are refused before anything decodes them: 16,384 × 16,384. At 8 to 10 bytes a
#: pixel while they are decoded, turned and encoded, they fit a worker of 3,008 MB.
PIXEL_LIMIT = 1 << 28
#: The same for formats whose decoders take up to 20 bytes a pixel.
HEAVY_LIMIT = 1 << 27
_HEAVY = {"webp", "avif", "jp2", "tiff"}
#: Longest side: a JPEG, which is how frames are shown, cannot be any longer.
SIDE_LIMIT = 65_500
#: Bytes of a picture file. Whoever decodes it reads it whole, whatever stands behind the pixels.
BYTES_LIMIT = 1 << 30
#: Parts (segments, chunks, boxes) before the one that names the size. Real files have dozens; each
#: may cost a request.
PARTS_LIMIT = 2000


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


def check_size(info: ImageInfo, *, deep: bool = False) -> None:
    """Refuse a size that nothing should decode.

    Args:
        deep: whether it is a PNG picture of 16 bits a colour.

    Raises:
        BadImage: no pixels, or more than the limits.
    """
    width, height = info.width, info.height
    if width < 1 or height < 1:
        raise BadImage(f"its {info.format.upper()} header says {width} × {height}")
    heavy = deep or info.format in _HEAVY
    limit = HEAVY_LIMIT if heavy else PIXEL_LIMIT
    if width * height > limit:
        raise BadImage(f"it has {width} × {height} pixels; at most {limit:,} are accepted")
    if max(width, height) > SIDE_LIMIT:
        raise BadImage(
            f"it has {width} × {height} pixels; sides of at most {SIDE_LIMIT:,} are accepted"
        )


def check_bytes(size: int) -> None:
    """Refuse a file that nothing should read whole. Raises BadImage."""
    if size > BYTES_LIMIT:
        raise BadImage(f"it has {size:,} bytes; at most {BYTES_LIMIT:,} are accepted of a picture")
