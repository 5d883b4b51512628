"""One page of a folder of a bucket: folders and files, as a person browses them.

Keys have no folders: what stands before a `/` is shown as one. A page is made from a plain listing
that begins where the last page ended, and jumps over what is below a folder once that is known;
so a page of files costs one request however large the bucket is.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from chalicelib.media.extensions import family_of
from chalicelib.media.storages.opened import BATCH, OpenStorage
from chalicelib.media.storages.views import Item, Listed

#: Greater than whatever a key may hold, so `folder/` + it is behind everything below the folder.
_LAST = "\U0010ffff"
#: Jumps after which the provider is asked for the folders of the whole level instead.
_MOST_JUMPS = 8
_MIME_TYPES = {"image": "image", "video": "video", "archive": "archive", "document": "pdf",
               "points": "image"}  # fmt: skip


class BadToken(ValueError):
    """No page ended there."""


def page(opened: OpenStorage, prefix: str, token: str, size: int) -> Listed:
    """At most `size` items of the folder that `prefix` ends in, those whose names begin with what
    follows its last slash; folders first.

    Raises:
        BadToken. Unreachable.
    """
    folder = prefix.rpartition("/")[0] + "/" if "/" in prefix else ""
    if prefix.startswith(opened.prefix):
        begins = prefix
    elif opened.prefix.startswith(prefix):
        begins = opened.prefix
    else:
        return Listed([])
    found = _level(opened, folder, begins, read_token(token))
    content: list[str] = []
    for name in found:
        if len(content) == size:
            return Listed(show(content), write_token(_behind(folder, content[-1])))
        content.append(name)
    return Listed(show(content))


def show(names: list[str]) -> list[Item]:
    """Names as items; a folder's ends with a slash."""
    items = [
        Item(name.removesuffix("/"), "DIR", "DIR")
        if name.endswith("/")
        else Item(name, "REG", _MIME_TYPES.get(family_of(name), "unknown"))
        for name in names
    ]
    return sorted(items, key=lambda item: item.type)


def write_token(place: str) -> str:
    """A place in a listing as clients hand it back."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def read_token(token: str) -> str:
    """Raises BadToken."""
    try:
        return base64.b64decode(token + "=" * (-len(token) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise BadToken(token) from None


def _behind(folder: str, name: str) -> str:
    return folder + name + (_LAST if name.endswith("/") else "")


def _level(opened: OpenStorage, folder: str, begins: str, last: str) -> Iterator[str]:
    """Names in a folder behind `last`, in order; those of folders end with a slash."""
    for _ in range(_MOST_JUMPS if opened.seeks else 0):
        passed = 0
        for entry in opened.after(begins, last):
            if entry.key <= last:  # below the folder that was named last
                passed += 1
                if passed > BATCH:
                    break
                continue
            name, slash, _ = entry.key[len(folder) :].partition("/")
            last = _behind(folder, name + slash)
            passed = 0
            yield name + slash
        else:
            return
    yield from (name for name in opened.level(folder) if _is_wanted(folder + name, begins, last))


def _is_wanted(key: str, begins: str, last: str) -> bool:
    return key > last and (key.startswith(begins) or (key[-1] == "/" and begins.startswith(key)))
