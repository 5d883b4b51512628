"""What a file's name promises, where its bytes are not read yet: members of archives, listings.

Only a first sorting: what a file is, its content says (`kinds.py`).
"""

from __future__ import annotations

from pathlib import PurePosixPath

from chalicelib.media.kinds import Family

_IMAGES = (
    "jpg jpeg jpe jfif png apng webp bmp dib gif tif tiff heic heif hif avif jp2 j2k jpf jpx j2c"
    " pbm pgm ppm pnm pam tga"
)
_VIDEOS = (
    "mp4 m4v mov qt mkv webm avi mpg mpeg mpe m2v ts mts m2ts vob flv wmv asf ogv 3gp 3g2 mxf divx"
)
_ARCHIVES = "zip tar gz tgz bz2 tbz tbz2 xz txz zst tzst 7z rar lz lzma z cab iso"
_POINTS = "pcd bin"
_DOCUMENTS = "pdf"

_LISTS: tuple[tuple[Family, str], ...] = (
    ("image", _IMAGES),
    ("video", _VIDEOS),
    ("archive", _ARCHIVES),
    ("points", _POINTS),
    ("document", _DOCUMENTS),
)
_FAMILIES = {
    f".{extension}": family for family, extensions in _LISTS for extension in extensions.split()
}


def family_of(name: str) -> Family:
    """The family that a name's extension belongs to; `unknown` if to none."""
    return _FAMILIES.get(PurePosixPath(name).suffix.lower(), "unknown")
