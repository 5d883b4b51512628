"""What people see of the file share."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import msgspec

from chalicelib.media.extensions import family_of
from chalicelib.media.sources import share
from chalicelib.media.sources.file_info import FileInfo

#: Items of one answer: more nobody looks through, and larger answers a function cannot give.
MOST_SHOWN = 10_000
#: Bytes of an answer, well below what a function can give.
MOST_BYTES = 4_000_000
#: CVAT's words for what it takes. To it, point clouds are images.
_MIME_TYPES = {
    "image": "image",
    "video": "video",
    "archive": "archive",
    "document": "pdf",
    "points": "image",
}


def browse(directory: str, search: str) -> list[FileInfo]:
    """What a directory of the share holds: directories first, each kind by name.

    Of more than `MOST_SHOWN` items the first are given, and `search` finds the others.

    Args:
        directory: a path below the share; empty or `/` is the whole share.
        search: what names must hold, in any case.

    Raises:
        NotADirectoryError: there is no such directory.
        Unreachable: the share cannot be read.
    """
    wanted = search.casefold()
    items = share.connected().items(directory.strip("/"))
    found = (item for item in items if wanted in item[0].casefold())
    first = heapq.nsmallest(MOST_SHOWN, found, key=lambda item: (not item[1], item[0]))
    return list(_within(first))


def _within(items: list[tuple[str, bool]]) -> Iterator[FileInfo]:
    left = MOST_BYTES
    for name, is_directory in items:
        # Beside the name: 60 bytes of JSON. Its characters have at most 6, escaped.
        left -= 60 + len(msgspec.json.encode(name))
        if left < 0:
            return
        yield _info(name, is_directory=is_directory)


def _info(name: str, *, is_directory: bool) -> FileInfo:
    if is_directory:
        return FileInfo(name, "DIR", "DIR")
    return FileInfo(name, "REG", _MIME_TYPES.get(family_of(name), "unknown"))
