"""Names of images behind the addresses under which Label Studio has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

#: What Label Studio puts before the names of files that are uploaded.
_UPLOADED = re.compile(r"^[0-9a-f]{8}-(?=.)")
_PICTURE = re.compile(r"\.(jpe?g|png|bmp|gif|tiff?|webp)(\?|$)", re.IGNORECASE)


def address(data: Mapping[str, Any], uploaded: str | None) -> str | None:
    """The address of a task's image: `image`, or whatever looks like one."""
    texts = [value for value in data.values() if isinstance(value, str) and value]
    given = data.get("image")
    if isinstance(given, str) and given:
        return given
    pictures = (text for text in texts if "?d=" in text or _PICTURE.search(text))
    return next(pictures, None) or uploaded or next(iter(texts), None)


def names(address: str) -> Iterator[str]:
    """What the image may be called, the likeliest first.

    `/data/upload/7/0a1b2c3d-cat.jpg` may be `cat.jpg`, `/data/local-files/?d=pets/cat.jpg` is
    `pets/cat.jpg`, and of others the path counts.
    """
    parts = urlsplit(address)
    local = parse_qs(parts.query).get("d")
    if local:
        yield local[0]
        return
    path = unquote(parts.path) if parts.scheme or "%" in address or parts.query else address
    folder, slash, name = path.rpartition("/")
    plain = _UPLOADED.sub("", name)
    if plain != name:
        yield f"{folder}{slash}{plain}"
    yield path
