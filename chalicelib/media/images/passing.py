"""Which pictures reach clients as they were uploaded, by a redirect and without a worker."""

from __future__ import annotations

from chalicelib.media.files import File
from chalicelib.media.images.page_names import named_as_page

#: Formats that browsers and image libraries open without help.
OPENED_BY_ALL = frozenset({"jpeg", "png", "webp", "gif", "bmp"})
_OF_SEVERAL = frozenset({"png", "webp", "gif"})


def passes(file: File) -> bool:
    """Whether a picture's file is certainly what `originals.original` would give, byte for byte."""
    maybe_page = file.page > 0 or (file.format in _OF_SEVERAL and named_as_page(file.name))
    return file.format in OPENED_BY_ALL and file.orientation == 1 and not maybe_page
