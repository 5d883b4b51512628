"""Which frame is meant by a file that stands beside an image or is listed as one."""

from __future__ import annotations

from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.matching import NOT_IN_TASK, FrameMatcher

_PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".gif", ".heic", ".avif")


def stem_of(path: str) -> str:
    """A path without its extension."""
    stem, dot, extension = path.rpartition(".")
    return stem if dot and "/" not in extension else path


def frame_beside(matcher: FrameMatcher, name: str) -> Frame | str:
    """The frame of an image or of a file beside it, or why there is none.

    Args:
        name: with an extension, whatever it is; `a.jpg.txt` is beside `a.jpg` (`stems.Stems`).
    """
    found = matcher.by_name(name)
    if found == NOT_IN_TASK and (stem := stem_of(name)).lower().endswith(_PICTURES):
        return matcher.by_name(stem)
    return found
