"""Names of the pictures in a file that holds several; see `pages`."""

from __future__ import annotations

import re

from chalicelib.media.files import File

_PAGE_NAME = re.compile(r"\.\w+_\d{4,}\.png$")
_NUMBERED = re.compile(r"_\d{4}\.png$")


def page_name(name: str, position: int) -> str:
    """The name of a page, counted from 0."""
    return f"{name}_{position + 1:04d}.png"


def named_as_page(name: str) -> bool:
    """Whether a name may be that of a page. Users may name whole pictures so, too."""
    return _PAGE_NAME.search(name) is not None


def name_of_whole(file: File) -> str:
    """The name of the file that a page is one of."""
    several = file.page > 0 or file.whole > 0
    return _NUMBERED.sub("", file.name) if several else file.name
