"""What a picture's header says, and what is accepted of it."""

from __future__ import annotations

import msgspec

#: Pictures above this are refused before anything decodes them: 16,384 × 16,384.
PIXEL_LIMIT = 1 << 28
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


def check_size(width: int, height: int, what: str) -> None:
    """Refuse a size that nothing should decode. `what` names the part that says it.

    Raises:
        BadImage: no pixels, or more than the limit.
    """
    if width < 1 or height < 1:
        raise BadImage(f"its {what} says {width} × {height}")
    if width * height > PIXEL_LIMIT:
        raise BadImage(f"it has {width} × {height} pixels; at most {PIXEL_LIMIT:,} are accepted")
