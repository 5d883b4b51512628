"""Pictures of masks that are cut off are refused, unlike photographs, shown as far as they go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def whole_pictures() -> Iterator[None]:
    """Pillow raises OSError within for a picture that is cut off.

    Its switch is one for the whole process, and `chalicelib.media.images.pillow` turns it the other
    way: a worker that imports a dataset decodes no photographs meanwhile.
    """
    from PIL import ImageFile

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
